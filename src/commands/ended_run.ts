/** The buttons under the answer of a run: what can be looked at, and what leads on from its end. */
import type { RunOutcome } from "../core/run/events.ts";
import type { Run } from "../core/run/run.ts";
import { type EndedRun, runEnd } from "../core/run/run_end.ts";
import type { Texts } from "../texts/texts.ts";
import { runAction } from "./queue.ts";
import type { Choice } from "./reply.ts";

/** @returns rows of buttons; none below what only was said */
export function endChoices(
  outcome: RunOutcome,
  { run, state }: { readonly run: Pick<Run, "id" | "session">; readonly state: EndedRun },
  { records }: Pick<Texts, "records">,
): readonly (readonly Choice[])[] {
  if (outcome.answer === undefined) return [];
  const { change } = runEnd(outcome, state);
  if (change === undefined) return [];
  const diff = { label: records.diff.button, action: runAction("diff", run) };
  const undo = { label: records.undo.button, action: runAction("undo", run) };
  return [change.recorded ? [diff, undo] : [diff]];
}
