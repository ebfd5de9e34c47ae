/** How a run ended whose workflow threw. */
import { describeError, RunCancelledError, UserFacingError } from "../errors.ts";
import type { RunOutcome } from "./events.ts";
import { EndedEarlyError } from "./workflow.ts";

/** @param error whatever the workflow threw, or the preparation before it */
export function unhappyOutcome(error: unknown): RunOutcome {
  if (error instanceof EndedEarlyError) {
    return { ...unhappyOutcome(error.cause), answer: error.candidate };
  }
  if (error instanceof RunCancelledError) return { status: "cancelled" };
  const trouble = error instanceof UserFacingError ? error.trouble : undefined;
  return {
    status: "failed",
    message: describeError(error),
    ...(trouble === undefined ? {} : { trouble }),
  };
}
