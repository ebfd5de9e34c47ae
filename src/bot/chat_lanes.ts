/** One thing at a time for each chat, in order; chats do not wait for one another. */
import { wireUpdate } from "./wire.ts";

export class ChatLanes {
  readonly #lanes = new Map<number, Promise<void>>();

  /** How many chats have work. */
  get size(): number {
    return this.#lanes.size;
  }

  /**
   * @param work must not reject
   * @returns a promise for its end
   */
  add(update: unknown, work: () => Promise<void>): Promise<void> {
    const chatId = chatIdOf(update);
    const before = this.#lanes.get(chatId) ?? Promise.resolve();
    const ended = before.then(work).finally(() => {
      if (this.#lanes.get(chatId) === ended) this.#lanes.delete(chatId);
    });
    this.#lanes.set(chatId, ended);
    return ended;
  }

  /** Resolves when everything that was added so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#lanes.values());
  }
}

/** What cannot be read shares a lane of its own. */
function chatIdOf(raw: unknown): number {
  const update = wireUpdate.safeParse(raw);
  if (!update.success) return 0;
  const { edited_message: edited, callback_query: query, my_chat_member: member } = update.data;
  const message = update.data.message ?? edited;
  return message?.chat.id ?? query?.message?.chat.id ?? member?.chat.id ?? 0;
}
