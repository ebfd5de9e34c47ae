/** Measures how long a turn has worked, without the time in which a person is asked. */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";

/** How often a paused time is looked at, in milliseconds. */
const PAUSE_STEP_MS = 1_000;

export class WorkingTime {
  readonly #clock: Clock;
  /** When the turn began, moved by all pauses since. */
  #startedAt: number;
  #pausedAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Does nothing while it is paused. */
  pause(): void {
    this.#pausedAt ??= this.#clock.monotonic();
  }

  /** Does nothing while it runs. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#startedAt += this.#clock.monotonic() - this.#pausedAt;
    this.#pausedAt = undefined;
  }

  /** Waits until the turn has worked for `ms`. @returns false when the signal ended the wait */
  async reached(ms: number, signal: AbortSignal): Promise<boolean> {
    let leftMs = ms;
    while (leftMs > 0) {
      const waitMs = this.#pausedAt === undefined ? leftMs : Math.max(leftMs, PAUSE_STEP_MS);
      if (!await pause(this.#clock, waitMs, signal)) return false;
      leftMs = ms - ((this.#pausedAt ?? this.#clock.monotonic()) - this.#startedAt);
    }
    return true;
  }
}
