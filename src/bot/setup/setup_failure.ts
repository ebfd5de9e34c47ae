/** What keeps a bot from being set up, in words for whoever sits before the terminal. */
import { GrammyError, HttpError } from "grammy";
import { UserFacingError } from "../../core/errors.ts";
import { refusalOf, TelegramRefusal } from "../api.ts";
import { conflictRefusal, webhookRefusal } from "../poll_failures.ts";
import { connectionTrouble } from "./connection_trouble.ts";

/** It may pass: trying again can help. */
export class PassingTrouble extends UserFacingError {}

/** Another program asks for the same bot's messages. */
export class PollingConflict extends UserFacingError {}

/** An error of any call as one with a remedy; never with an address, as those hold the token. */
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
