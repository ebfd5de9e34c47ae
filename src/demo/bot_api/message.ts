/** A message as the server keeps it. */
import { type Chat, chatToWire } from "./chats.ts";
import type { StoredFile } from "./files.ts";
import { type Person, personToWire } from "./people.ts";
import { type InlineKeyboard, inlineKeyboardToWire, type ReplyMarkup } from "./keyboard.ts";
import { type Entity, entityToWire } from "./text/entity.ts";
import { compact, type Json, type JsonObject } from "./wire.ts";

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** How a message looked from some moment on. */
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
   * `captioned` = a file with the content as its caption, `rich` = blocks, which stand in `extra` and
   * whose text is the content, `service` = none of them.
   */
  readonly kind: "text" | "captioned" | "rich" | "service";
  readonly document: StoredFile | undefined;
  readonly photo: StoredFile | undefined;
  readonly silent: boolean;
  /** What was sent along with it: a keyboard for the person, or the wish for a reply. */
  readonly replyMarkup: ReplyMarkup | undefined;
  /** Further fields exactly as the bot gets them (`forward_origin`, `via_bot`, …). */
  readonly extra: JsonObject;
  /** At least one; the last is the present one. */
  readonly versions: MessageVersion[];
  /** By the id of who reacted. */
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

/** @param depth how many levels of replied-to messages are shown; the server shows one */
export function messageToWire(message: StoredMessage, depth = 1): JsonObject {
  const { content, keyboard } = currentVersion(message);
  const reply = depth > 0 ? message.replyTo : undefined;
  return {
    ...compact({
      message_id: message.id,
      message_thread_id: message.topicId,
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
