/** Ends calls of the Bot API in time. */
import type { Clock } from "../../core/clock.ts";
import { callWithDeadline } from "../../core/deadline.ts";
import { type CallSignal, callSignal } from "./call_signal.ts";

/**
 * Runs a call under a signal that aborts after `timeoutMs`, or when `stop` does.
 * Rejects with whatever the aborted call makes of it.
 */
export function withDeadline<Result>(
  clock: Clock,
  timeoutMs: number,
  stop: AbortSignal,
  call: (signal: CallSignal) => Promise<Result>,
): Promise<Result> {
  return callWithDeadline(clock, timeoutMs, stop, (signal) => call(callSignal(signal)));
}
