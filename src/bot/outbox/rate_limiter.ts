/**
 * Limits how fast one chat, and all chats together, are written to. Answers, questions and replies go
 * at once, and Telegram's 429 is the judge; what only decorates takes what they leave over.
 */
import type { ChatPace } from "../pace.ts";
import { isDecoration, isPaced, type Urgency } from "./send_queue.ts";

const SLOWDOWN_PER_FLOOD = 1.5;
const MOST_SLOWDOWN = 8;
/** Brings a chat that was slowed down back to its usual pace within a dozen calls, or gaps of time. */
const RECOVERY = 0.96;
/** Telegram counts whole seconds, and would refuse a call at the very end of its pause again. */
export const FLOOD_MARGIN_MS = 200;
const WINDOW_MS = 1_000;
/** With fewer tokens than that, decoration could make Telegram refuse one of a few answers in a row. */
const DECORATION_FROM = 3;

/**
 * A token bucket, from which every call takes a token. Decoration leaves the last ones to what is
 * urgent, which waits for a token only after Telegram has asked for a pause. All times are in
 * milliseconds, and `now` is one of the monotonic clock.
 */
export class RateLimiter {
  readonly #pace: Pick<ChatPace, "burst" | "gapMs">;
  #tokens: number;
  #refilledAt: number;
  /** Telegram asked for a pause until then. */
  #floodUntil = 0;
  /** Telegram could not be reached, and is tried again then. */
  #outageUntil = 0;
  /** The same, found out by decoration, which keeps nothing else waiting. */
  #decorationOutageUntil = 0;
  #slowdown = 1;

  constructor(pace: Pick<ChatPace, "burst" | "gapMs">, now: number) {
    this.#pace = pace;
    this.#tokens = pace.burst;
    this.#refilledAt = now;
  }

  /** Tells how long a call of that urgency has to wait. */
  delay(urgency: Urgency, now: number): number {
    const decorates = isDecoration(urgency);
    const alsoUntil = decorates ? this.#decorationOutageUntil : 0;
    const pausedMs = Math.max(this.#floodUntil, this.#outageUntil, alsoUntil, now) - now;
    if (!isPaced(urgency)) return pausedMs;
    this.#refill(now);
    if (!decorates && this.#slowdown === 1) return pausedMs;
    const needed = decorates ? Math.min(this.#pace.burst, DECORATION_FROM) : 1;
    return Math.max(pausedMs, Math.ceil((needed - this.#tokens) * this.#gapMs()));
  }

  /** Takes the token for a call that is made now. */
  take(urgency: Urgency, now: number): void {
    if (!isPaced(urgency)) return;
    this.#refill(now);
    // No debts: after a busy minute, decoration waits no longer than after a busy second.
    this.#tokens = Math.max(0, this.#tokens - 1);
  }

  succeeded(): void {
    this.#recover(1);
  }

  /** Pauses as Telegram asked, and goes on slower and without a burst. */
  flooded(retryAfterMs: number, now: number): void {
    this.#floodUntil = Math.max(this.#floodUntil, now + retryAfterMs + FLOOD_MARGIN_MS);
    this.#slowdown = Math.min(MOST_SLOWDOWN, this.#slowdown * SLOWDOWN_PER_FLOOD);
    this.#tokens = 1;
    this.#refilledAt = this.#floodUntil;
  }

  /** Pauses because a call of that urgency did not reach Telegram. */
  outage(urgency: Urgency, delayMs: number, now: number): void {
    if (isDecoration(urgency)) this.#decorationOutageUntil = now + delayMs;
    else this.#outageUntil = now + delayMs;
  }

  /** Ends the pause of an outage: Telegram was heard from. */
  outageOver(): void {
    this.#outageUntil = 0;
    this.#decorationOutageUntil = 0;
  }

  #refill(now: number): void {
    const elapsed = now - this.#refilledAt;
    if (elapsed <= 0) return;
    this.#tokens = Math.min(this.#pace.burst, this.#tokens + elapsed / this.#gapMs());
    this.#recover(elapsed / this.#pace.gapMs);
    this.#refilledAt = now;
  }

  #recover(times: number): void {
    this.#slowdown = Math.max(1, this.#slowdown * RECOVERY ** times);
  }

  #gapMs(): number {
    return this.#pace.gapMs * this.#slowdown;
  }
}

/** Counts the calls of all chats within a second, of which decoration gets two thirds at most. */
export class OverallLimiter {
  readonly #perSecond: number;
  readonly #forDecoration: number;
  /** When the calls of the last second were made, oldest first. */
  #calls: number[] = [];

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#forDecoration = Math.max(1, Math.floor(perSecond * 2 / 3));
  }

  /** Tells how long a call of that urgency has to wait. */
  delay(urgency: Urgency, now: number): number {
    this.#calls = this.#calls.filter((at) => now - at < WINDOW_MS);
    const most = isDecoration(urgency) ? this.#forDecoration : this.#perSecond;
    const next = this.#calls.at(-most);
    return next === undefined ? 0 : next + WINDOW_MS - now;
  }

  take(now: number): void {
    this.#calls.push(now);
  }
}
