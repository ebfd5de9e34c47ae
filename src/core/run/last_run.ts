/** What a session remembers of the run that ended last. */
import type { RunAtWork } from "./active_run.ts";
import type { RunOutcome } from "./events.ts";
import type { LastRun } from "../session/session.ts";
import { RECORDED_STATUS } from "./trace.ts";

export function lastRunOf(
  { run, reviewRounds, reviewResult }: RunAtWork,
  outcome: RunOutcome,
  latencyMs: number,
  now: Date,
): LastRun {
  return {
    runId: run.id,
    status: RECORDED_STATUS[outcome.status],
    latencyMs,
    endedAt: now.toISOString(),
    reviewRound: reviewRounds,
    ...(reviewResult === undefined ? {} : { reviewResult }),
    ...(outcome.status === "failed" ? { error: outcome.message } : {}),
  };
}
