/** Connects to the Bot API, ends its calls in time, and explains what only a person can mend. */
import { Api, GrammyError } from "grammy";
import type { Clock } from "../core/clock.ts";
import { callWithDeadline } from "../core/deadline.ts";
import { UserFacingError } from "../core/errors.ts";
import { judgedFetch } from "./api_answer.ts";

export interface ApiSettings {
  readonly botToken: string;
  /** Without a trailing slash. */
  readonly apiRoot: string;
}

/** Ends calls that were given no signal, in seconds. */
const TIMEOUT_SECONDS = 60;

/**
 * Every call rejects for what is no answer of the Bot API, see api_answer.ts.
 * @param untraced a fetch that hands the addresses, which hold the token, to nobody else
 */
export function createTelegramApi(
  { botToken, apiRoot }: ApiSettings,
  untraced: typeof globalThis.fetch,
): Api {
  const fetch = judgedFetch(untraced);
  return new Api(botToken, { apiRoot, timeoutSeconds: TIMEOUT_SECONDS, fetch });
}

/** The signal that grammY's types ask for: another library's, in place of the runtime's own. */
export type CallSignal = AbortSignal & NonNullable<Parameters<Api["deleteMessage"]>[2]>;

/**
 * Makes a call of the Bot API under a signal that aborts after `timeoutMs`, or when `stop` does.
 * @throws whatever the call throws, also when it is aborted
 */
export function callTelegram<Result>(
  clock: Clock,
  timeoutMs: number,
  stop: AbortSignal,
  call: (signal: CallSignal) => Promise<Result>,
): Promise<Result> {
  return callWithDeadline(clock, timeoutMs, stop, (signal) => {
    if (!isCallSignal(signal)) throw new TypeError("The runtime's AbortSignal has no listeners");
    return call(signal);
  });
}

/** grammY only listens to the signal. */
function isCallSignal(signal: AbortSignal): signal is CallSignal {
  return "addEventListener" in signal;
}

/** Telegram will not work with us until a person has done something. */
export class TelegramRefusal extends UserFacingError {}

/** @returns the refusal behind an error of any call, or undefined where trying again may help */
export function refusalOf(error: unknown): TelegramRefusal | undefined {
  if (!(error instanceof GrammyError)) return undefined;
  // The Bot API answers 404 for a token that has not even the right form.
  if (error.error_code !== 401 && error.error_code !== 404) return undefined;
  return new TelegramRefusal("Telegram refused the bot token", {
    remedy: "Ask @BotFather for it with /token and put it into .env as TELEGRAM_BOT_TOKEN",
  });
}

export function webhookRefusal(): TelegramRefusal {
  return new TelegramRefusal("Telegram delivers this bot's messages to a webhook", {
    remedy: "Set telegram.polling.delete_webhook_on_start = true, or remove the webhook yourself",
  });
}

export function conflictRefusal(): TelegramRefusal {
  return new TelegramRefusal("Another program polls this bot", {
    remedy: "Stop the other one, or make a second bot with @BotFather: one bot, one program",
  });
}
