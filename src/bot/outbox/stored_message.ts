/** Writes durable messages as text, and makes operations of what an earlier process wrote. */
import type { MessageEntity } from "@grammyjs/types";
import { z } from "../../core/schema.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Failure } from "../api_failure.ts";
import { plainText } from "../render/formatted_text.ts";
import type { RichBlock } from "../render/rich_message.ts";
import { albumOperation, type StoredAlbum, unpackedAlbum } from "./album.ts";
import type { Operation } from "./send_queue.ts";
import {
  documentOperation,
  editOperation,
  messageOperation,
  pictureOperation,
  reactionOperation,
} from "./operations.ts";
import type { StoredEntry } from "./outbox_journal.ts";
import {
  type Destination,
  type OutgoingDocument,
  type OutgoingEdit,
  type OutgoingMessage,
  type OutgoingNamedPictures,
  type OutgoingReaction,
  type OutgoingRich,
  PRIORITIES,
  type Priority,
  type ReactionEmoji,
} from "./outgoing.ts";
import { MOST_DURABLE_UNCERTAIN_REPEATS } from "./recovery.ts";
import type { TelegramApi } from "./telegram_api.ts";

export type StoredMessage = StoredSending | {
  readonly kind: "reaction";
  readonly reaction: OutgoingReaction;
} | StoredNames;

/** Becomes other messages once the pictures have been read. */
export interface StoredNames {
  readonly kind: "named-pictures";
  readonly priority: Priority;
  readonly named: OutgoingNamedPictures;
}

/** What a single operation delivers. */
export type StoredOperation = Exclude<StoredMessage, StoredNames>;

type StoredSending =
  & { readonly priority: Priority }
  & (
    | { readonly kind: "message"; readonly message: OutgoingMessage }
    | { readonly kind: "edit"; readonly edit: OutgoingEdit }
    | { readonly kind: "rich"; readonly rich: OutgoingRich }
    | { readonly kind: "album"; readonly album: StoredAlbum }
    | {
      readonly kind: "document" | "picture";
      readonly document: Omit<OutgoingDocument, "bytes">;
    }
  );

export function storedText(message: StoredMessage): string {
  return JSON.stringify(message);
}

/** What is sent in place of a message that Telegram refuses for good. */
export interface NextForm {
  /** Absent for what has none itself. */
  readonly key?: string;
  readonly chatId: number;
  readonly stored: StoredOperation;
  readonly file?: Uint8Array;
  /** Tells whether it holds what was to be delivered. */
  readonly delivers: boolean;
}

/**
 * Leads from a text to a file with it, and from there to the note that it is not here. The plain text
 * in between is a variant of the text itself.
 * @returns undefined at the end of the way, and where nothing is to be sent instead
 */
export function nextForm(
  stored: StoredOperation,
  { kind }: Pick<Failure, "kind">,
): NextForm | undefined {
  if (stored.kind === "edit" || stored.kind === "reaction") return undefined;
  const { key, ...place } = placeOf(stored);
  const { chatId, lost } = place;
  if (lost === undefined) return undefined;
  const keyed = (form: string): { readonly key?: string } =>
    key === undefined ? {} : { key: `${key.split(FORM_MARK)[0]}${FORM_MARK}${form}` };
  const { priority } = stored;
  const passed = kind === "uncertain" || kind === "before-effect";
  const isText = stored.kind === "message" || stored.kind === "rich";
  if (isText && !passed) {
    return {
      ...keyed("file"),
      chatId,
      stored: {
        kind: "document",
        priority,
        document: { ...place, ...keyed("file"), fileName: lost.fileName },
      },
      file: new TextEncoder().encode(textOf(stored)),
      delivers: true,
    };
  }
  const { lost: _lost, ...last } = place;
  const message = { ...last, ...keyed("note"), content: plainText(lost.note) };
  return {
    ...keyed("note"),
    chatId,
    stored: { kind: "message", priority, message },
    delivers: false,
  };
}

/** Stands in the keys of what takes the place of another message. */
const FORM_MARK = "~";

function placeOf(stored: Exclude<StoredSending, { readonly kind: "edit" }>): Destination {
  const { chatId, topicId, replyTo, silent, repeatNote, lost, key } = destinationOf(stored);
  return {
    chatId,
    ...(topicId === undefined ? {} : { topicId }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(silent === undefined ? {} : { silent }),
    ...(repeatNote === undefined ? {} : { repeatNote }),
    ...(lost === undefined ? {} : { lost }),
    ...(key === undefined ? {} : { key }),
  };
}

/** Returns the id of the chat when the message was handed over, which may have moved since. */
export function firstChatOf(stored: StoredOperation): number {
  if (stored.kind === "edit") return stored.edit.chatId;
  if (stored.kind === "reaction") return stored.reaction.chatId;
  return destinationOf(stored).chatId;
}

function destinationOf(stored: Exclude<StoredSending, { readonly kind: "edit" }>): Destination {
  switch (stored.kind) {
    case "message":
      return stored.message;
    case "rich":
      return stored.rich;
    case "album":
      return stored.album;
    case "document":
    case "picture":
      return stored.document;
    default:
      return stored satisfies never;
  }
}

function textOf(stored: Extract<StoredSending, { readonly kind: "message" | "rich" }>): string {
  return stored.kind === "message"
    ? stored.message.content.text
    : stored.rich.classic.first.content.text;
}

interface RestoreDependencies {
  readonly api: TelegramApi;
  readonly rich: (rich: OutgoingRich, priority: Priority) => Operation;
}

/** Makes the operation that delivers the message. @param file the bytes of a document */
export function operationOf(
  { api, rich }: RestoreDependencies,
  stored: StoredOperation,
  file: Uint8Array | undefined,
): Operation {
  switch (stored.kind) {
    case "rich":
      return rich(stored.rich, stored.priority);
    case "message":
      return messageOperation(api, stored.message, stored.priority);
    case "edit":
      return editOperation(api, stored.edit, stored.priority);
    case "reaction":
      return reactionOperation(api, stored.reaction.messageId, stored.reaction.emoji);
    case "document":
      return documentOperation(
        api,
        { ...stored.document, bytes: file ?? new Uint8Array() },
        stored.priority,
      );
    case "album":
      return albumOperation(api, unpackedAlbum(stored.album, file), stored.priority);
    case "picture":
      return pictureOperation(
        api,
        { ...stored.document, bytes: file ?? new Uint8Array() },
        stored.priority,
      );
    default:
      return stored satisfies never;
  }
}

/** Tells whether so many calls may have had their effect that one more would do more harm than good. */
export function isTooUncertain({ repeatable }: Operation, uncertainCalls: number): boolean {
  return !repeatable && uncertainCalls > MOST_DURABLE_UNCERTAIN_REPEATS;
}

/** @returns undefined for text that cannot be read any more, which is logged */
export function readStored({ key, message }: StoredEntry, log: Log): StoredMessage | undefined {
  try {
    return storedMessage.parse(JSON.parse(message));
  } catch (error) {
    log.error("outbox.unreadable", { key, error: describeError(error) });
    return undefined;
  }
}

/** Checks no more than the outline, since we wrote it ourselves. */
const entity = z.custom<MessageEntity>((value) => ENTITY.safeParse(value).success);
const block = z.custom<RichBlock>((value) => BLOCK.safeParse(value).success);
const BLOCK = z.looseObject({ type: z.string() });
const ENTITY = z.looseObject({ type: z.string(), offset: z.int(), length: z.int() });

const content = z.object({ text: z.string(), entities: z.array(entity) });
const button = z.object({
  label: z.string(),
  data: z.string(),
  url: z.string().exactOptional(),
  style: z.enum(["danger", "success", "primary"]).exactOptional(),
});
const buttons = z.array(z.array(button)).exactOptional();
const emoji = z.custom<ReactionEmoji>((value) => typeof value === "string");
const key = z.string().exactOptional();
const priority = z.enum(PRIORITIES);
const destination = {
  chatId: z.number(),
  topicId: z.number().exactOptional(),
  replyTo: z.number().exactOptional(),
  silent: z.boolean().exactOptional(),
  repeatNote: z.string().exactOptional(),
  lost: z.object({ fileName: z.string(), note: z.string() }).exactOptional(),
  key,
};

const message = z.object({ ...destination, content, buttons });

const storedMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("message"), priority, message }),
  z.object({
    kind: z.literal("rich"),
    priority,
    rich: z.object({
      ...destination,
      blocks: z.array(block),
      buttons,
      classic: z.object({
        first: message,
        rest: z.array(message),
        file: z.object({ ...destination, fileName: z.string(), text: z.string() }).exactOptional(),
      }),
    }),
  }),
  z.object({
    kind: z.literal("named-pictures"),
    priority,
    named: z.object({
      ...destination,
      key: z.string(),
      pictures: z.array(z.object({
        machine: z.string().exactOptional(),
        folder: z.string(),
        path: z.string(),
        caption: z.string(),
        made: z.literal(true).exactOptional(),
      })),
      note: content.exactOptional(),
      unread: z.object({
        folder: z.string(),
        later: content,
        never: content,
        neverKey: z.string(),
      }).exactOptional(),
    }),
  }),
  z.object({
    kind: z.literal("edit"),
    priority,
    edit: z.object({
      chatId: z.number(),
      messageId: z.number(),
      content,
      buttons,
      key,
      after: z.string().exactOptional(),
      otherwise: content.exactOptional(),
    }),
  }),
  z.object({
    kind: z.literal("reaction"),
    reaction: z.object({
      key: z.string(),
      chatId: z.number(),
      messageId: z.number(),
      emoji: emoji.exactOptional(),
      after: z.string().exactOptional(),
      otherwise: emoji.exactOptional(),
    }),
  }),
  z.object({
    kind: z.literal("album"),
    priority,
    album: z.object({
      ...destination,
      pictures: z.array(z.object({
        fileName: z.string(),
        size: z.int(),
        caption: content.exactOptional(),
      })),
    }),
  }),
  z.object({
    kind: z.enum(["document", "picture"]),
    priority,
    document: z.object({
      ...destination,
      fileName: z.string(),
      caption: content.exactOptional(),
    }),
  }),
]);
