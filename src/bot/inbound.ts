/** Reads a raw Telegram update into the few kinds of input that the bot knows. */
import { z } from "zod";
import { addresseeOf, isSameName, withoutOwnMention } from "./addressing.ts";
import { type Sender, senderOf } from "./sender.ts";
import { type CarriedKind, contentKindOf, type WireMessage, wireUpdate } from "./wire.ts";

/** A photo or document as Telegram announces it, not fetched yet. */
export interface IncomingFile {
  /** The argument of `getFile`. */
  readonly fileId: string;
  /** `image` = in a format that models can be shown. */
  readonly kind: "image" | "file";
  /** The name on the person's device, or one made up; not yet safe as a file name. */
  readonly name: string;
  /** In bytes, where Telegram says so. */
  readonly size?: number;
}

export type Inbound =
  | (Sender & {
    readonly kind: "text";
    readonly text: string;
    readonly quoted?: string;
    /** The id of the message that it replies to. */
    readonly repliesTo?: number;
    /** Whose caption is `text`. */
    readonly file?: IncomingFile;
    /** Shared by all messages of one album. */
    readonly albumId?: string;
    /** Written by somebody else. */
    readonly forwarded?: true;
  })
  | (Sender & {
    readonly kind: "command";
    readonly name: string;
    readonly args: string;
    /** Names this bot: `/name@bot`. */
    readonly isNamed?: true;
    /** The whole message, for commands that only Codex knows. */
    readonly text: string;
  })
  | (Sender & { readonly kind: "callback"; readonly queryId: string; readonly data: string })
  | (Sender & { readonly kind: "unsupported"; readonly content: CarriedKind })
  /** An earlier message was edited. */
  | (Sender & { readonly kind: "edited" })
  | (Sender & { readonly kind: "membership"; readonly present: boolean })
  /** The group became a supergroup, which has another id. */
  | (Sender & { readonly kind: "moved"; readonly newChatId: number })
  | { readonly kind: "ignored"; readonly updateId: number; readonly reason: string };

/**
 * Reads an update, whatever it holds; never throws.
 *
 * @param raw the parsed JSON, not checked yet
 * @param botUsername without the `@`
 */
export function inboundOf(raw: unknown, botUsername: string): Inbound {
  const update = wireUpdate.safeParse(raw);
  if (!update.success) return { kind: "ignored", updateId: 0, reason: "not an update" };
  const {
    update_id: updateId,
    message,
    edited_message: edited,
    callback_query: query,
    my_chat_member: member,
  } = update.data;
  if (message !== undefined) return fromMessage(updateId, message, botUsername);
  if (edited !== undefined) return fromEdit(updateId, edited, botUsername);
  if (query !== undefined) return fromQuery(updateId, query);
  if (member !== undefined) {
    const status = member.new_chat_member.status;
    const present = status !== "left" && status !== "kicked";
    return { kind: "membership", present, ...senderOf(updateId, { ...member, message_id: 0 }) };
  }
  return { kind: "ignored", updateId, reason: "a type that was not asked for" };
}

type WireQuery = NonNullable<z.infer<typeof wireUpdate>["callback_query"]>;

function fromQuery(updateId: number, query: WireQuery): Inbound {
  const { id, data, from, message } = query;
  // An inaccessible message has date 0; an inline message has none and is not ours.
  if (message === undefined || message.date === 0) {
    return { kind: "ignored", updateId, reason: "a button of a message that cannot be seen" };
  }
  const sender = senderOf(updateId, { ...message, from, sender_chat: undefined });
  return { kind: "callback", queryId: id, data: data ?? "", ...sender };
}

function fromMessage(updateId: number, original: WireMessage, botUsername: string): Inbound {
  const addressee = addresseeOf(original, botUsername);
  if (addressee === "another bot") {
    return { kind: "ignored", updateId, reason: "a message for another bot" };
  }
  const message = withoutOwnMention(original, botUsername);
  const unaddressed = addressee === "nobody" ? { unaddressed: true as const } : {};
  const sender = { ...senderOf(updateId, message), ...unaddressed };
  const { migrate_to_chat_id: newChatId, migrate_from_chat_id: oldChatId } = message;
  if (newChatId !== undefined) return { kind: "moved", newChatId, ...sender };
  // The supergroup says so, too, in case the group's own message was missed.
  if (oldChatId !== undefined) {
    return { kind: "moved", newChatId: sender.chatId, ...sender, chatId: oldChatId };
  }
  const content = contentKindOf(message);
  if (content === "service") return { kind: "ignored", updateId, reason: "a service message" };
  const file = incomingFile(message);
  // An animation is also announced as a document.
  const isTaken = (content === "photo" || content === "document") && file !== undefined;
  if (content !== "text" && !isTaken) return { kind: "unsupported", content, ...sender };
  const command = commandOf(message);
  // A forwarded message is data, even when it looks like a command.
  if (command === undefined || message.forward_origin !== undefined || content !== "text") {
    return { kind: "text", ...wordsOf(message, botUsername), ...sender, ...carriedBy(message) };
  }
  if (command.addressee !== undefined && !isSameName(command.addressee, botUsername)) {
    return { kind: "ignored", updateId, reason: "a command for another bot" };
  }
  const { text = "" } = message;
  const { name, args, addressee: named } = command;
  const isNamed = named === undefined ? {} : { isNamed: true as const };
  return { kind: "command", name, args, text, ...sender, ...isNamed };
}

/** Accepts edits by a person only: Telegram also sends edits that nobody made. */
function fromEdit(updateId: number, edited: WireMessage, botUsername: string): Inbound {
  const inbound = fromMessage(updateId, edited, botUsername);
  if (inbound.kind !== "text" && inbound.kind !== "command") {
    return { kind: "ignored", updateId, reason: "a change of something that was not taken" };
  }
  if (edited.edit_date === undefined) {
    return { kind: "ignored", updateId, reason: "a change that no person made" };
  }
  return { kind: "edited", ...senderOf(updateId, edited), ...unaddressedOf(inbound) };
}

function unaddressedOf({ unaddressed }: Sender): { readonly unaddressed?: true } {
  return unaddressed === true ? { unaddressed } : {};
}

type Words = Pick<Inbound & { kind: "text" }, "text" | "quoted" | "repliesTo" | "forwarded">;

function wordsOf(message: WireMessage, botUsername: string): Words {
  const text = message.text ?? message.caption ?? "";
  if (message.forward_origin !== undefined) return { text: "", quoted: text, forwarded: true };
  const quoted = quotedText(message, botUsername);
  return {
    text,
    ...(quoted === undefined ? {} : { quoted }),
    ...(message.reply_to_message === undefined
      ? {}
      : { repliesTo: message.reply_to_message.message_id }),
  };
}

function carriedBy(
  message: WireMessage,
): Pick<Inbound & { kind: "text" }, "file" | "albumId"> {
  const file = incomingFile(message);
  const albumId = message.media_group_id;
  return {
    ...(file === undefined ? {} : { file }),
    ...(albumId === undefined ? {} : { albumId }),
  };
}

interface Command {
  readonly name: string;
  readonly addressee: string | undefined;
  readonly args: string;
}

/** Reads the command at the very start of a message; later ones are plain text. */
function commandOf({ text = "", entities = [] }: WireMessage): Command | undefined {
  const entity = entities.find(({ type, offset }) => type === "bot_command" && offset === 0);
  if (entity === undefined) return undefined;
  const [name = "", addressee] = text.slice(1, entity.length).split("@");
  return { name: name.toLowerCase(), addressee, args: text.slice(entity.length).trim() };
}

const photo = z.looseObject({ file_id: z.string(), file_size: z.number().optional() });
const document = z.looseObject({
  file_id: z.string(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  file_size: z.number().optional(),
});

/** The image formats that Codex sends to a model. */
const IMAGE_TYPES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** @returns undefined for a message without a readable photo or document */
export function incomingFile(message: WireMessage): IncomingFile | undefined {
  const picture = largestPhoto(message.photo);
  if (picture !== undefined) {
    return {
      fileId: picture.file_id,
      kind: "image",
      // Telegram turns every photo into a JPEG without a name.
      name: `photo-${message.message_id}.jpg`,
      ...sizeOf(picture.file_size),
    };
  }
  const file = document.safeParse(message.document);
  if (!file.success) return undefined;
  const { file_id: fileId, file_name: name, mime_type: type = "", file_size: size } = file.data;
  return {
    fileId,
    kind: IMAGE_TYPES.has(type) ? "image" : "file",
    name: name ?? `document-${message.message_id}`,
    ...sizeOf(size),
  };
}

/** Telegram lists the sizes of a photo in ascending order. */
function largestPhoto(sizes: unknown): z.infer<typeof photo> | undefined {
  const read = z.array(photo).safeParse(sizes);
  return read.success ? read.data.at(-1) : undefined;
}

function sizeOf(size: number | undefined): { readonly size?: number } {
  return size === undefined ? {} : { size };
}

/** Returns the quoted part, or the message that is replied to, unless it is this bot's own. */
function quotedText(message: WireMessage, botUsername: string): string | undefined {
  if (message.quote !== undefined) return message.quote.text;
  const replied = message.reply_to_message;
  if (replied === undefined || isOwn(replied.from, botUsername)) return undefined;
  // In a topic every message looks like a reply to the one that opened the topic.
  if (replied.message_id === message.message_thread_id) return undefined;
  return replied.text ?? replied.caption;
}

function isOwn(author: WireMessage["from"], botUsername: string): boolean {
  const { is_bot: isBot, username = botUsername } = author ?? { is_bot: false };
  return isBot && isSameName(username, botUsername);
}
