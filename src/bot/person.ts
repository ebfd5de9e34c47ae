/** A sender whom the gate has let in, and what their words belong to. */
import type { Origin } from "../core/run/run.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { Sender } from "./inbound.ts";
import type { Language } from "../texts/texts.ts";

export type Person = Sender & { readonly userId: number };

/** A topic of a chat is a session of its own. */
export function sessionOf({ chatId, userId, topicId }: Person): SessionKey {
  return {
    chatId: String(chatId),
    userId: String(userId),
    ...(topicId === undefined ? {} : { topicId: String(topicId) }),
  };
}

export function originOf({ chatId, messageId, topicId }: Person, language: Language): Origin {
  return {
    chatId: String(chatId),
    messageId,
    language,
    ...(topicId === undefined ? {} : { topicId }),
  };
}

/** When Telegram says that it was written, where it does. */
export function sentAt({ sentAt: seconds = NaN }: Person): { readonly sentAt?: string } {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? {} : { sentAt: date.toISOString() };
}
