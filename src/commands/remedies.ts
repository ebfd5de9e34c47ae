/** The buttons under an answer: what leads on from a failure, and to what still runs. */
import type { RunOutcome } from "../core/run/events.ts";
import type { Run } from "../core/run/run.ts";
import { commandsLeft, type RunState } from "../core/run/run_state.ts";
import type { Trouble } from "../core/codex/trouble.ts";
import type { RunGoal } from "../core/run/run_state.ts";
import type { Texts } from "../texts/texts.ts";
import { endedGoalChoices } from "./goal.ts";
import { runAction } from "./queue.ts";
import type { Choice } from "./reply.ts";

/** The same request would fail in the same way. */
const NOT_AGAIN: ReadonlySet<Trouble["kind"]> = new Set(
  ["room", "picture", "policy", "budget", "denials", "file-refused"] as const,
);
/** Another model may do. */
const OTHER_MODEL: ReadonlySet<Trouble["kind"]> = new Set(
  ["model", "busy", "access", "address", "picture", "no-plan"] as const,
);

/** @returns none where the run did not fail */
export function remedies(
  outcome: RunOutcome,
  { run: failed, goal }: {
    readonly run: Pick<Run, "id" | "session" | "goal" | "task">;
    readonly goal?: RunGoal;
  },
  texts: Pick<Texts, "run" | "goals">,
): readonly (readonly Choice[])[] {
  const { run } = texts;
  if (goal !== undefined) {
    const choices = endedGoalChoices(outcome, goal, texts);
    return choices.length === 0 ? [] : [choices];
  }
  if (outcome.status !== "failed") return [];
  const kind = outcome.trouble.kind;
  const choices = [
    ...(kind !== undefined && OTHER_MODEL.has(kind)
      ? [{ label: run.chooseModel, action: "models:" }]
      : []),
    ...retryChoice(outcome, failed, { run }),
  ];
  return choices.length === 0 ? [] : [choices];
}

/** Leads to the commands that the run has left running. */
export function commandsLeftChoices(
  state: RunState,
  { run }: Pick<Texts, "run">,
): readonly (readonly Choice[])[] {
  const left = commandsLeft(state).length;
  return left === 0 ? [] : [[{ label: `⚙️ ${run.stillRunning(left)}`, action: "ps:" }]];
}

/** @returns none where the run did not fail, or would fail in the same way */
export function retryChoice(
  outcome: RunOutcome,
  failed: Pick<Run, "id" | "session" | "goal" | "task">,
  { run }: Pick<Texts, "run">,
): readonly Choice[] {
  // The work on a goal is resumed; a task is asked for by its command.
  if (failed.goal !== undefined || failed.task !== undefined) return [];
  const kind = outcome.status === "failed" ? outcome.trouble.kind : undefined;
  if (outcome.status !== "failed" || (kind !== undefined && NOT_AGAIN.has(kind))) return [];
  return [{ label: run.retry, action: runAction("again", failed) }];
}
