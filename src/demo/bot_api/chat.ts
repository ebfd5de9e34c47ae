/** Chats with their messages, as the server stores them, and what the bot may do in them. */
import { ApiError, badRequest, forbidden } from "./api_error.ts";
import type { StoredFile } from "./files.ts";
import { type InlineKeyboard, inlineKeyboardToWire, type ReplyMarkup } from "./keyboard.ts";
import { type Person, personToWire } from "./people.ts";
import { entityToWire, type FormattedText } from "./text/entities.ts";
import { compact, type Json, type JsonObject } from "./wire.ts";

export type ChatKind = "private" | "group" | "supergroup" | "channel";

export type BotStatus =
  | "member"
  | "administrator"
  | "left"
  | "kicked" // in a private chat: blocked by the person
  | "not-started"; // a private chat that the person has not opened yet

export class Chat {
  readonly id: number;
  readonly kind: ChatKind;
  readonly title: string | undefined;
  readonly username: string | undefined;
  /** The other side of a private chat. */
  readonly person: Person | undefined;
  readonly isForum: boolean;
  readonly topics = new Map<number, string>();
  /** Topics that only administrators may write in. */
  readonly closedTopics = new Set<number>();
  readonly messages = new Map<number, StoredMessage>();
  botStatus: BotStatus;
  migratedTo: Chat | undefined;
  /** Chat actions that the bot sent, oldest first. */
  readonly actions: { readonly action: string; readonly at: Date; readonly topicId?: number }[] =
    [];

  constructor(fields: {
    readonly id: number;
    readonly kind: ChatKind;
    readonly title?: string | undefined;
    readonly username?: string | undefined;
    readonly person?: Person;
    readonly isForum?: boolean;
    readonly botStatus: BotStatus;
  }) {
    this.id = fields.id;
    this.kind = fields.kind;
    this.title = fields.title;
    this.username = fields.username;
    this.person = fields.person;
    this.isForum = fields.isForum ?? false;
    this.botStatus = fields.botStatus;
  }

  get isGroup(): boolean {
    return this.kind === "group" || this.kind === "supergroup";
  }

  /** The message, unless it is deleted or was never there. */
  visibleMessage(id: number): StoredMessage | undefined {
    const message = this.messages.get(id);
    return message?.deleted === false ? message : undefined;
  }
}

/** @throws {ApiError} with Telegram's reason why the bot cannot act in the chat */
export function requireWritable(chat: Chat): void {
  requireMember(chat);
  if (chat.migratedTo !== undefined) {
    throw new ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", {
      migrateToChatId: chat.migratedTo.id,
    });
  }
  if (chat.kind === "channel" && chat.botStatus !== "administrator") {
    throw badRequest("need administrator rights in the channel chat");
  }
}

/** @throws {ApiError} when the topic is closed and the bot has no right to write in it */
export function requireOpenTopic(chat: Chat, topicId: number | undefined): void {
  if (topicId === undefined || chat.botStatus === "administrator") return;
  if (chat.closedTopics.has(topicId)) throw badRequest("TOPIC_CLOSED");
}

function requireMember(chat: Chat): void {
  if (chat.botStatus === "not-started") {
    throw forbidden("bot can't initiate conversation with a user");
  }
  if (chat.botStatus === "kicked") {
    throw chat.kind === "private"
      ? forbidden("bot was blocked by the user")
      : forbidden(`bot was kicked from the ${chat.kind} chat`);
  }
  if (chat.botStatus === "left") {
    throw forbidden(`bot is not a member of the ${chat.kind} chat`);
  }
}

export function chatToWire(chat: Chat): JsonObject {
  return compact({
    id: chat.id,
    type: chat.kind,
    title: chat.title,
    username: chat.username ?? chat.person?.username,
    first_name: chat.person?.firstName,
    last_name: chat.person?.lastName,
    is_forum: chat.isForum ? true : undefined,
  });
}

/** The look of a message from some moment on. */
export interface MessageVersion {
  readonly at: Date;
  readonly content: FormattedText;
  readonly keyboard: InlineKeyboard | undefined;
}

export interface StoredMessage {
  readonly chat: Chat;
  readonly id: number;
  readonly date: Date;
  readonly from: Person | undefined;
  readonly senderChat: Chat | undefined;
  readonly topicId: number | undefined;
  readonly replyTo: StoredMessage | undefined;
  /**
   * `captioned` = a file whose caption is the content, `rich` = blocks in `extra` whose text is the
   * content, `service` = none of them.
   */
  readonly kind: "text" | "captioned" | "rich" | "service";
  readonly document: StoredFile | undefined;
  readonly photo: StoredFile | undefined;
  readonly silent: boolean;
  /** The keyboard or the reply request that was sent with it. */
  readonly replyMarkup: ReplyMarkup | undefined;
  /** Further fields exactly as the bot gets them (`forward_origin`, `via_bot`, …). */
  readonly extra: JsonObject;
  /** At least one; the last is the current one. */
  readonly versions: MessageVersion[];
  /** By the reacting person's id. */
  readonly reactions: Map<number, readonly string[]>;
  editedAt: Date | undefined;
  deleted: boolean;
}

export function currentVersion(message: StoredMessage): MessageVersion {
  const version = message.versions.at(-1);
  if (version === undefined) throw new Error(`Message ${message.id} has no content`);
  return version;
}

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** @param depth the levels of replied-to messages; the server shows one */
export function messageToWire(message: StoredMessage, depth = 1): JsonObject {
  const { content, keyboard } = currentVersion(message);
  const reply = depth > 0 ? message.replyTo ?? openingOf(message) : undefined;
  return {
    ...compact({
      message_id: message.id,
      message_thread_id: message.topicId ?? chainOf(message),
      is_topic_message: message.topicId === undefined ? undefined : true,
      from: message.from && personToWire(message.from),
      sender_chat: message.senderChat && chatToWire(message.senderChat),
      chat: chatToWire(message.chat),
      date: unixSeconds(message.date),
      edit_date: message.editedAt && unixSeconds(message.editedAt),
      reply_to_message: reply && messageToWire(reply, depth - 1),
      document: message.document && documentToWire(message.document),
      photo: message.photo && photoToWire(message.photo),
      reply_markup: keyboard && inlineKeyboardToWire(keyboard),
    }),
    ...contentToWire(message, content),
    ...message.extra,
  };
}

/** In a topic, every message without a reply looks like one to the message that opened the topic. */
function openingOf({ chat, topicId }: StoredMessage): StoredMessage | undefined {
  return topicId === undefined ? undefined : chat.visibleMessage(topicId);
}

/** In a supergroup a chain of replies is a thread, named by its first message, also without topics. */
function chainOf({ chat, replyTo }: StoredMessage): number | undefined {
  if (chat.kind !== "supergroup" || replyTo === undefined) return undefined;
  return chainOf(replyTo) ?? replyTo.id;
}

function contentToWire(message: StoredMessage, { text, entities }: FormattedText): JsonObject {
  if (message.kind === "service" || message.kind === "rich") return {};
  const list = entities.length > 0 ? entities.map(entityToWire) : undefined;
  if (message.kind === "text") return compact({ text, entities: list });
  return compact({ caption: text === "" ? undefined : text, caption_entities: list });
}

function documentToWire(file: StoredFile): JsonObject {
  return compact({
    file_name: file.name,
    mime_type: file.mimeType,
    file_id: file.id,
    file_unique_id: file.uniqueId,
    file_size: file.size,
  });
}

function photoToWire(file: StoredFile): Json {
  const size = { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size };
  return [{ ...size, width: 90, height: 67 }, { ...size, width: 1280, height: 960 }];
}
