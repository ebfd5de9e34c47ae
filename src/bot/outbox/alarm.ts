/** A sleep that somebody else can end. */
import type { Clock } from "../../core/clock.ts";

export class Alarm {
  readonly #clock: Clock;
  #sleep: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after so many milliseconds, or when {@link ring} is called before. */
  async sleep(ms: number): Promise<void> {
    this.#sleep = new AbortController();
    try {
      await this.#clock.sleep(ms, this.#sleep.signal);
    } catch {
      // Rung: the sleeper looks afresh at what there is to do either way.
    }
    this.#sleep = undefined;
  }

  ring(): void {
    this.#sleep?.abort();
  }
}
