/** Work that goes on beside what called for it, and whose pauses end with its owner. */
import type { Clock } from "../core/clock.ts";

export class BackgroundWork {
  readonly #clock: Clock;
  readonly #works = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many works go on. */
  get size(): number {
    return this.#works.size;
  }

  /** @param work must not reject */
  run(work: () => Promise<void>): void {
    const ended = work().finally(() => this.#works.delete(ended));
    this.#works.add(ended);
  }

  /** @returns false when nothing is to be done any more */
  async pause(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    await this.#clock.sleep(ms, signal).catch(() => {
      // Aborted: told by what is returned.
    });
    return !signal.aborted;
  }

  /** Ends every pause. */
  close(): void {
    this.#closing.abort();
  }

  /** Resolves when everything that goes on now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#works);
  }
}
