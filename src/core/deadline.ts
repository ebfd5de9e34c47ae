/**
 * Ends waiting in time: by a deadline, by a signal, or by the work being done, whichever is first.
 * All durations are in milliseconds.
 */
import type { Clock } from "./clock.ts";

/** Nobody reads it: without a reason of its own each end of a wait would make an error with a stack. */
const DONE = "The wait is over";

/** Waits. @returns false when the signal ended the wait early */
export async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/**
 * Waits until the work is done, but no longer than `ms`; the work itself goes on.
 * @returns false when the time was over first
 * @throws what the work throws in that time
 */
export async function waitAtMost(
  clock: Clock,
  ms: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const done = new AbortController();
  const timeUp = pause(clock, ms, done.signal);
  try {
    return await Promise.race([work.then(() => true), timeUp.then(() => false)]);
  } finally {
    done.abort(DONE);
    await timeUp;
  }
}

/**
 * Resolves to what the work does, unless it takes longer than `ms`; the work itself goes on.
 * @throws what `late` makes when the time is over
 */
export async function withDeadline<Value>(
  work: Promise<Value>,
  { clock, ms, late }: { readonly clock: Clock; readonly ms: number; readonly late: () => Error },
): Promise<Value> {
  const done = new AbortController();
  const timeUp = clock.sleep(ms, done.signal).then(() => {
    throw late();
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    done.abort(DONE);
  }
}

/**
 * Runs a call under a signal that aborts after `ms`, or when `stop` does. Waits for the call to
 * end, and rejects with whatever the aborted call makes of it.
 */
export async function callWithDeadline<Value>(
  clock: Clock,
  ms: number,
  stop: AbortSignal,
  call: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  const done = new AbortController();
  const abort = (): void => over.abort();
  stop.addEventListener("abort", abort, { once: true });
  if (stop.aborted) abort();
  const timeUp = pause(clock, ms, done.signal).then((late) => {
    if (late) abort();
  });
  try {
    return await call(over.signal);
  } finally {
    stop.removeEventListener("abort", abort);
    done.abort(DONE);
    await timeUp;
  }
}

/**
 * Resolves to what the work does, unless the signal aborts first; the work itself goes on.
 * @throws the signal's reason
 */
export async function abortable<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
