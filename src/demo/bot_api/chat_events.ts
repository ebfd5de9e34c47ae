/** What happens in chats beside messages: pressed buttons, topics, reactions, membership. */
import type { Account } from "./account.ts";
import {
  type BotStatus,
  Chat,
  chatToWire,
  currentVersion,
  messageToWire,
  type StoredMessage,
  unixSeconds,
} from "./chat.ts";
import { receive } from "./incoming.ts";
import type { InlineButton } from "./keyboard.ts";
import { type Person, personToWire } from "./people.ts";
import type { Json, JsonObject } from "./wire.ts";

/** The label of a button, or its callback data. */
export type ButtonChoice = string | { readonly data: string };

interface PressedButton {
  readonly queryId: string;
  readonly updateId: number | undefined;
}

/** @throws {Error} when a person could not press this button now */
export function pressButton(
  account: Account,
  message: StoredMessage,
  choice: ButtonChoice,
  by: Person,
): PressedButton {
  if (message.deleted) throw new Error(`Message ${message.id} is deleted`);
  const buttons = (currentVersion(message).keyboard ?? []).flat();
  const button = buttons.find((each) => isChosen(each, choice));
  if (button?.callbackData === undefined) {
    const labels = buttons.map((each) => `"${each.text}"`).join(", ") || "none";
    throw new Error(
      `Message ${message.id} has no button ${JSON.stringify(choice)}; its buttons: ${labels}`,
    );
  }
  return pressWithData(account, message.chat, message.id, button.callbackData, by);
}

export function pressWithData(
  account: Account,
  chat: Chat,
  messageId: number,
  data: string,
  by: Person,
): PressedButton {
  const queryId = account.queries.open();
  const updateId = account.updates.push("callback_query", {
    id: queryId,
    from: personToWire(by),
    message: messageForQuery(chat, messageId),
    chat_instance: String(chat.id * 31),
    data,
  });
  account.changes.announce();
  return { queryId, updateId };
}

function isChosen(button: InlineButton, choice: ButtonChoice): boolean {
  if (typeof choice === "string") return button.text === choice;
  return button.callbackData === choice.data;
}

/** For a deleted message, sends its id and the date 0, as the server does. */
function messageForQuery(chat: Chat, messageId: number): JsonObject {
  const message = chat.visibleMessage(messageId);
  if (message !== undefined) return messageToWire(message);
  return { chat: chatToWire(chat), message_id: messageId, date: 0 };
}

/** @returns the id of the new topic, which is the id of the message that opened it */
export function startTopic(account: Account, chat: Chat, name: string, by: Person): number {
  if (!chat.isForum && chat.kind !== "private") throw new Error("Only a forum has topics");
  const created = { forum_topic_created: { name, icon_color: 7_322_096 } };
  const { stored } = receive(account, chat, { from: by, extra: created });
  chat.topics.set(stored.id, name);
  return stored.id;
}

export function migrateToSupergroup(
  account: Account,
  group: Chat,
  by: Person,
  number: number,
): Chat {
  if (group.kind !== "group") throw new Error("Only a basic group can become a supergroup");
  const supergroup = account.addChat(
    new Chat({
      id: -1_000_000_000_000 - number,
      kind: "supergroup",
      title: group.title,
      botStatus: "left",
    }),
  );
  // The bot is told that it is in the supergroup now, and never that it is not in the group any more.
  changeBotStatus(account, supergroup, group.botStatus, by);
  receive(account, group, { from: by, extra: { migrate_to_chat_id: supergroup.id } });
  receive(account, supergroup, { from: by, extra: { migrate_from_chat_id: group.id } });
  group.migratedTo = supergroup;
  return supergroup;
}

export function pushReaction(
  account: Account,
  message: StoredMessage,
  by: Person,
  emoji: readonly string[],
): void {
  const before = message.reactions.get(by.id) ?? [];
  if (emoji.length > 0) message.reactions.set(by.id, emoji);
  else message.reactions.delete(by.id);
  account.updates.push("message_reaction", {
    chat: chatToWire(message.chat),
    message_id: message.id,
    user: personToWire(by),
    date: unixSeconds(account.clock.now()),
    old_reaction: reactionTypes(before),
    new_reaction: reactionTypes(emoji),
  });
  account.changes.announce();
}

function reactionTypes(emoji: readonly string[]): Json {
  return emoji.map((each) => ({ type: "emoji", emoji: each }));
}

/** Changes the bot's membership and queues the update about it. */
export function changeBotStatus(
  account: Account,
  chat: Chat,
  status: BotStatus,
  by: Person,
): number | undefined {
  const before = chat.botStatus;
  chat.botStatus = status;
  const updateId = account.updates.push("my_chat_member", {
    chat: chatToWire(chat),
    from: personToWire(by),
    date: unixSeconds(account.clock.now()),
    old_chat_member: memberToWire(account, before),
    new_chat_member: memberToWire(account, status),
  });
  account.changes.announce();
  return updateId;
}

function memberToWire(account: Account, status: BotStatus): JsonObject {
  const user = personToWire(account.bot);
  switch (status) {
    case "kicked":
      return { user, status: "kicked", until_date: 0 };
    case "not-started":
    case "left":
      return { user, status: "left" };
    case "administrator":
      return { user, status: "administrator", can_be_edited: false, is_anonymous: false };
    case "member":
      return { user, status: "member" };
  }
}
