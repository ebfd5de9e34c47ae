/** Makes the outcome of a run that threw. */
import { describeError, RunCancelledError, troubleOf } from "../errors.ts";
import type { RunOutcome } from "./events.ts";
import { EndedEarlyError } from "./workflow.ts";

/** @param error of the workflow, or of the preparation */
export function unhappyOutcome(error: unknown): RunOutcome {
  if (error instanceof EndedEarlyError) {
    return { ...unhappyOutcome(error.cause), answer: error.candidate };
  }
  if (error instanceof RunCancelledError) return { status: "cancelled" };
  return { status: "failed", message: describeError(error), trouble: troubleOf(error) };
}
