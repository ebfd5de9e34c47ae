/** When the next call to a chat may go. */
import type { ChatPace } from "../pace.ts";

export type Pacing = Pick<ChatPace, "burst" | "gapMs">;

const SLOWER = 1.5;
const SLOWEST = 8;
/** A chat that was slowed down is at its usual pace again after a dozen calls. */
const RECOVERY = 0.96;

/** A bucket of permissions to call; time is handed in, in milliseconds. */
export class Pace {
  readonly #pacing: Pacing;
  #tokens: number;
  #refilledAt: number;
  #slowdown = 1;

  constructor(pacing: Pacing, now: number) {
    this.#pacing = pacing;
    this.#tokens = pacing.burst;
    this.#refilledAt = now;
  }

  /** Milliseconds until a call may go; progress leaves the last permission to the urgent. */
  waitFor(urgent: boolean, now: number): number {
    this.#refill(now);
    const needed = urgent || this.#pacing.burst < 2 ? 1 : 2;
    return Math.max(0, Math.ceil((needed - this.#tokens) * this.#gapMs()));
  }

  take(now: number): void {
    this.#refill(now);
    this.#tokens -= 1;
  }

  succeeded(): void {
    this.#slowdown = Math.max(1, this.#slowdown * RECOVERY);
  }

  /** Telegram refused for pace: from here on slower, and without a burst after the pause. */
  flooded(resumeAt: number): void {
    this.#slowdown = Math.min(SLOWEST, this.#slowdown * SLOWER);
    this.#tokens = 1;
    this.#refilledAt = resumeAt;
  }

  #refill(now: number): void {
    const elapsed = now - this.#refilledAt;
    if (elapsed <= 0) return;
    this.#tokens = Math.min(this.#pacing.burst, this.#tokens + elapsed / this.#gapMs());
    this.#refilledAt = now;
  }

  #gapMs(): number {
    return this.#pacing.gapMs * this.#slowdown;
  }
}
