/** The bot comes into a chat, leaves it, or is shown the door. */
import type { Account } from "./account.ts";
import { type BotStatus, type Chat, chatToWire } from "./chats.ts";
import { unixSeconds } from "./message.ts";
import { type Person, personToWire } from "./people.ts";
import type { JsonObject } from "./wire.ts";

/** Changes the bot's place in a chat and lets the bot know. */
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
