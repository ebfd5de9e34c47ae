/** Shows a chat as a person sees it, in plain values for tests, the page and the terminal. */
import { type Chat, currentVersion, type MessageVersion, type StoredMessage } from "./chat.ts";
import type { InlineButton, InlineKeyboard } from "./keyboard.ts";
import type { Entity } from "./text/entities.ts";
import { isJsonObject, type Json, type JsonObject } from "./wire.ts";

export interface SeenMessage {
  readonly id: number;
  readonly chatId: number;
  readonly date: Date;
  /** Absent for channel posts. */
  readonly fromId: number | undefined;
  readonly byBot: boolean;
  /** The text, the caption of a file, or the text of a rich message. */
  readonly text: string;
  readonly entities: readonly Entity[];
  /** The blocks of a rich message, as they were sent. */
  readonly blocks: Json | undefined;
  readonly document: SeenFile | undefined;
  readonly photo: SeenFile | undefined;
  /** Rows of inline buttons. */
  readonly buttons: readonly (readonly SeenButton[])[];
  readonly replyTo: number | undefined;
  readonly topicId: number | undefined;
  /** True when it was sent without sound. */
  readonly silent: boolean;
  /** Everybody's, e.g. `["👀"]`. */
  readonly reactions: readonly string[];
  /** Every version, the first one included; one entry = never edited. */
  readonly history: readonly SeenVersion[];
  readonly deleted: boolean;
}

interface SeenVersion {
  readonly at: Date;
  readonly text: string;
  readonly entities: readonly Entity[];
  readonly buttons: readonly (readonly SeenButton[])[];
}

export interface SeenButton {
  readonly text: string;
  readonly data: string | undefined;
  readonly style: string | undefined;
  readonly url: string | undefined;
  readonly copyText: string | undefined;
}

export interface SeenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Every message of the chat, deleted ones included, oldest first. */
export function transcriptOf(chat: Chat): readonly SeenMessage[] {
  return [...chat.messages.values()].map(seenMessage);
}

export function seenMessage(message: StoredMessage): SeenMessage {
  const { text, entities, buttons } = seenVersion(currentVersion(message));
  return {
    id: message.id,
    chatId: message.chat.id,
    date: message.date,
    fromId: message.from?.id,
    byBot: message.from?.isBot ?? false,
    text,
    entities,
    blocks: blocksOf(message),
    document: message.document && seenFile(message.document),
    photo: message.photo && seenFile(message.photo),
    buttons,
    replyTo: message.replyTo?.id,
    topicId: message.topicId,
    silent: message.silent,
    reactions: [...message.reactions.values()].flat(),
    history: message.versions.map(seenVersion),
    deleted: message.deleted,
  };
}

function blocksOf({ extra }: StoredMessage): Json | undefined {
  return isJsonObject(extra.rich_message) ? extra.rich_message.blocks : undefined;
}

function seenVersion({ at, content, keyboard }: MessageVersion): SeenVersion {
  return { at, text: content.text, entities: content.entities, buttons: seenButtons(keyboard) };
}

function seenButtons(keyboard: InlineKeyboard | undefined): SeenVersion["buttons"] {
  return (keyboard ?? []).map((row) => row.map(seenButton));
}

function seenButton({ text, callbackData, wire }: InlineButton): SeenButton {
  const copyText = isJsonObject(wire.copy_text) ? wire.copy_text : {};
  return {
    text,
    data: callbackData,
    style: stringIn(wire, "style"),
    url: stringIn(wire, "url"),
    copyText: stringIn(copyText, "text"),
  };
}

function stringIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === "string" ? value : undefined;
}

function seenFile({ name, mimeType, size, bytes }: SeenFile): SeenFile {
  return { name, mimeType, size, bytes };
}
