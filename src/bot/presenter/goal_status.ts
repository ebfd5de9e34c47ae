/** Draws what a status message shows of a goal. */
import { unreachable } from "../../core/errors.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { ConfirmationReason } from "../../core/run/run.ts";
import type { RunGoal, RunState } from "../../core/run/run_state.ts";
import { onOneLine } from "../../core/text/short_text.ts";
import { usedByRun } from "../../texts/goal_texts.ts";
import { oldText } from "../../texts/run_texts.ts";
import type { Texts } from "../../texts/texts.ts";
import type { FormattedText } from "../render/formatted_text.ts";
import { TextBuilder } from "../render/text_builder.ts";

/** Characters of an objective: enough to recognise it while it is worked on, or to decide on it. */
const OBJECTIVE_LIMIT = 160;
const ASKED_LIMIT = 600;

/** Draws what the goal is, and what was used of its budget. */
export function drawGoal(
  builder: TextBuilder,
  goal: RunGoal,
  texts: Texts,
  redact: Redact,
): void {
  builder.line();
  drawObjective(builder, goal, redact);
  const used = usedByRun(goal, texts);
  if (used !== undefined) builder.text(`\n${used}`);
}

export function drawObjective(
  builder: TextBuilder,
  { objective }: RunGoal,
  redact: Redact,
): void {
  builder.written(onOneLine(redact(objective), OBJECTIVE_LIMIT), { type: "italic" });
}

/** Asks what should become of a goal: one that was found, interrupted, or would replace another. */
export function drawGoalQuestion(
  why: ConfirmationReason | undefined,
  { objective }: RunGoal,
  texts: Texts,
  { shortId, redact }: { readonly shortId: string; readonly redact: Redact },
): FormattedText {
  const { goals, run } = texts;
  const short = (text: string): string => onOneLine(redact(text), ASKED_LIMIT);
  const builder = new TextBuilder().text("🎯 ");
  switch (why?.type) {
    case "goal-found":
      builder.bold(goals.found).line().written(short(objective)).line().line(goals.foundMore);
      break;
    case "goal-replaces":
      builder.bold(goals.replaces).line().written(short(why.objective)).line();
      builder.line(goals.replacesMore(short(objective)));
      break;
    case "old":
      builder.bold(oldText(why, texts)).line().written(short(objective)).line();
      break;
    case undefined:
    case "interrupted":
      builder.bold(goals.interrupted).line().written(short(objective)).line().line(
        goals.interruptedMore,
      );
      break;
    default:
      return unreachable(why);
  }
  return builder.sentence(run.typed(shortId)).build();
}

/** The labels of the two buttons under a run that awaits confirmation. */
export function confirmationLabels(
  { confirmation, goal }: Pick<RunState, "confirmation" | "goal">,
  { run, goals: { buttons } }: Pick<Texts, "run" | "goals">,
): readonly [string, string] {
  if (goal === undefined || confirmation?.type === "old") return [run.continueIt, run.dropIt];
  if (confirmation?.type === "goal-found") return [buttons.letGoOn, buttons.stop];
  if (confirmation?.type === "goal-replaces") return [buttons.replace, buttons.keep];
  return [buttons.resume, buttons.clear];
}
