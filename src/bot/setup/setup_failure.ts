/** What keeps a bot from being set up, in words for whoever sits before the terminal. */
import { GrammyError, HttpError } from "grammy";
import { UserFacingError } from "../../core/errors.ts";
import { refusalOf, TelegramRefusal } from "../api.ts";
import { classifyFailure } from "../outbox/failure.ts";
import { conflictRefusal, webhookRefusal } from "../poll_failures.ts";

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
    return messagesOf(error).some((text) => /certificate|UnknownIssuer/i.test(text))
      ? untrustedCertificate(host)
      : new PassingTrouble(`Cannot reach ${host}: ${classifyFailure(error).description}`, {
        remedy: "Look at the network; behind a proxy, set HTTPS_PROXY and NO_PROXY",
      });
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

function untrustedCertificate(host: string): UserFacingError {
  return new UserFacingError(
    `Cannot reach ${host}: its certificate is not by an authority that is known here`,
    {
      remedy:
        "A proxy that looks into TLS is likely: set DENO_TLS_CA_STORE=system, or NODE_EXTRA_CA_CERTS " +
        "to the file with its authority, and start this again",
    },
  );
}

/** Of the error and of what caused it. */
function messagesOf(error: unknown): string[] {
  const messages: string[] = [];
  for (let each = error; each instanceof Error && messages.length < 5;) {
    messages.push(each.message);
    each = each instanceof HttpError ? each.error : each.cause;
  }
  return messages;
}
