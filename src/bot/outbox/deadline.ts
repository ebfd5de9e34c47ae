/** Calls that end in time. */
import type { Clock } from "../../core/clock.ts";
import { type CallSignal, callSignal } from "./call_signal.ts";

/**
 * Runs a call under a signal that aborts after `timeoutMs`, or when `stop` does.
 * Rejects with whatever the aborted call makes of it.
 */
export async function withDeadline<Result>(
  clock: Clock,
  timeoutMs: number,
  stop: AbortSignal,
  call: (signal: CallSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = new AbortController();
  const finished = new AbortController();
  const stopCall = (): void => deadline.abort();
  if (stop.aborted) stopCall();
  stop.addEventListener("abort", stopCall, { once: true });
  const timer = clock.sleep(timeoutMs, finished.signal).then(
    stopCall,
    () => {}, // rejects when the call was faster, which is as it should be
  );
  try {
    return await call(callSignal(deadline.signal));
  } finally {
    stop.removeEventListener("abort", stopCall);
    finished.abort();
    await timer;
  }
}
