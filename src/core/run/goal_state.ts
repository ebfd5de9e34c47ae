/** Adds to a run's state what Codex tells of a goal. */
import type { Goal } from "../codex/goal.ts";
import type { StoredRun } from "./run.ts";
import type { RunGoal, RunState } from "./run_state.ts";

/** The goal of a run that has yet to begin, or that an earlier process began and may have set. */
export function goalOfRun(
  { prompt = "", goal, openStep, interruptedStep }: Partial<StoredRun>,
): RunGoal | undefined {
  if (goal === undefined) return undefined;
  const known = runGoal(prompt, goal.timeBudgetMs);
  const isBegun = openStep !== undefined || interruptedStep !== undefined;
  return goal.type === "set" && !isBegun ? { ...known, unset: true } : known;
}

/** Another run than one that works on a goal has come upon it. */
export function withGoal(state: RunState, goal: Goal | undefined): RunState {
  if (state.goal === undefined) {
    const { foundGoal: _former, ...rest } = state;
    return goal === undefined ? rest : { ...rest, foundGoal: goal };
  }
  const { objective, timeBudgetMs } = state.goal;
  const known = runGoal(objective, timeBudgetMs);
  return { ...state, goal: goal === undefined ? known : { ...known, goal } };
}

function runGoal(objective: string, timeBudgetMs: number | undefined): RunGoal {
  return timeBudgetMs === undefined ? { objective } : { objective, timeBudgetMs };
}
