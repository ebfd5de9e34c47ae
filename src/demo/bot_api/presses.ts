/** CallbackRouter inline buttons. */
import type { Account } from "./account.ts";
import { type Chat, chatToWire } from "./chats.ts";
import type { InlineButton } from "./keyboard.ts";
import { currentVersion, messageToWire, type StoredMessage } from "./message.ts";
import { type Person, personToWire } from "./people.ts";
import type { JsonObject } from "./wire.ts";

/** The label of a button, or its callback data. */
export type ButtonChoice = string | { readonly data: string };

interface Press {
  readonly queryId: string;
  readonly updateId: number | undefined;
}

/** @throws {Error} when a person could not press this button now */
export function pressButton(
  account: Account,
  message: StoredMessage,
  choice: ButtonChoice,
  by: Person,
): Press {
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
): Press {
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

/** A message that is gone is named but not shown, and its date says so. */
function messageForQuery(chat: Chat, messageId: number): JsonObject {
  const message = chat.visibleMessage(messageId);
  if (message !== undefined) return messageToWire(message);
  return { chat: chatToWire(chat), message_id: messageId, date: 0 };
}
