/** Waits that end by time or by a signal, whichever comes first. */
import type { Clock } from "../../core/clock.ts";

/** Waits `ms` milliseconds. @returns false when the signal ended the wait early */
export async function elapsed(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await clock.sleep(ms, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

/**
 * What `work` comes to, unless it takes longer than `ms` milliseconds; the work itself goes on.
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
    done.abort();
  }
}

/**
 * What `work` comes to, unless the signal aborts first; the work itself goes on.
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
