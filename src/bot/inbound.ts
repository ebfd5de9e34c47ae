/** Reads a raw Telegram update into the few kinds of input that the bot knows. */
import type { z } from "../core/schema.ts";
import {
  addresseeOf,
  isCalled,
  isSameName,
  opensTopicOf,
  withoutOwnMention,
} from "./addressing.ts";
import type { Button, Buttons } from "./outbox/outgoing.ts";
import { markdownOf } from "./normalise/entities.ts";
import {
  contentOf,
  longTyped,
  type MessageContent,
  type Reply,
  replyOf,
} from "./normalise/message.ts";
import { type Sender, senderOf } from "./sender.ts";
import {
  type CarriedKind,
  contentKindOf,
  isForwarded,
  type WireMessage,
  wireUpdate,
} from "./wire.ts";

/** A message that is a request, or a part of one. */
export type TextMessage = Sender & MessageContent & { readonly kind: "text" };

export type Inbound =
  | TextMessage
  | (Sender & {
    readonly kind: "command";
    readonly name: string;
    /** As they were typed. */
    readonly args: string;
    /** The same as Markdown: with what was made bold, code or a link. */
    readonly formattedArgs: string;
    /** Names this bot, as in `/name@bot`, or replies to it. */
    readonly isNamed?: true;
    readonly repliesTo?: number;
    /** The whole message as Markdown, for commands that only Codex knows. */
    readonly text: string;
    /** As a request has it. */
    readonly typedLength?: number;
    /** What it replies to; empty for nothing. */
    readonly reply: Reply;
  })
  | (Sender & {
    readonly kind: "callback";
    readonly queryId: string;
    readonly data: string;
    /** What the presser wrote in the message to which the button's message replies, if they did. */
    readonly repliedTo?: string;
    /** The button's message replies to somebody else. */
    readonly isOthers?: true;
    /** Under the message, the pressed one among them. */
    readonly buttons?: Buttons;
  })
  | (Sender & { readonly kind: "unsupported"; readonly content: CarriedKind })
  /** An earlier message was edited. */
  | (Sender & {
    readonly kind: "edited";
    /** As it is now; absent for a command, and for what cannot be taken. */
    readonly message?: TextMessage;
    /** What it carries now that cannot be taken. */
    readonly unusable?: CarriedKind;
  })
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
  if (query !== undefined) return fromQuery(updateId, query, botUsername);
  if (member !== undefined) {
    const status = member.new_chat_member.status;
    const present = status !== "left" && status !== "kicked";
    return { kind: "membership", present, ...senderOf(updateId, { ...member, message_id: 0 }) };
  }
  return { kind: "ignored", updateId, reason: "a type that was not asked for" };
}

type WireQuery = NonNullable<z.infer<typeof wireUpdate>["callback_query"]>;

function fromQuery(updateId: number, query: WireQuery, botUsername: string): Inbound {
  const { id, from, message } = query;
  if (message === undefined) {
    return {
      kind: "ignored",
      updateId,
      reason: "a button of an inline message, which is not ours",
    };
  }
  // Of a message that cannot be seen any more, with date 0, no button means anything.
  const data = message.date === 0 ? undefined : query.data;
  // A press has no time of its own: the date is that of the message, which may be days old.
  const { date: _date, ...pressed } = message;
  const sender = senderOf(updateId, { ...pressed, from, sender_chat: undefined });
  // In a topic it may only look like a reply to whoever opened that.
  const replied = opensTopicOf(message) ? undefined : message.reply_to_message;
  const { from: author, text, entities } = replied ?? {};
  const own = author?.id === from.id && text !== undefined
    ? { repliedTo: withoutName(markdownOf(text, entities), botUsername) }
    : {};
  const isPerson = author !== undefined && author.is_bot !== true;
  const others = isPerson && author.id !== from.id ? { isOthers: true as const } : {};
  const buttons = buttonsUnder(message);
  const under = buttons === undefined ? {} : { buttons };
  return {
    kind: "callback",
    queryId: id,
    data: data ?? "",
    ...own,
    ...others,
    ...under,
    ...sender,
  };
}

function buttonsUnder(
  { reply_markup: markup }: Pick<NonNullable<WireQuery["message"]>, "reply_markup">,
): Buttons | undefined {
  return markup?.inline_keyboard.map((row) =>
    row.map(({ text, callback_data: data, url, style }): Button => ({
      label: text,
      data: data ?? "",
      ...(url === undefined ? {} : { url }),
      ...(style === undefined ? {} : { style }),
    }))
  );
}

/** Makes `/name` of a command that is addressed to this bot. */
function withoutName(text: string, botUsername: string): string {
  const [whole = "", name = "", addressee = ""] = /^(\/[a-z_]+)@(\w+)/i.exec(text) ?? [];
  return isSameName(addressee, botUsername) ? name + text.slice(whole.length) : text;
}

function fromMessage(updateId: number, original: WireMessage, botUsername: string): Inbound {
  const addressee = addresseeOf(original, botUsername);
  if (addressee === "another bot") {
    return { kind: "ignored", updateId, reason: "a message for another bot" };
  }
  const message = withoutOwnMention(original, botUsername);
  const unaddressed = addressee === "nobody" ? { unaddressed: true as const } : {};
  const sender = { ...senderOf(updateId, message), ...unaddressed };
  const { chat, migrate_to_chat_id: newChatId, migrate_from_chat_id: oldChatId } = message;
  if (newChatId !== undefined) return { kind: "moved", newChatId, ...sender };
  // The supergroup says so, too, in case the group's own message was missed.
  if (oldChatId !== undefined) {
    return { kind: "moved", newChatId: sender.chatId, ...sender, chatId: oldChatId };
  }
  const content = contentKindOf(message);
  if (content === "service") return { kind: "ignored", updateId, reason: "a service message" };
  const command = content === "text" ? commandOf(message) : undefined;
  // A forwarded message is data, even when it looks like a command.
  if (command === undefined || isForwarded(message)) {
    const said = contentOf(message, botUsername, original.text);
    if (said !== undefined) return { kind: "text", ...said, ...sender };
    return { kind: "unsupported", content: content === "text" ? "document" : content, ...sender };
  }
  const { addressee: named } = command;
  // In private nobody else can be meant: the bot may have had that name before.
  if (chat.type !== "private" && named !== undefined && !isSameName(named, botUsername)) {
    return { kind: "ignored", updateId, reason: "a command for another bot" };
  }
  const { name, args, formattedArgs, text } = command;
  const isForUs = named !== undefined || isCalled(original, botUsername);
  const isNamed = isForUs ? { isNamed: true as const } : {};
  const reply = replyOf(message, botUsername);
  const { repliesTo } = reply;
  const replied = repliesTo === undefined ? {} : { repliesTo };
  const said = { name, args, formattedArgs, text, ...longTyped(message.text) };
  return { kind: "command", ...said, reply, ...replied, ...sender, ...isNamed };
}

/** Accepts edits by a person only: Telegram also sends edits that nobody made. */
function fromEdit(updateId: number, edited: WireMessage, botUsername: string): Inbound {
  // A live location is reported as edited with every step of the person.
  if (edited["location"] !== undefined) {
    return { kind: "ignored", updateId, reason: "a location that has moved" };
  }
  const inbound = fromMessage(updateId, edited, botUsername);
  if (inbound.kind !== "text" && inbound.kind !== "command" && inbound.kind !== "unsupported") {
    return { kind: "ignored", updateId, reason: "a change of something that was not taken" };
  }
  if (edited.edit_date === undefined) {
    return { kind: "ignored", updateId, reason: "a change that no person made" };
  }
  const { unaddressed } = inbound;
  return {
    kind: "edited",
    ...senderOf(updateId, edited),
    ...(unaddressed === true ? { unaddressed } : {}),
    ...(inbound.kind === "text" ? { message: inbound } : {}),
    ...(inbound.kind === "unsupported" ? { unusable: inbound.content } : {}),
  };
}

interface Command {
  readonly name: string;
  readonly addressee: string | undefined;
  /** As they were typed. */
  readonly args: string;
  /** The same as Markdown. */
  readonly formattedArgs: string;
  /** All of it, with its arguments as Markdown. */
  readonly text: string;
}

/** With the full-width slash of East Asian keyboards, in which Telegram sees no command. */
const WIDE_COMMAND = /^／[a-z]\w*(?:@\w+)?(?=\s|$)/i;

/** Reads the command at the very start of a message; later ones are plain text. */
function commandOf({ text = "", entities = [] }: WireMessage): Command | undefined {
  const entity = entities.find(({ type, offset }) => type === "bot_command" && offset === 0);
  const length = entity?.length ?? WIDE_COMMAND.exec(text)?.[0].length;
  if (length === undefined) return undefined;
  const [name = "", addressee] = text.slice(1, length).split("@");
  const behind = text.slice(length);
  const start = text.length - behind.trimStart().length;
  const inside = entities.filter(({ offset }) => offset >= start)
    .map((each) => ({ ...each, offset: each.offset - start }));
  // A blank at a client's cut stands between two words.
  const said = longTyped(text).typedLength === undefined ? text.trimEnd() : text;
  const args = said.slice(start);
  const formattedArgs = markdownOf(args, inside);
  const whole = `/${name}${behind.slice(0, start - length)}${formattedArgs}`;
  return { name: name.toLowerCase(), addressee, args, formattedArgs, text: whole };
}
