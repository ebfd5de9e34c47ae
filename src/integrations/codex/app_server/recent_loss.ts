/**
 * Waits for another machine to which the connection was lost a moment ago: what follows a turn, such as
 * its record and its checks, must not be lost with a connection that is back in seconds.
 */
import type { Clock } from "../../../core/clock.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";

interface RecentLossSettings {
  readonly clock: Clock;
  /** How long after the loss the machine is waited for, in milliseconds. */
  readonly limitMs: number;
  /** Aborts when nobody connects any more. */
  readonly closing: AbortSignal;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

export class RecentLoss {
  readonly #settings: RecentLossSettings;
  #lostAt = -Infinity;

  constructor(settings: RecentLossSettings) {
    this.#settings = settings;
  }

  /** Notes that the connection was lost. */
  note(): void {
    this.#lostAt = this.#settings.clock.monotonic();
  }

  /**
   * Connects, again and again where the connection was lost just now.
   * @throws what `connect` throws
   */
  async outlast<Connected>(
    connect: () => Promise<Connected>,
    signal?: AbortSignal,
  ): Promise<Connected> {
    const { clock, closing } = this.#settings;
    const stop = signal === undefined ? closing : AbortSignal.any([closing, signal]);
    for (let pauseMs = FIRST_PAUSE_MS;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await connect();
      } catch (error) {
        if (!mayPass(error) || !this.#isRecent || !await pause(clock, pauseMs, stop)) throw error;
      }
    }
  }

  get #isRecent(): boolean {
    const { clock, limitMs } = this.#settings;
    return clock.monotonic() - this.#lostAt < limitMs;
  }
}

/** Tells whether nobody has to do anything before it works again. */
function mayPass(error: unknown): boolean {
  return error instanceof CodexError && (error.kind === "unreachable" || error.kind === "exited");
}
