/** Finds out whom a message in a group is for: by its command, mentions, or what it replies to. */
import { CHAT_COMMANDS } from "../commands/table.ts";
import { isForwarded, type WireMessage } from "./wire.ts";

/** `nobody` = people talk to each other. */
export type Addressee = "us" | "another bot" | "nobody";

/** Telegram requires this ending for bots and forbids it for people. */
const BOT_NAME = /bot$/i;

/**
 * Tells whom the message is for; in a private chat always us. A forwarded message is for nobody,
 * since its mentions are those of its author.
 *
 * @param botUsername without the `@`
 */
export function addresseeOf(message: WireMessage, botUsername: string): Addressee {
  if (!isGroup(message)) return "us";
  if (isForwarded(message)) return "nobody";
  const { text, entities } = wordsOf(message);
  const command = entities.find(({ type, offset }) => type === "bot_command" && offset === 0);
  if (command !== undefined) {
    const [name = "", named] = text.slice(1, command.length).split("@");
    if (named !== undefined) return isSameName(named, botUsername) ? "us" : "another bot";
    // Any bot may have a command that is none of ours. As a text it is told apart later.
    const isAnybodys = message.text === undefined && !CHAT_COMMANDS.has(name.toLowerCase());
    return isAnybodys && !isCalled(message, botUsername) ? "nobody" : "us";
  }
  const names = namesIn(message);
  if (names[0] !== undefined && !isSameName(names[0], botUsername) && BOT_NAME.test(names[0])) {
    return "another bot";
  }
  return isCalled(message, botUsername) ? "us" : "nobody";
}

/** Tells whether the message mentions this bot or replies to it: no other one can be meant. */
export function isCalled(message: WireMessage, botUsername: string): boolean {
  return namesIn(message).some((name) => isSameName(name, botUsername)) ||
    repliesTo(message, botUsername);
}

function namesIn(message: WireMessage): string[] {
  const { text, entities } = wordsOf(message);
  return mentionsOf(text, entities).map(({ name }) => name);
}

/** Removes the mentions that only call this bot. */
export function withoutOwnMention(message: WireMessage, botUsername: string): WireMessage {
  if (!isGroup(message) || isForwarded(message)) return message;
  const words = wordsOf(message);
  const own = mentionsOf(words.text, words.entities)
    .filter(({ name }) => isSameName(name, botUsername))
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

/** Sorted by their place in the text. */
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
  if (replied === undefined || opensTopicOf(message)) return false;
  return isSameName(replied.from?.username ?? "", botUsername);
}

/**
 * Tells whether what the message replies to is only the one that opened its topic, as with every message
 * in a topic. Elsewhere in a supergroup `message_thread_id` names the first message of a chain of
 * replies, which a person picked.
 */
export function opensTopicOf(
  { is_topic_message: isInTopic, message_thread_id: topicId, reply_to_message: replied }:
    WireMessage,
): boolean {
  return isInTopic === true && replied?.message_id === topicId;
}

/** Removes a mention with the blanks and the comma that belong to it. */
function without({ text, entities }: Words, from: number, to: number): Words {
  const before = text.slice(0, from);
  const after = text.slice(to);
  const opensLine = /(?:^|\n)[ \t]*$/.test(before);
  const start = opensLine ? from : before.trimEnd().length;
  const end = opensLine ? to + (/^\s*[,:]?\s*/.exec(after)?.[0].length ?? 0) : to;
  const removed = end - start;
  return {
    text: text.slice(0, start) + text.slice(end),
    entities: entities.flatMap((entity) => {
      const shifted = (at: number): number => at < start ? at : Math.max(start, at - removed);
      const offset = shifted(entity.offset);
      const length = shifted(entity.offset + entity.length) - offset;
      return length > 0 ? [{ ...entity, offset, length }] : [];
    }),
  };
}

/** Usernames know no upper and lower case. */
export function isSameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
