/** To whom a message in a group speaks: by a command, by whom it mentions, by what it replies to. */
import type { WireMessage } from "./wire.ts";

/** `nobody` = people talk among themselves. */
export type Addressee = "us" | "another bot" | "nobody";

/** Every bot's username ends so; no person's does. */
const BOT_NAME = /bot$/i;

/**
 * Whom the message is for; in a private chat it is always us.
 *
 * Who forwards a message says nothing by it: the mentions in it are those of its author.
 *
 * @param botUsername without the `@`
 */
export function addresseeOf(message: WireMessage, botUsername: string): Addressee {
  if (!isGroup(message)) return "us";
  if (message.forward_origin !== undefined) return "nobody";
  const { text, entities } = wordsOf(message);
  if (entities.some(({ type, offset }) => type === "bot_command" && offset === 0)) return "us";
  const names = mentionsOf(text, entities).map(({ name }) => name);
  if (names[0] !== undefined && !isSame(names[0], botUsername) && BOT_NAME.test(names[0])) {
    return "another bot";
  }
  const mentioned = names.some((name) => isSame(name, botUsername));
  return mentioned || repliesTo(message, botUsername) ? "us" : "nobody";
}

/** The message as if the bot's name, which only calls it, did not stand in it. */
export function withoutOwnMention(message: WireMessage, botUsername: string): WireMessage {
  if (!isGroup(message) || message.forward_origin !== undefined) return message;
  const words = wordsOf(message);
  const own = mentionsOf(words.text, words.entities)
    .filter(({ name }) => isSame(name, botUsername))
    .reverse();
  if (own.length === 0) return message;
  const { text, entities } = own.reduce((left, { offset, length }) => {
    return without(left, offset, offset + length);
  }, words);
  return message.text === undefined
    ? { ...message, caption: text, caption_entities: entities }
    : { ...message, text, entities };
}

type Entity = NonNullable<WireMessage["entities"]>[number];

interface Words {
  readonly text: string;
  readonly entities: Entity[];
}

function isGroup({ chat }: WireMessage): boolean {
  return chat.type === "group" || chat.type === "supergroup";
}

function wordsOf(message: WireMessage): Words {
  return message.text === undefined
    ? { text: message.caption ?? "", entities: message.caption_entities ?? [] }
    : { text: message.text, entities: message.entities ?? [] };
}

interface Mention {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** In the order in which they stand in the text. */
function mentionsOf(text: string, entities: readonly Entity[]): Mention[] {
  return entities.filter(({ type }) => type === "mention")
    .map(({ offset, length }) => ({
      name: text.slice(offset + 1, offset + length),
      offset,
      length,
    }))
    .sort((one, other) => one.offset - other.offset);
}

function repliesTo(message: WireMessage, botUsername: string): boolean {
  const replied = message.reply_to_message;
  // In a topic every message seems to reply to the message that opened the topic.
  if (replied === undefined || replied.message_id === message.message_thread_id) return false;
  return isSame(replied.from?.username ?? "", botUsername);
}

/** Takes a mention out, and with it the blanks and the comma that are there because of it. */
function without({ text, entities }: Words, from: number, to: number): Words {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const opensLine = /(?:^|\n)[ \t]*$/.test(before);
  const start = opensLine ? from : before.trimEnd().length;
  const end = opensLine ? to + (/^\s*[,:]?\s*/.exec(after)?.[0].length ?? 0) : to;
  const removed = end - start;
  return {
    text: text.slice(0, start) + text.slice(end),
    entities: entities
      .filter(({ offset }) => offset < start || offset >= end)
      .map((entity) =>
        entity.offset < end ? entity : { ...entity, offset: entity.offset - removed }
      ),
  };
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
