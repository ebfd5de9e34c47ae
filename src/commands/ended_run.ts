/** The buttons under the answer of a run: what leads on from its end, and what can be looked at. */
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
  { records, ends }: Pick<Texts, "records" | "ends">,
): readonly (readonly Choice[])[] {
  const { answer } = outcome;
  if (answer === undefined) return [];
  const { change } = runEnd(outcome, state);
  const choice = (label: string, name: string): Choice => ({ label, action: runAction(name, run) });
  const diff = change === undefined ? [] : [choice(records.diff.button, "diff")];
  const undo = change?.recorded === true ? [choice(records.undo.button, "undo")] : [];
  const report = change === undefined && answer.review === undefined
    ? []
    : [choice(records.report.button, "report")];
  const { continues, review } = answer;
  if (continues === undefined) return rows([...diff, ...undo, ...report]);
  const { buttons } = ends;
  const isSpent = review?.result === "budget";
  const another = continues.next === "develop" ? buttons.round : buttons.review;
  const next: Choice = { ...choice(isSpent ? buttons.goOn : another, "round"), style: "success" };
  return rows([next, choice(buttons.accept, "accept"), ...undo], [...diff, ...report]);
}

function rows(...all: readonly (readonly Choice[])[]): readonly (readonly Choice[])[] {
  return all.filter((row) => row.length > 0);
}
