/** Things that happen in groups beside messages. */
import type { Account } from "./account.ts";
import { Chat, chatToWire } from "./chats.ts";
import { receive } from "./incoming.ts";
import { type StoredMessage, unixSeconds } from "./message.ts";
import { type Person, personToWire } from "./people.ts";
import type { Json, JsonObject } from "./wire.ts";

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
      botStatus: group.botStatus,
    }),
  );
  announceIn(account, group, by, { migrate_to_chat_id: supergroup.id });
  announceIn(account, supergroup, by, { migrate_from_chat_id: group.id });
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

function announceIn(account: Account, chat: Chat, from: Person, extra: JsonObject): void {
  receive(account, chat, { from, extra });
}

function reactionTypes(emoji: readonly string[]): Json {
  return emoji.map((each) => ({ type: "emoji", emoji: each }));
}
