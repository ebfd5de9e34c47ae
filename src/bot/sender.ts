/** Describes who sent an update, and which session their requests belong to. */
import type { TelegramTime } from "./telegram_time.ts";
import type { Origin } from "../core/run/run.ts";
import type { SessionKey } from "../core/session/session.ts";
import type { Language } from "../texts/texts.ts";
import type { WireMessage } from "./wire.ts";

/** Who wrote, where, and everything else that the gate decides by. */
export interface Sender {
  readonly updateId: number;
  readonly chatId: number;
  readonly chatKind: string;
  /** Undefined for channel posts and the like, which are never let in. */
  readonly userId: number | undefined;
  readonly firstName: string;
  readonly languageCode?: string;
  readonly messageId: number;
  /** In seconds since 1970, where Telegram says so. */
  readonly sentAt?: number;
  readonly topicId?: number;
  /** In a group: not for this bot. */
  readonly unaddressed?: true;
  /** Why this is not simply a person writing, such as `sender_chat`; empty for a person. */
  readonly impersonalFields: readonly string[];
}

/** A sender whom the gate let in. */
export type Person = Sender & { readonly userId: number };

type SenderFields = Pick<WireMessage, "message_id" | "chat" | "from"> & Partial<WireMessage>;

/** Reads the sender of a message, or of another update that is given the fields of one. */
export function senderOf(updateId: number, message: SenderFields): Sender {
  const { chat, from } = message;
  const topicId = message.is_topic_message === true ? message.message_thread_id : undefined;
  return {
    updateId,
    chatId: chat.id,
    chatKind: chat.type,
    userId: from?.id,
    firstName: from?.first_name ?? "",
    messageId: message.message_id,
    impersonalFields: impersonalFieldsOf(message),
    ...(message.date === undefined ? {} : { sentAt: message.date }),
    ...(from?.language_code === undefined ? {} : { languageCode: from.language_code }),
    ...(topicId === undefined ? {} : { topicId }),
  };
}

/** Names the fields that only a message has which a person did not simply write. */
function impersonalFieldsOf(message: SenderFields): string[] {
  const signs = {
    is_bot: message.from?.is_bot,
    sender_chat: message.sender_chat,
    via_bot: message.via_bot,
    is_automatic_forward: message.is_automatic_forward,
    business_connection_id: message.business_connection_id,
    sender_business_bot: message.sender_business_bot,
    guest_query_id: message.guest_query_id,
  };
  return Object.entries(signs)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => name);
}

/** Every topic of a chat is a session of its own. */
export function sessionOf({ chatId, userId, topicId }: Person): SessionKey {
  return {
    chatId: String(chatId),
    userId: String(userId),
    ...(topicId === undefined ? {} : { topicId: String(topicId) }),
  };
}

/** Describes where answers to the request go, and in which language. */
export function originOf({ chatId, messageId, topicId }: Person, language: Language): Origin {
  return {
    chatId: String(chatId),
    messageId,
    language,
    ...(topicId === undefined ? {} : { topicId }),
  };
}

/** Converts the time of sending to this computer's clock, where Telegram says it. */
export function sentAt(
  { sentAt: seconds = NaN }: Person,
  time: Pick<TelegramTime, "onOwnClock">,
): { readonly sentAt?: string } {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? {} : { sentAt: time.onOwnClock(date).toISOString() };
}
