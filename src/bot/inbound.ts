/** From a raw Telegram update to what the bot makes of it. */
import { z } from "zod";
import { addresseeOf, withoutOwnMention } from "./addressing.ts";
import { type IncomingFile, incomingFile } from "./intake/incoming_file.ts";
import { quotedText } from "./quoted_text.ts";
import { type CarriedKind, contentKindOf, type WireMessage, wireUpdate } from "./wire.ts";

/** Who wrote, where, and everything that the gate decides by. */
export interface Sender {
  readonly updateId: number;
  readonly chatId: number;
  readonly chatKind: string;
  /** Undefined for channel posts and the like: such a sender is never let in. */
  readonly userId: number | undefined;
  readonly firstName: string;
  readonly languageCode?: string;
  readonly messageId: number;
  /** When it was written, in seconds since 1970; absent where Telegram does not say. */
  readonly sentAt?: number;
  readonly topicId?: number;
  /** In a group: it speaks to nobody in particular, or to other people. */
  readonly aside?: true;
  /** Why this is not simply a person writing, e.g. `sender_chat`; empty for a person. */
  readonly disguises: readonly string[];
}

export type Inbound =
  | (Sender & {
    readonly kind: "text";
    readonly text: string;
    readonly quoted?: string;
    /** The message that it replies to. */
    readonly repliesTo?: number;
    /** What it carries; `text` is its caption then. */
    readonly file?: IncomingFile;
    /** The same for all messages of one album. */
    readonly albumId?: string;
    /** Somebody else wrote it. */
    readonly forwarded?: true;
  })
  | (Sender & {
    readonly kind: "command";
    readonly name: string;
    readonly args: string;
    /** `/name@bot`, with our name. */
    readonly isNamed?: true;
    /** The whole message, for commands that are Codex's. */
    readonly text: string;
  })
  | (Sender & { readonly kind: "callback"; readonly queryId: string; readonly data: string })
  | (Sender & { readonly kind: "unsupported"; readonly content: CarriedKind })
  /** Something that was written before was changed. */
  | (Sender & { readonly kind: "edited" })
  | (Sender & { readonly kind: "membership"; readonly present: boolean })
  /** The group has become another chat, as groups do that grow. */
  | (Sender & { readonly kind: "moved"; readonly newChatId: number })
  | { readonly kind: "ignored"; readonly updateId: number; readonly reason: string };

/**
 * @param raw the update as JSON, not yet checked
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
  // A message that is gone has date 0, and one behind an inline message is not ours at all.
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
  const aside = addressee === "nobody" ? { aside: true as const } : {};
  const sender = { ...senderOf(updateId, message), ...aside };
  const { migrate_to_chat_id: newChatId, migrate_from_chat_id: oldChatId } = message;
  if (newChatId !== undefined) return { kind: "moved", newChatId, ...sender };
  // The same from the other end: the group may have been left behind while nobody listened.
  if (oldChatId !== undefined) {
    return { kind: "moved", newChatId: sender.chatId, ...sender, chatId: oldChatId };
  }
  const content = contentKindOf(message);
  if (content === "service") return { kind: "ignored", updateId, reason: "a service message" };
  const file = incomingFile(message);
  // By its kind, too: a moving picture is announced as a document beside what it is.
  const isTaken = (content === "photo" || content === "document") && file !== undefined;
  if (content !== "text" && !isTaken) return { kind: "unsupported", content, ...sender };
  const command = commandOf(message);
  // What somebody else wrote is data, however much it looks like a command.
  if (command === undefined || message.forward_origin !== undefined || content !== "text") {
    return { kind: "text", ...wordsOf(message, botUsername), ...sender, ...carriedBy(message) };
  }
  if (command.addressee !== undefined && !sameName(command.addressee, botUsername)) {
    return { kind: "ignored", updateId, reason: "a command for another bot" };
  }
  const { text = "" } = message;
  const { name, args, addressee: named } = command;
  const isNamed = named === undefined ? {} : { isNamed: true as const };
  return { kind: "command", name, args, text, ...sender, ...isNamed };
}

/** Only what a person changes counts: Telegram also tells of changes that nobody made. */
function fromEdit(updateId: number, edited: WireMessage, botUsername: string): Inbound {
  const inbound = fromMessage(updateId, edited, botUsername);
  if (inbound.kind !== "text" && inbound.kind !== "command") {
    return { kind: "ignored", updateId, reason: "a change of something that was not taken" };
  }
  if (edited.edit_date === undefined) {
    return { kind: "ignored", updateId, reason: "a change that no person made" };
  }
  return { kind: "edited", ...senderOf(updateId, edited), ...asideOf(inbound) };
}

function asideOf({ aside }: Sender): { readonly aside?: true } {
  return aside === true ? { aside } : {};
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

/** Telegram marks commands; only one at the very start of the message is meant for the bot. */
function commandOf({ text = "", entities = [] }: WireMessage): Command | undefined {
  const entity = entities.find(({ type, offset }) => type === "bot_command" && offset === 0);
  if (entity === undefined) return undefined;
  const [name = "", addressee] = text.slice(1, entity.length).split("@");
  return { name: name.toLowerCase(), addressee, args: text.slice(entity.length).trim() };
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

type SenderFields = Pick<WireMessage, "message_id" | "chat" | "from"> & Partial<WireMessage>;

function senderOf(updateId: number, message: SenderFields): Sender {
  const { chat, from } = message;
  const topicId = message.is_topic_message === true ? message.message_thread_id : undefined;
  return {
    updateId,
    chatId: chat.id,
    chatKind: chat.type,
    userId: from?.id,
    firstName: from?.first_name ?? "",
    messageId: message.message_id,
    disguises: disguisesOf(message),
    ...(message.date === undefined ? {} : { sentAt: message.date }),
    ...(from?.language_code === undefined ? {} : { languageCode: from.language_code }),
    ...(topicId === undefined ? {} : { topicId }),
  };
}

function disguisesOf(message: SenderFields): string[] {
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
