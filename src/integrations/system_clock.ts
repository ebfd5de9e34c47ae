/** Implements the clock by the time of the system. */
import type { Clock } from "../core/clock.ts";

/** A longer timer would end at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createSystemClock(): Clock {
  return { now: () => new Date(), monotonic: () => performance.now(), sleep };
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const begin = (leftMs: number): ReturnType<typeof setTimeout> =>
      setTimeout(() => {
        if (leftMs > LONGEST_TIMER_MS) {
          timer = begin(leftMs - LONGEST_TIMER_MS);
          return;
        }
        signal?.removeEventListener("abort", stop);
        resolve();
      }, Math.min(leftMs, LONGEST_TIMER_MS));
    let timer = begin(ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
