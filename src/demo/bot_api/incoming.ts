/** Takes in what people write and passes it to the bot as updates. */
import type { Account, MessageDraft } from "./account.ts";
import {
  type Chat,
  chatToWire,
  currentVersion,
  messageToWire,
  type StoredMessage,
  unixSeconds,
} from "./chat.ts";
import type { UploadedFile } from "./parameters.ts";
import {
  CHANNEL_BOT,
  GROUP_ANONYMOUS_BOT,
  type Person,
  personToWire,
  TELEGRAM_SERVICE,
} from "./people.ts";
import type { Entity } from "./text/entities.ts";
import { formatPersonText, TEXT_LIMIT } from "./text/formatted_text.ts";
import { compact, type JsonObject } from "./wire.ts";

export interface PersonFile extends UploadedFile {
  /** The size that Telegram reports, in bytes; the true one when absent. */
  readonly claimedSize?: number;
}

/** A message of a person. With a file, `text` is its caption. */
export interface PersonMessage {
  readonly text?: string;
  /** Default in a private chat: the person of the chat. */
  readonly from?: Person;
  readonly topicId?: number;
  /** Id of the message that it answers. */
  readonly replyTo?: number;
  /** The quoted part of the answered message. */
  readonly quote?: string;
  /** Formatting; the server finds commands, links and mentions by itself. */
  readonly entities?: readonly Entity[];
  readonly document?: PersonFile;
  readonly photo?: PersonFile;
  /** A recording. */
  readonly voice?: PersonFile;
  /** The same for all messages of one album. */
  readonly mediaGroupId?: string;
  readonly forwardedFrom?: Person;
  /** Writes as this chat: the group itself (an anonymous admin) or a channel. */
  readonly senderChat?: { readonly id: number };
  /** The post of a linked channel that Telegram forwards into its discussion group. */
  readonly automaticForward?: boolean;
  /** The inline bot through which it was sent. */
  readonly viaBot?: Person;
  /** Further fields of the message, as on the wire; they override all others. */
  readonly extra?: JsonObject;
  /** Overrides privacy mode. */
  readonly seenByBot?: boolean;
}

/** Stores the message in the chat and, when the bot may see it, queues an update. */
export function receive(
  account: Account,
  chat: Chat,
  message: PersonMessage,
): { stored: StoredMessage; updateId: number | undefined } {
  const stored = account.post(draftOf(account, chat, message));
  const seen = message.seenByBot ?? isSeenByBot(account, stored);
  const type = chat.kind === "channel" ? "channel_post" : "message";
  const updateId = seen ? account.updates.push(type, messageToWire(stored)) : undefined;
  account.changes.announce();
  return { stored, updateId };
}

/** Replaces the text of a person's message. */
export function receiveEdit(
  account: Account,
  message: StoredMessage,
  text: string,
): number | undefined {
  const at = account.clock.now();
  const { keyboard } = currentVersion(message);
  message.versions.push({ at, content: formatPersonText(text), keyboard });
  message.editedAt = at;
  const type = message.chat.kind === "channel" ? "edited_channel_post" : "edited_message";
  const seen = isSeenByBot(account, message);
  const updateId = seen ? account.updates.push(type, messageToWire(message)) : undefined;
  account.changes.announce();
  return updateId;
}

function draftOf(account: Account, chat: Chat, message: PersonMessage): MessageDraft {
  const text = message.text ?? "";
  if ([...text].length > TEXT_LIMIT) {
    throw new Error(`A person cannot send ${[...text].length} characters in one message`);
  }
  const file = message.document ?? message.photo ?? message.voice;
  if (text === "" && file === undefined && message.extra === undefined) {
    throw new Error("A person cannot send an empty message");
  }
  const senderChat = message.senderChat && account.findChat(String(message.senderChat.id));
  const content = formatPersonText(text, message.entities);
  return {
    chat,
    from: senderOf(chat, message, senderChat),
    senderChat: senderChat ?? (chat.kind === "channel" ? chat : undefined),
    topicId: message.topicId,
    replyTo: repliedMessage(chat, message),
    kind: file === undefined ? (text === "" ? "service" : "text") : "captioned",
    document: message.document && store(account, message.document, "documents"),
    photo: message.photo && store(account, message.photo, "photos"),
    extra: extraOf(account, message),
    content,
  };
}

function senderOf(
  chat: Chat,
  message: PersonMessage,
  senderChat: Chat | undefined,
): Person | undefined {
  if (chat.kind === "channel") return undefined;
  if (message.automaticForward === true) return TELEGRAM_SERVICE;
  if (senderChat !== undefined) return senderChat === chat ? GROUP_ANONYMOUS_BOT : CHANNEL_BOT;
  const person = message.from ?? chat.person;
  if (person === undefined) throw new Error("A message in a group needs a sender");
  return person;
}

/** In a topic, a message without a reply answers the topic's first message, as clients send it. */
function repliedMessage(
  chat: Chat,
  { replyTo, topicId }: PersonMessage,
): StoredMessage | undefined {
  if (replyTo === undefined) return topicId === undefined ? undefined : chat.messages.get(topicId);
  const message = chat.visibleMessage(replyTo);
  if (message === undefined) throw new Error(`There is no message ${replyTo} to answer`);
  return message;
}

function store(account: Account, file: PersonFile, folder: string): MessageDraft["document"] {
  return account.files.add(file, folder, file.claimedSize);
}

function voiceToWire(account: Account, voice: PersonFile): JsonObject {
  const { id, uniqueId, mimeType, size } = account.files.add(
    voice,
    "voice",
    voice.claimedSize,
  );
  return compact({
    file_id: id,
    file_unique_id: uniqueId,
    duration: 1,
    mime_type: mimeType,
    file_size: size,
  });
}

function extraOf(account: Account, message: PersonMessage): JsonObject {
  const { forwardedFrom, viaBot, quote } = message;
  const date = unixSeconds(account.clock.now());
  const sourceChat = message.senderChat && account.chats.get(message.senderChat.id);
  const forwardOrigin = forwardedFrom !== undefined
    ? { type: "user", sender_user: personToWire(forwardedFrom), date }
    : message.automaticForward === true && sourceChat !== undefined
    ? { type: "channel", chat: chatToWire(sourceChat), message_id: 1, date }
    : undefined;
  return {
    ...(message.voice === undefined ? {} : { voice: voiceToWire(account, message.voice) }),
    ...compact({
      media_group_id: message.mediaGroupId,
      forward_origin: forwardOrigin,
      is_automatic_forward: message.automaticForward,
      via_bot: viaBot && personToWire(viaBot),
      quote: quote === undefined ? undefined : { text: quote, position: 0, is_manual: true },
    }),
    ...message.extra,
  };
}

/** Applies privacy mode: in a group, the bot sees only what is meant for it. */
function isSeenByBot({ bot }: Account, message: StoredMessage): boolean {
  const { chat } = message;
  if (chat.botStatus === "kicked" || chat.botStatus === "left") return false;
  const seesAll = bot.canReadAllGroupMessages || chat.botStatus === "administrator";
  if (!chat.isGroup || seesAll || message.kind === "service") return true;
  if (message.replyTo?.from?.id === bot.id) return true;
  const { text, entities } = currentVersion(message).content;
  const name = `@${bot.username}`.toLowerCase();
  return entities.some((entity) => {
    const part = text.slice(entity.offset, entity.offset + entity.length).toLowerCase();
    if (entity.type === "mention") return part === name;
    return entity.type === "bot_command" && (!part.includes("@") || part.endsWith(name));
  });
}
