/** A run whose every step waits for the test: what goes wrong does so at a known moment. */
import assert from "node:assert/strict";
import type { SeenMessage } from "../../../src/demo/bot_api/transcript.ts";
import type { ReceivedRequest, Step } from "../../support/responses_api.ts";
import { FAST_MOTION, FAST_MOTION_LIMITS } from "../pace.ts";
import type { Program } from "../program.ts";
import { Stage, type StageOptions } from "../stage.ts";

export type Codex = Pick<StageOptions, "codex" | "backend">;

/** How the one line begins with which a status message ends. */
export const DONE = /^✅ Done/;

export class HeldRun {
  readonly request: number;
  readonly status: SeenMessage;
  readonly #stage: Stage;
  readonly #release: () => void;

  private constructor(stage: Stage, request: number, status: SeenMessage, release: () => void) {
    this.#stage = stage;
    this.request = request;
    this.status = status;
    this.#release = release;
  }

  /** Asks for something and holds the model before its first step. */
  static async begin(stage: Stage, text: string, steps: readonly Step[]): Promise<HeldRun> {
    const gate = Promise.withResolvers<void>();
    const fits = ({ lastUserText }: ReceivedRequest): boolean => lastUserText.endsWith(text);
    const [first, ...rest] = steps;
    assert.ok(first !== undefined);
    stage.model.script({ when: fits, steps: [{ until: gate.promise, then: first }, ...rest] });
    const request = stage.say(text);
    await stage.model.received(fits);
    const status = await stage.reply(request, /Developing/);
    return new HeldRun(stage, request, status, gate.resolve);
  }

  release(): void {
    this.#release();
  }

  /** The message of the bot that answers the request and fits. */
  said(fits: RegExp): Promise<SeenMessage> {
    return this.#stage.reply(this.request, fits);
  }

  /** Everything that the bot has said to the request and that fits. */
  allSaid(fits: RegExp): readonly SeenMessage[] {
    return this.#stage.world.botMessages(this.#stage.chat).filter(({ replyTo, text }) =>
      replyTo === this.request && fits.test(text)
    );
  }

  /** The reaction to the request says that the answer is here; the status message follows at its pace. */
  async over(emoji = "👌"): Promise<void> {
    const { world, chat } = this.#stage;
    await world.waitFor(() => world.message(chat, this.request).reactions.includes(emoji), {
      what: `the reaction ${emoji}`,
    });
    await world.waitFor(() => {
      const { deleted, text } = world.message(chat, this.status.id);
      return deleted || !/Developing/.test(text);
    }, { what: "the end of the status message" });
  }
}

/**
 * Plays in single mode on a stage with Telegram's documented limits, in fast motion. The pace of the
 * bot itself is looked at in calls.ts.
 */
export async function withStage(
  codex: Codex,
  body: (stage: Stage, program: Program) => Promise<void>,
): Promise<void> {
  await using stage = await Stage.set({
    ...codex,
    pace: FAST_MOTION,
    limits: { flood: FAST_MOTION_LIMITS },
  });
  const program = await stage.start();
  await stage.ask("/mode single", /Mode set to single/);
  await body(stage, program);
}
