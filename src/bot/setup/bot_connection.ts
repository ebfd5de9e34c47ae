/** The bot that a token belongs to, while it is set up: who it is, and any call, in plain words. */
import type { Api } from "grammy";
import type { Clock } from "../../core/clock.ts";
import type { CallSignal } from "../outbox/call_signal.ts";
import { withDeadline } from "../outbox/deadline.ts";
import { setupFailure } from "./setup_failure.ts";

export interface BotIdentity {
  readonly id: number;
  /** Without `@`. */
  readonly username: string;
}

export interface ConnectionParts {
  readonly api: Api;
  readonly apiRoot: string;
  readonly clock: Clock;
  /** Ends every call. */
  readonly signal: AbortSignal;
}

const CALL_TIMEOUT_MS = 20_000;

export class BotConnection {
  readonly #parts: ConnectionParts;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  /** @throws {UserFacingError} when the token is wrong, or Telegram cannot be reached */
  async identity(): Promise<BotIdentity> {
    const { id, username } = await this.call((api, signal) => api.getMe(signal));
    return { id, username };
  }

  /** Where Telegram delivers the bot's messages to instead of us. @throws {UserFacingError} */
  async webhook(): Promise<string | undefined> {
    const { url = "" } = await this.call((api, signal) => api.getWebhookInfo(signal));
    return url === "" ? undefined : url;
  }

  /** What was sent meanwhile stays. @throws {UserFacingError} */
  async removeWebhook(): Promise<void> {
    await this.call((api, signal) => api.deleteWebhook({}, signal));
  }

  /**
   * Any call, with a deadline.
   * @param stop ends this call, in place of what ends every one
   * @throws {UserFacingError} in words for the person
   */
  async call<Result>(
    call: (api: Api, signal: CallSignal) => Promise<Result>,
    stop?: AbortSignal,
  ): Promise<Result> {
    const { api, apiRoot, clock } = this.#parts;
    const signal = stop ?? this.#parts.signal;
    try {
      return await withDeadline(clock, CALL_TIMEOUT_MS, signal, (deadline) => call(api, deadline));
    } catch (error) {
      signal.throwIfAborted();
      throw setupFailure(error, apiRoot);
    }
  }
}
