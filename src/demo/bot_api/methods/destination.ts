/** Where a new message goes and what it answers: common to everything that sends. */
import { badRequest } from "../api_error.ts";
import { type Chat, requireOpenTopic, requireWritable } from "../chats.ts";
import { JsonFields } from "../json_fields.ts";
import { readReplyMarkup, type ReplyMarkup } from "../keyboard.ts";
import { currentVersion, type StoredMessage } from "../message.ts";
import { isJsonObject } from "../wire.ts";
import type { MethodCall } from "./method.ts";

export interface Destination {
  readonly chat: Chat;
  readonly topicId: number | undefined;
  readonly replyTo: StoredMessage | undefined;
  readonly silent: boolean;
  readonly replyMarkup: ReplyMarkup | undefined;
}

export const DESTINATION_PARAMETERS = [
  "business_connection_id",
  "chat_id",
  "message_thread_id",
  "direct_messages_topic_id",
  "disable_notification",
  "protect_content",
  "allow_paid_broadcast",
  "message_effect_id",
  "suggested_post_parameters",
  "ephemeral_message_parameters",
  "reply_parameters",
  "reply_markup",
  "reply_to_message_id",
  "allow_sending_without_reply",
];

export function readDestination(call: MethodCall): Destination {
  const { account, parameters } = call;
  const chat = account.findChat(parameters.text("chat_id"));
  requireWritable(chat);
  parameters.boolean("protect_content");
  const replyTo = readReply(call, chat);
  const topicId = readTopic(call, chat) ?? (chat.isForum ? replyTo?.topicId : undefined);
  requireOpenTopic(chat, topicId);
  return {
    chat,
    topicId,
    replyTo,
    silent: parameters.boolean("disable_notification"),
    replyMarkup: readReplyMarkup(parameters),
  };
}

function readTopic({ parameters }: MethodCall, chat: Chat): number | undefined {
  const topicId = parameters.integer("message_thread_id");
  if (topicId === undefined || topicId === 0) return undefined;
  if (!chat.topics.has(topicId)) throw badRequest("message thread not found");
  return topicId;
}

function readReply(call: MethodCall, chat: Chat): StoredMessage | undefined {
  const wish = readReplyParameters(call);
  if (wish === undefined) return undefined;
  const from = wish.chatId === undefined ? chat : call.account.findChat(wish.chatId);
  const message = from.visibleMessage(wish.messageId);
  if (message === undefined) {
    if (wish.optional) return undefined;
    throw badRequest("message to be replied not found");
  }
  requireQuote(message, wish.quote);
  return message;
}

interface ReplyWish {
  readonly messageId: number;
  readonly chatId: string | undefined;
  readonly optional: boolean;
  readonly quote: string | undefined;
}

function readReplyParameters({ parameters }: MethodCall): ReplyWish | undefined {
  const complaint = "can't parse reply parameters JSON object";
  const value = parameters.json("reply_parameters", complaint);
  if (value === undefined) {
    const messageId = parameters.integer("reply_to_message_id");
    const optional = parameters.boolean("allow_sending_without_reply");
    if (messageId === undefined) return undefined;
    return { messageId, chatId: undefined, optional, quote: undefined };
  }
  if (!isJsonObject(value)) throw badRequest("object expected as reply parameters");
  const fields = new JsonFields(value);
  return {
    messageId: fields.integer("message_id"),
    chatId: fields.optionalString("chat_id"),
    optional: fields.optionalBoolean("allow_sending_without_reply"),
    quote: fields.optionalString("quote"),
  };
}

function requireQuote(message: StoredMessage, quote: string | undefined): void {
  if (quote === undefined || quote === "") return;
  if (!currentVersion(message).content.text.includes(quote)) throw badRequest("QUOTE_TEXT_INVALID");
}
