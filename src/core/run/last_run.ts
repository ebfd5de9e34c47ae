/** Gathers what a session remembers of its last run. */
import type { LastRun } from "../session/session.ts";
import type { RunOutcome } from "./events.ts";
import type { StoredRun } from "./run.ts";
import { runEnd } from "./run_end.ts";
import { reviewResult, type RunState } from "./run_state.ts";
import { RECORDED_STATUS } from "./trace.ts";

export function lastRunOf(
  run: StoredRun,
  state: RunState,
  outcome: RunOutcome,
  now: Date,
): LastRun {
  const [result, end] = [reviewResult(state), runEnd(outcome, state)];
  return {
    runId: run.id,
    status: RECORDED_STATUS[outcome.status],
    ...(run.task === undefined ? {} : { task: run.task }),
    ...(state.goal === undefined
      ? {}
      : { goal: state.goal.unset === true ? "unset" : "kept" } as const),
    latencyMs: state.latencyMs,
    endedAt: now.toISOString(),
    reviewRound: state.review?.round ?? 0,
    ...(result === undefined ? {} : { reviewResult: result }),
    end,
    ...(outcome.status === "failed" ? { error: outcome.message, trouble: outcome.trouble } : {}),
  };
}
