/**
 * Tells which messages can be named in a supergroup that was a group before. It numbers its messages
 * anew: an id from the group names nothing there, or a message of somebody else.
 */
import type { QueuedOperation } from "./send_queue.ts";

/** Enough for what still changes. */
const MOST_REMEMBERED = 1_000;

export class FormerMessages {
  /** Sent since the move for callers who know the chat under its former id. */
  readonly #since = new Set<number>();

  /** @param chatId where the message is */
  sent(queued: QueuedOperation, chatId: number, messageId: number): void {
    if (queued.chatId === chatId) return;
    this.#since.add(messageId);
    for (const oldest of this.#since) {
      if (this.#since.size <= MOST_REMEMBERED) break;
      this.#since.delete(oldest);
    }
  }

  /** @param chatId where the operation is about to be made */
  isChanged(queued: QueuedOperation, chatId: number): boolean {
    return this.#isFormer(queued, chatId, queued.operation.changes);
  }

  /** @param chatId as above */
  isRepliedTo(queued: QueuedOperation, chatId: number): boolean {
    return this.#isFormer(queued, chatId, queued.operation.repliesTo);
  }

  #isFormer(queued: QueuedOperation, chatId: number, messageId: number | undefined): boolean {
    const knowsFormer = queued.chatId !== chatId || queued.operation.isMoved === true;
    return messageId !== undefined && knowsFormer && !this.#since.has(messageId);
  }
}
