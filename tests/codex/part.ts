/** What the parts of the journey have in common. */
import type { Stage } from "../e2e/stage.ts";
import type { Ability, Outcome, Release } from "../support/codex_versions.ts";
import type { ReceivedRequest } from "../support/responses_api.ts";

/** A stretch of the journey that needs nothing of the ones before it. */
export interface Part {
  /** In the order in which `play` yields their outcomes. */
  readonly abilities: readonly [Ability, ...Ability[]];
  readonly play: (stage: Stage, release: Release) => AsyncGenerator<Outcome, void>;
}

/** Makes the log tell what the program passes over. */
export const TELLING_ALL = ["--verbose"];

/** A new thread is told the recent history in front of the words. */
export const asks = (text: string) => ({ lastUserText }: ReceivedRequest): boolean =>
  lastUserText.endsWith(text);

export async function single(stage: Stage): Promise<void> {
  await stage.ask("/mode single", /Mode set to single/);
}
