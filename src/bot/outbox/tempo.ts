/** When a lane may call next: at the pace of its chat, and not during a pause. */
import { type Entry, isPaced, rankOf } from "./operation.ts";
import { Pace, type Pacing } from "./pacing.ts";

/** Telegram counts in whole seconds; a call at the very edge would be refused again. */
const FLOOD_MARGIN_MS = 200;

/** Time is handed in, in milliseconds. */
export class Tempo {
  readonly #pace: Pace;
  /** Telegram asked for it. */
  #floodUntil = 0;
  /** Telegram could not be reached. */
  #outageUntil = 0;

  constructor(pacing: Pacing, now: number) {
    this.#pace = new Pace(pacing, now);
  }

  /** Milliseconds until the entry may go. */
  delay({ operation, rank }: Entry, now: number): number {
    const pausedMs = Math.max(this.#floodUntil, this.#outageUntil) - now;
    if (!isPaced(operation.urgency)) return Math.max(pausedMs, 0);
    return Math.max(pausedMs, this.#pace.waitFor(rank < rankOf("waiting"), now));
  }

  /** The entry goes. */
  take({ operation }: Entry, now: number): void {
    if (isPaced(operation.urgency)) this.#pace.take(now);
  }

  succeeded(): void {
    this.#pace.succeeded();
  }

  /** Telegram asked for a pause. */
  flooded(retryAfterMs: number, now: number): void {
    this.#floodUntil = now + retryAfterMs + FLOOD_MARGIN_MS;
    this.#pace.flooded(this.#floodUntil);
  }

  /** Telegram could not be reached, and is left alone for as long. */
  outage(delayMs: number, now: number): void {
    this.#outageUntil = now + delayMs;
  }

  /** Telegram has been heard from. */
  outageOver(): void {
    this.#outageUntil = 0;
  }
}
