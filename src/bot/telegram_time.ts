/**
 * Tells the time by Telegram's own clock. Telegram dates messages by it: compared with the clock of a
 * computer that is wrong by an hour, every message would be an hour old, or not yet written.
 */
import type { Clock } from "../core/clock.ts";

export class TelegramTime implements Pick<Clock, "now"> {
  readonly #clock: Clock;
  /** What Telegram's clock said, and how long the computer had been running then. */
  #told: { readonly atMs: number; readonly monotonicMs: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The time by Telegram's clock; by the computer's own until Telegram has told it. */
  now(): Date {
    if (this.#told === undefined) return this.#clock.now();
    const { atMs, monotonicMs } = this.#told;
    return new Date(atMs + this.#clock.monotonic() - monotonicMs);
  }

  /** Converts a time of Telegram's to the computer's clock, however wrong that is. */
  onOwnClock(time: Date): Date {
    const ageMs = Math.max(0, this.now().getTime() - time.getTime());
    return new Date(this.#clock.now().getTime() - ageMs);
  }

  /** Makes the same fetch, which learns the time from each answer. */
  observing(untraced: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (...asked) => {
      const response = await untraced(...asked);
      const atMs = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(atMs)) this.#told = { atMs, monotonicMs: this.#clock.monotonic() };
      return response;
    };
  }
}
