/** Asks Telegram about the bot, a question each, without taking updates from its queue. */
import { type Api, GrammyError } from "grammy";
import type { Clock } from "../../core/clock.ts";
import { UserFacingError } from "../../core/errors.ts";
import {
  type ApiSettings,
  type CallSignal,
  callTelegram,
  createTelegramApi,
  refusalOf,
} from "../api.ts";
import { classifyFailure } from "../api_failure.ts";
import { connectionTrouble } from "./bot_connection.ts";

export interface BotAccount {
  /** Without the `@`. */
  readonly username: string;
  /** How far Telegram's clock is ahead of ours, in milliseconds, where it sends a Date header. */
  readonly clockAheadMs: number | undefined;
}

export interface Webhook {
  /** Empty where no webhook is set. */
  readonly address: string;
  readonly waitingUpdates: number;
  readonly lastError: string | undefined;
}

/** `free` = no other program was seen; otherwise the reason why Telegram refuses a poll. */
export type PollingLook = "free" | "webhook" | "other-program";

/** Telegram did not answer. The message holds no address, and so no token. */
export class BotCheckError extends UserFacingError {}

const ANSWER_DEADLINE_MS = 6_000;

export interface BotCheckParts extends ApiSettings {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

export class BotCheck {
  readonly #api: Api;
  readonly #clock: Clock;
  #clockAheadMs: number | undefined;

  constructor({ fetch, clock, ...settings }: BotCheckParts) {
    this.#clock = clock;
    this.#api = createTelegramApi(settings, async (input, init) => {
      const response = await fetch(input, init);
      const told = Date.parse(response.headers.get("date") ?? "");
      this.#clockAheadMs = Number.isNaN(told) ? undefined : told - clock.now().getTime();
      return response;
    });
  }

  /** @throws {BotCheckError} */
  async account(stop: AbortSignal): Promise<BotAccount> {
    const { username } = await this.#ask(stop, (signal) => this.#api.getMe(signal));
    return { username, clockAheadMs: this.#clockAheadMs };
  }

  /** @throws {BotCheckError} */
  async webhook(stop: AbortSignal): Promise<Webhook> {
    const info = await this.#ask(stop, (signal) => this.#api.getWebhookInfo(signal));
    return {
      address: info.url ?? "",
      waitingUpdates: info.pending_update_count,
      lastError: info.last_error_message,
    };
  }

  /**
   * Polls once without waiting and without an offset, which confirms nothing and does not end the
   * poll of another program. Therefore it may miss one: Telegram reports it only to a poll that
   * waits, and ends the other program's poll then.
   * @throws {BotCheckError}
   */
  async poll(stop: AbortSignal): Promise<PollingLook> {
    try {
      const call = { timeout: 0, limit: 1 };
      await callTelegram(
        this.#clock,
        ANSWER_DEADLINE_MS,
        stop,
        (signal) => this.#api.getUpdates(call, signal),
      );
      return "free";
    } catch (error) {
      if (!(error instanceof GrammyError) || error.error_code !== 409) throw checkError(error);
      return /webhook/i.test(error.description) ? "webhook" : "other-program";
    }
  }

  async #ask<Result>(
    stop: AbortSignal,
    call: (signal: CallSignal) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await callTelegram(this.#clock, ANSWER_DEADLINE_MS, stop, call);
    } catch (error) {
      throw checkError(error);
    }
  }
}

function checkError(error: unknown): BotCheckError {
  const refusal = refusalOf(error);
  if (refusal !== undefined) return worded(refusal.message, refusal.remedy);
  if (error instanceof GrammyError) {
    return worded(`Telegram says: ${classifyFailure(error).description}`, undefined);
  }
  const { reason, remedy } = connectionTrouble(error);
  return worded(`Telegram cannot be reached: ${reason}`, remedy);
}

function worded(message: string, remedy: string | undefined): BotCheckError {
  return new BotCheckError(message, remedy === undefined ? {} : { remedy });
}
