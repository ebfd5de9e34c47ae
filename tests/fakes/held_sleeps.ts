/** The real clock, but for the sleeps of one length: these end when the test wants it. */
import type { Clock } from "../../src/core/clock.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";

export class HeldSleeps implements Clock {
  readonly #real = createSystemClock();
  readonly #ms: number;
  readonly #sleepers = new Set<() => void>();

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** How many sleeps of that length are being waited for. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  now(): Date {
    return this.#real.now();
  }

  monotonic(): number {
    return this.#real.monotonic();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms !== this.#ms) return this.#real.sleep(ms, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onAbort = (): void => {
      this.#sleepers.delete(resolve);
      reject(signal?.reason);
    };
    this.#sleepers.add(resolve);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
    return promise;
  }

  /** The time of all of them is up. */
  wake(): void {
    for (const resolve of this.#sleepers) resolve();
    this.#sleepers.clear();
  }
}
