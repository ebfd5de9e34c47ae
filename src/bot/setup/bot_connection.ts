/** Calls the Bot API while a bot is set up, and turns every failure into words for the terminal. */
import { type Api, GrammyError, HttpError } from "grammy";
import type { Clock } from "../../core/clock.ts";
import { UserFacingError } from "../../core/errors.ts";
import {
  type CallSignal,
  callTelegram,
  conflictRefusal,
  refusalOf,
  TelegramRefusal,
  webhookRefusal,
} from "../api.ts";
import { classifyFailure } from "../api_failure.ts";

export interface BotIdentity {
  readonly id: number;
  /** Without `@`. */
  readonly username: string;
}

interface ConnectionParts {
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

  /**
   * Returns the address to which Telegram delivers the bot's messages instead of to us.
   * @throws {UserFacingError}
   */
  async webhook(): Promise<string | undefined> {
    const { url = "" } = await this.call((api, signal) => api.getWebhookInfo(signal));
    return url === "" ? undefined : url;
  }

  /**
   * Keeps the messages that wait for the bot.
   * @throws {UserFacingError}
   */
  async removeWebhook(): Promise<void> {
    await this.call((api, signal) => api.deleteWebhook({}, signal));
  }

  /**
   * Makes a call with a deadline.
   * @param stop aborts this call, instead of the signal for all calls
   * @throws {UserFacingError}
   */
  async call<Result>(
    call: (api: Api, signal: CallSignal) => Promise<Result>,
    stop?: AbortSignal,
  ): Promise<Result> {
    const { api, apiRoot, clock } = this.#parts;
    const signal = stop ?? this.#parts.signal;
    try {
      return await callTelegram(clock, CALL_TIMEOUT_MS, signal, (deadline) => call(api, deadline));
    } catch (error) {
      signal.throwIfAborted();
      throw setupFailure(error, apiRoot);
    }
  }
}

/** A failure that may pass, so that trying again can help. */
export class PassingTrouble extends UserFacingError {}

/** Another program polls the same bot. */
export class PollingConflict extends UserFacingError {}

/** Explains an error of any call, without its address, which would hold the token. */
export function setupFailure(error: unknown, apiRoot: string): Error {
  if (error instanceof UserFacingError) return error;
  if (refusalOf(error) !== undefined) {
    return new TelegramRefusal("Telegram does not know this bot token", {
      remedy: "Look at it again in @BotFather: /mybots, the bot, API Token",
    });
  }
  const host = new URL(apiRoot).host;
  if (error instanceof HttpError) {
    const { reason, remedy, lasting } = connectionTrouble(error);
    const Trouble = lasting ? UserFacingError : PassingTrouble;
    return new Trouble(`Cannot reach ${host}: ${reason}`, { remedy });
  }
  if (error instanceof GrammyError) return refusedCall(error);
  return error instanceof Error ? error : new Error(String(error));
}

function refusedCall({ error_code: code, method, description }: GrammyError): UserFacingError {
  if (code === 409) {
    if (/webhook/i.test(description)) return webhookRefusal();
    const { message, remedy } = conflictRefusal();
    return new PollingConflict(message, remedy === undefined ? {} : { remedy });
  }
  const text = `Telegram refused ${method}: ${description}`;
  return code === 429 || code >= 500 ? new PassingTrouble(text) : new UserFacingError(text);
}

const CERTIFICATE_REMEDY =
  "A proxy that looks into TLS has a certificate of its own: set DENO_TLS_CA_STORE=system, or " +
  "NODE_EXTRA_CA_CERTS=FILE, where codex-orchestrator starts";
const CONNECTION_REMEDY =
  "Look at the network, at HTTPS_PROXY and NO_PROXY, and at telegram.api_root in conf.toml";

/** Error of the runtime, what it means, and what helps. */
const CONNECTION_TROUBLES: readonly (readonly [RegExp, string, string])[] = [
  [/UnknownIssuer/, "invalid peer certificate: UnknownIssuer", CERTIFICATE_REMEDY],
  [/invalid peer certificate/, "its certificate cannot be trusted", CERTIFICATE_REMEDY],
  [/dns error|failed to lookup/i, "its name cannot be looked up", CONNECTION_REMEDY],
  [/connection refused/i, "it refuses the connection", CONNECTION_REMEDY],
];

interface ConnectionTrouble {
  readonly reason: string;
  readonly remedy: string;
  /** Lasts until a person changes something. */
  readonly lasting: boolean;
}

/** Explains why Telegram cannot be reached, without the address, which would hold the token. */
export function connectionTrouble(error: unknown): ConnectionTrouble {
  const cause = error instanceof HttpError ? causeOf(error.error) : "";
  const [, reason, remedy] = CONNECTION_TROUBLES.find(([pattern]) => pattern.test(cause)) ??
    [undefined, classifyFailure(error).description, CONNECTION_REMEDY];
  return { reason, remedy, lasting: remedy === CERTIFICATE_REMEDY };
}

function causeOf(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
}
