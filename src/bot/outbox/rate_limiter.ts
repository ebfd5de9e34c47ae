/** Limits how fast one chat is written to, and waits out the pauses of Telegram. */
import type { ChatPace } from "../pace.ts";
import { isPaced, rankOf, type Urgency } from "./send_queue.ts";

const SLOWDOWN_PER_FLOOD = 1.5;
const MOST_SLOWDOWN = 8;
/** Brings a chat that was slowed down back to its usual pace within a dozen calls. */
const RECOVERY_PER_CALL = 0.96;
/** Telegram counts whole seconds, and would refuse a call at the very end of its pause again. */
const FLOOD_MARGIN_MS = 200;

/**
 * A token bucket. Each call takes a token; a call that is not urgent leaves the last one to those
 * that are. All times are in milliseconds, and `now` is one of the monotonic clock.
 */
export class RateLimiter {
  readonly #pace: Pick<ChatPace, "burst" | "gapMs">;
  #tokens: number;
  #refilledAt: number;
  /** Telegram asked for a pause until then. */
  #floodUntil = 0;
  /** Telegram could not be reached, and is tried again then. */
  #outageUntil = 0;
  #slowdown = 1;

  constructor(pace: Pick<ChatPace, "burst" | "gapMs">, now: number) {
    this.#pace = pace;
    this.#tokens = pace.burst;
    this.#refilledAt = now;
  }

  /** Tells how long a call of that urgency has to wait. */
  delay(urgency: Urgency, now: number): number {
    const pausedMs = Math.max(this.#floodUntil, this.#outageUntil, now) - now;
    if (!isPaced(urgency)) return pausedMs;
    this.#refill(now);
    const isUrgent = rankOf(urgency) < rankOf("waiting");
    const needed = isUrgent || this.#pace.burst < 2 ? 1 : 2;
    return Math.max(pausedMs, Math.ceil((needed - this.#tokens) * this.#gapMs()));
  }

  /** Takes the token for a call that is made now. */
  take(urgency: Urgency, now: number): void {
    if (!isPaced(urgency)) return;
    this.#refill(now);
    this.#tokens -= 1;
  }

  succeeded(): void {
    this.#slowdown = Math.max(1, this.#slowdown * RECOVERY_PER_CALL);
  }

  /** Pauses as Telegram asked, and goes on slower and without a burst. */
  flooded(retryAfterMs: number, now: number): void {
    this.#floodUntil = now + retryAfterMs + FLOOD_MARGIN_MS;
    this.#slowdown = Math.min(MOST_SLOWDOWN, this.#slowdown * SLOWDOWN_PER_FLOOD);
    this.#tokens = 1;
    this.#refilledAt = this.#floodUntil;
  }

  /** Pauses because Telegram could not be reached. */
  outage(delayMs: number, now: number): void {
    this.#outageUntil = now + delayMs;
  }

  /** Ends the pause of an outage: Telegram was heard from. */
  outageOver(): void {
    this.#outageUntil = 0;
  }

  #refill(now: number): void {
    const elapsed = now - this.#refilledAt;
    if (elapsed <= 0) return;
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + elapsed / this.#gapMs());
    this.#refilledAt = now;
  }

  #gapMs(): number {
    return this.#pace.gapMs * this.#slowdown;
  }
}
