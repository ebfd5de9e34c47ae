/** Decides how long to wait after a failed poll, or that waiting does not help. */
import { GrammyError } from "grammy";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { conflictRefusal, refusalOf, type TelegramRefusal, webhookRefusal } from "./api.ts";
import { classifyFailure } from "./api_failure.ts";
import { isWebhookConflict } from "./webhook.ts";

const LONGEST_PAUSE_MS = 30_000;
const FIRST_CONFLICT_PAUSE_MS = 5_000;
const LONGEST_CONFLICT_PAUSE_MS = 60_000;
const MOST_CONFLICTS = 6;
/** Pauses after a refusal of a token that was good before: a server in trouble says so, too. */
const REFUSAL_PAUSES_MS = [5_000, 10_000, 20_000];
/** Keeps a person who writes `/cancel` while the disk is full from waiting longer than this. */
const LONGEST_STORAGE_PAUSE_MS = 5_000;

export class PollBackoff {
  readonly #firstPauseMs: number;
  readonly #log: Log;
  #failures = 0;
  #conflicts = 0;
  #refusals = 0;
  #hasWorked = false;
  #storageFailures = 0;

  /** @param loopSleepSeconds the pause after the first failure; later ones are longer */
  constructor(loopSleepSeconds: number, log: Log) {
    this.#firstPauseMs = Math.max(0.1, loopSleepSeconds) * 1000;
    this.#log = log;
  }

  /** Begins anew after a call that went through. */
  reset(): void {
    this.#failures = 0;
    this.#conflicts = 0;
    this.#refusals = 0;
    this.#hasWorked = true;
  }

  /** Begins anew after updates that the disk accepted. */
  stored(): void {
    this.#storageFailures = 0;
  }

  /** @returns milliseconds to wait when the disk refused the updates */
  storagePauseMs(): number {
    const growing = this.#firstPauseMs * 2 ** this.#storageFailures++;
    return Math.min(growing, LONGEST_STORAGE_PAUSE_MS);
  }

  /**
   * @returns milliseconds to wait before the next call
   * @throws {TelegramRefusal} when a person has to do something first
   */
  pauseAfter(error: unknown): number {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return this.#refusalPause(refusal);
    return error instanceof GrammyError && error.error_code === 409
      ? this.#conflictPause(error)
      : this.#failurePause(error);
  }

  #refusalPause(refusal: TelegramRefusal): number {
    const pauseMs = this.#hasWorked ? REFUSAL_PAUSES_MS[this.#refusals++] : undefined;
    if (pauseMs === undefined) throw refusal;
    this.#log.warn("telegram.poll.failed", { error: refusal.message, pause_ms: pauseMs });
    return pauseMs;
  }

  #conflictPause(error: GrammyError): number {
    if (isWebhookConflict(error)) throw webhookRefusal();
    if (++this.#conflicts > MOST_CONFLICTS) throw conflictRefusal();
    const pauseMs = Math.min(
      FIRST_CONFLICT_PAUSE_MS * 2 ** (this.#conflicts - 1),
      LONGEST_CONFLICT_PAUSE_MS,
    );
    this.#log.warn("telegram.conflict", {
      reason: "another program polls this bot",
      pause_ms: pauseMs,
    });
    return pauseMs;
  }

  #failurePause(error: unknown): number {
    const growing = this.#firstPauseMs * 2 ** this.#failures++;
    const failure = classifyFailure(error);
    const pauseMs = failure.kind === "flood"
      ? failure.retryAfterMs
      : Math.min(growing, LONGEST_PAUSE_MS);
    this.#log.warn("telegram.poll.failed", { error: reasonOf(error), pause_ms: pauseMs });
    return pauseMs;
  }
}

/** Describes an error without the text of grammY's transport, which holds the token. */
function reasonOf(error: unknown): string {
  const { description, kind } = classifyFailure(error);
  return kind === "refused" && error instanceof Error && !(error instanceof GrammyError)
    ? describeError(error)
    : description;
}
