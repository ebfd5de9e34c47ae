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
    const { changes } = queued.operation;
    return changes !== undefined && knowsFormer(queued, chatId) && !this.#since.has(changes);
  }

  /**
   * Replies are to what people wrote, and so of the group for whoever knows the chat by its id.
   * @param chatId as above
   */
  isRepliedTo(queued: QueuedOperation, chatId: number): boolean {
    return queued.operation.repliesTo !== undefined && knowsFormer(queued, chatId);
  }
}

function knowsFormer({ chatId: known, operation }: QueuedOperation, chatId: number): boolean {
  return known !== chatId || operation.isMoved === true;
}
