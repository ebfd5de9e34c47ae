/** The connection to the Bot API. */
import { Api, GrammyError } from "grammy";
import { UserFacingError } from "../core/errors.ts";

export interface ApiSettings {
  readonly botToken: string;
  /** Without a trailing slash. */
  readonly apiRoot: string;
}

/** Calls that name no signal of their own are given up after this many seconds. */
const TIMEOUT_SECONDS = 60;

/** @param fetch hands the addresses, which hold the token, to nobody else */
export function createTelegramApi(
  { botToken, apiRoot }: ApiSettings,
  fetch: typeof globalThis.fetch,
): Api {
  return new Api(botToken, { apiRoot, timeoutSeconds: TIMEOUT_SECONDS, fetch });
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
