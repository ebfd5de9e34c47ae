/** Chats, and what the bot may do in them. */
import { ApiError, badRequest, forbidden } from "./api_error.ts";
import type { StoredMessage } from "./message.ts";
import type { Person } from "./people.ts";
import { compact, type JsonObject } from "./wire.ts";

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
  /** Topics in which administrators only may write. */
  readonly closedTopics = new Set<number>();
  readonly messages = new Map<number, StoredMessage>();
  readonly members = new Map<number, Person>();
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

  /** Messages that still exist, oldest first. */
  visibleMessages(): readonly StoredMessage[] {
    return [...this.messages.values()].filter((message) => !message.deleted);
  }

  /** The message when it still exists. */
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
