/** Acts as people on the other side of the Bot API: writes, presses, joins, blocks. */
import { type BotStatus, Chat } from "./chat.ts";
import {
  type ButtonChoice,
  changeBotStatus,
  migrateToSupergroup,
  pressButton,
  pressWithData,
  pushReaction,
  startTopic,
} from "./chat_events.ts";
import { type PersonMessage, receive, receiveEdit } from "./incoming.ts";
import type { NewPerson, Person } from "./people.ts";
import type { Json } from "./wire.ts";
import { type ButtonPress, type ChatHandle, type SentMessage, WorldView } from "./world_view.ts";

export class World extends WorldView {
  #nextPersonId = 5_000_000_001;
  #nextGroupId = 1_500_000_001;

  createPerson(fields: NewPerson = {}): Person {
    const id = fields.id ?? this.#nextPersonId++;
    const person = { id, isBot: false, firstName: `Person ${id}`, ...fields };
    this.account.people.set(id, person);
    return person;
  }

  /** The person as they are now: their language may have changed. */
  personNow(person: Person): Person {
    return this.account.people.get(person.id) ?? person;
  }

  /**
   * Returns the private chat of the person and the bot, the same one each time.
   * @param started false = the person has never written, so the bot may not write either
   */
  privateChat(person: Person, { started = true } = {}): ChatHandle {
    const known = this.account.chats.get(person.id);
    if (known !== undefined) return known;
    const botStatus = started ? "member" : "not-started";
    return this.account.addChat(new Chat({ id: person.id, kind: "private", person, botStatus }));
  }

  createGroup(fields: {
    readonly id?: number;
    readonly kind?: "group" | "supergroup" | "channel";
    readonly title?: string;
    readonly username?: string;
    readonly isForum?: boolean;
    /** Default `member`; an administrator sees every message. */
    readonly botStatus?: BotStatus;
  } = {}): ChatHandle {
    const { kind = "supergroup", title = "Group", username, isForum, botStatus = "member" } =
      fields;
    const number = this.#nextGroupId++;
    const id = fields.id ?? (kind === "group" ? -number : -1_000_000_000_000 - number);
    const forum = isForum === undefined ? {} : { isForum };
    return this.account.addChat(new Chat({ id, kind, title, username, botStatus, ...forum }));
  }

  /** @returns the topic's id, which is the `message_thread_id` of its messages */
  createTopic(chat: ChatHandle, name: string, by: Person): number {
    return startTopic(this.account, this.chatOf(chat), name, by);
  }

  /** Lets only administrators write in the topic from now on. */
  closeTopic(chat: ChatHandle, topicId: number): void {
    this.chatOf(chat).closedTopics.add(topicId);
    this.account.changes.announce();
  }

  /** Deletes the topic with its messages; bots are not told. */
  deleteTopic(chat: ChatHandle, topicId: number): void {
    const target = this.chatOf(chat);
    target.topics.delete(topicId);
    for (const message of target.messages.values()) {
      if (message.topicId === topicId || message.id === topicId) message.deleted = true;
    }
    this.account.changes.announce();
  }

  /** Writes as a person; opens a private chat that was not started. */
  send(chat: ChatHandle, message: string | PersonMessage): SentMessage {
    const target = this.chatOf(chat);
    if (target.botStatus === "not-started") target.botStatus = "member";
    const whole = typeof message === "string" ? { text: message } : message;
    const { stored, updateId } = receive(this.account, target, whole);
    return { id: stored.id, updateId };
  }

  /** Edits a message of a person. */
  edit(chat: ChatHandle, messageId: number, text: string): SentMessage {
    const updateId = receiveEdit(this.account, this.messageOf(chat, messageId), text);
    return { id: messageId, updateId };
  }

  /** Removes any message, as its author or an administrator; bots are not told. */
  remove(chat: ChatHandle, messageId: number): void {
    this.messageOf(chat, messageId).deleted = true;
    this.account.changes.announce();
  }

  /** Reacts as a person; the bot is told only when it asked for `message_reaction`. */
  react(chat: ChatHandle, messageId: number, by: Person, emoji: readonly string[]): void {
    pushReaction(this.account, this.messageOf(chat, messageId), by, emoji);
  }

  /**
   * Presses a button that the person can see now.
   * @throws {Error} when the message has no such button
   */
  press(chat: ChatHandle, messageId: number, button: ButtonChoice, by?: Person): ButtonPress {
    const target = this.chatOf(chat);
    const message = this.messageOf(chat, messageId);
    return pressButton(this.account, message, button, by ?? requirePerson(target));
  }

  /** Sends any callback data, as a modified client can, even for a deleted message. */
  forcePress(chat: ChatHandle, messageId: number, data: string, by?: Person): ButtonPress {
    const target = this.chatOf(chat);
    return pressWithData(this.account, target, messageId, data, by ?? requirePerson(target));
  }

  block(chat: ChatHandle): void {
    const target = this.chatOf(chat);
    changeBotStatus(this.account, target, "kicked", requirePerson(target));
  }

  unblock(chat: ChatHandle): void {
    const target = this.chatOf(chat);
    changeBotStatus(this.account, target, "member", requirePerson(target));
  }

  /** Adds, promotes or removes the bot in a group. */
  setBotStatus(chat: ChatHandle, status: BotStatus, by: Person): void {
    changeBotStatus(this.account, this.chatOf(chat), status, by);
  }

  /** Turns a basic group into a supergroup, which gets another id. */
  migrate(group: ChatHandle, by: Person): ChatHandle {
    return migrateToSupergroup(this.account, this.chatOf(group), by, this.#nextGroupId++);
  }

  /** Queues any update; `body` is the value of its type. */
  pushUpdate(type: string, body: Json): number | undefined {
    return this.account.updates.push(type, body);
  }
}

function requirePerson(chat: Chat): Person {
  if (chat.person === undefined) throw new Error("In a group, name the person who acts");
  return chat.person;
}
