/** A group that becomes a supergroup goes on under its new id. */
import type { AllowedGroups } from "./allowed_groups.ts";
import type { Outbox } from "./outbox/outbox.ts";
import { plainText } from "./render/formatted_text.ts";
import type { Texts } from "../texts/texts.ts";

interface Move {
  readonly chatId: number;
  readonly newChatId: number;
}

/**
 * Lets people work in the new chat, and tells them there what to change in the configuration.
 * @throws {StorageError} when the move cannot be kept
 */
export function followGroup(
  { chatId, newChatId }: Move,
  groups: AllowedGroups,
  outbox: Pick<Outbox, "send">,
  { groups: { moved } }: Texts,
): void {
  groups.moved(chatId, newChatId);
  const content = plainText(`ℹ️ ${moved(String(chatId), String(newChatId))}`);
  // Telegram tells it twice, once in each chat. The outbox reports its own trouble.
  void outbox.send({ chatId: newChatId, content, key: `moved:${chatId}:${newChatId}` }, "reply");
}
