/**
 * Reads all that a message says into one form: its words as Markdown, what it replies to or forwards,
 * and its files. Nothing of it is dropped in silence.
 */
import { isSameName, opensTopicOf } from "../addressing.ts";
import { contentKindOf, isForwarded, type WireMessage } from "../wire.ts";
import { contentText, repliedItem } from "./content.ts";
import { markdownOf } from "./entities.ts";
import { type Carried, carriedBy } from "./incoming_file.ts";

export interface MessageContent extends Carried {
  /** The person's own words, as Markdown. */
  readonly text: string;
  /** UTF-16 units as they were typed; for a long text only. */
  readonly typedLength?: number;
  /** Words from elsewhere: forwarded, quoted, or of the message that it replies to. */
  readonly quoted?: string;
  /** Who wrote the quoted words, a recording's among them; absent = somebody else. */
  readonly quotedFrom?: "sender" | "bot";
  /** What the bot itself wrote in the message that this one replies to. */
  readonly ownAnswer?: string;
  /** What the message that it replies to carries. */
  readonly replied?: Carried;
  /** The id of the message that it replies to. */
  readonly repliesTo?: number;
  /** Shared by all messages of one album. */
  readonly albumId?: string;
  /** Written by somebody else. */
  readonly forwarded?: true;
}

/**
 * Clients cut a text at 4,096 characters or at a better place before: Telegram Desktop at the last
 * blank line of their second half, or the last end of a line in it, and then trims the part.
 */
const LONG_TEXT = 2_000;

/** @returns what tells a long text, to which further messages may belong */
export function longTyped(typed = ""): Pick<MessageContent, "typedLength"> {
  return typed.length < LONG_TEXT ? {} : { typedLength: typed.length };
}

/**
 * @param typed the text as it was typed, before a mention was taken out of it
 * @returns undefined for a message that holds nothing for Codex
 */
export function contentOf(
  message: WireMessage,
  botUsername: string,
  typed = message.text,
): MessageContent | undefined {
  const content = contentKindOf(message);
  const inWords = wordsOf(message);
  const carried = carriedBy(message, content, inWords.isOfContent);
  const isEmpty = inWords.text.trim() === "" && carried.omitted !== undefined;
  if (isEmpty) return undefined;
  const albumId = message.media_group_id;
  const album = albumId === undefined ? {} : { albumId };
  if (isForwarded(message)) {
    return { text: "", quoted: inWords.text, forwarded: true, ...carried, ...album };
  }
  const long = longTyped(typed);
  return { text: inWords.text, ...long, ...replyOf(message, botUsername), ...carried, ...album };
}

interface Words {
  readonly text: string;
  /** They stand for what the message carries. */
  readonly isOfContent: boolean;
}

type Said = Pick<WireMessage, "text" | "caption" | "entities" | "caption_entities">;

function wordsOf(message: Said & Readonly<Record<string, unknown>>): Words {
  if (message.text !== undefined) {
    return { text: markdownOf(message.text, message.entities), isOfContent: false };
  }
  const caption = markdownOf(message.caption ?? "", message.caption_entities);
  const content = contentText(message);
  const parts = [caption, content ?? ""].filter((part) => part.trim() !== "");
  return { text: parts.join("\n\n") || caption, isOfContent: content !== undefined };
}

export type Reply = Pick<
  MessageContent,
  "quoted" | "quotedFrom" | "ownAnswer" | "replied" | "repliesTo"
>;

/** Reads what a message replies to: words, files, or an answer of the bot. */
export function replyOf(message: WireMessage, botUsername: string): Reply {
  const { quote, external_reply: external, reply_to_message: replied } = message;
  const isRoot = opensTopicOf(message);
  const id = replied === undefined || isRoot ? {} : { repliesTo: replied.message_id };
  const quoted = quote === undefined ? undefined : markdownOf(quote.text, quote.entities);
  const source = isRoot ? external : replied ?? external;
  if (source === undefined) {
    // Telegram gives no word of a story.
    const story: Pick<Reply, "replied"> = message["reply_to_story"] === undefined
      ? {}
      : { replied: { omitted: "story" } };
    return { ...id, ...(quoted === undefined ? {} : { quoted }), ...story };
  }
  const words = withItem(wordsOf(source), repliedItem(message, source));
  const carried = carriedBy(source, contentKindOf(source), words.isOfContent);
  const media = Object.keys(carried).length === 0 ? {} : { replied: carried };
  const quotedFrom = isRoot ? undefined : authorOf(message, botUsername);
  const from = quotedFrom === undefined ? {} : { quotedFrom };
  if (quoted !== undefined) return { ...id, quoted, ...from, ...media };
  if (words.text.trim() === "") return { ...id, ...from, ...media };
  return quotedFrom === "bot"
    ? { ...id, ownAnswer: words.text, ...media }
    : { ...id, quoted: words.text, ...from, ...media };
}

/** @param item the one of them that the reply is to */
function withItem({ text, isOfContent }: Words, item: string | undefined): Words {
  return { text: item === undefined ? text : `${text}\n\nThe reply is to: ${item}`, isOfContent };
}

/** Tells whose words it replies to; undefined for somebody else's, forwarded ones among them. */
function authorOf(
  { from, reply_to_message: replied }: WireMessage,
  botUsername: string,
): MessageContent["quotedFrom"] {
  if (replied === undefined || isForwarded(replied)) return undefined;
  if (isOwn(replied.from, botUsername)) return "bot";
  return from !== undefined && replied.from?.id === from.id ? "sender" : undefined;
}

function isOwn(author: WireMessage["from"], botUsername: string): boolean {
  const { is_bot: isBot, username = botUsername } = author ?? { is_bot: false };
  return isBot && isSameName(username, botUsername);
}
