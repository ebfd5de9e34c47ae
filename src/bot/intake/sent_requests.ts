/** Remembers of which messages the newest requests were made, so that an edit finds its request. */
import type { Attachment } from "../../core/chat/attachment.ts";
import type { Piece, Pieces } from "./message_batcher.ts";

/** A request, or an addition to one, with everything that it was made of. */
export interface SentRequest {
  /** Absent while its files wait for words. */
  readonly runId?: string;
  readonly pieces: Pieces;
  /** Files that waited for its words. */
  readonly earlier: readonly Attachment[];
  /** By the id under which Telegram has them. */
  readonly fetched: ReadonlyMap<string, Attachment>;
}

/** Enough for what people still edit. */
const MOST_REMEMBERED = 500;

export class SentRequests {
  readonly #byMessage = new Map<string, SentRequest>();

  remember(request: SentRequest): void {
    for (const { chatId, messageId } of request.pieces) {
      this.#byMessage.delete(keyOf(chatId, messageId));
      this.#byMessage.set(keyOf(chatId, messageId), request);
    }
    for (const key of this.#byMessage.keys()) {
      if (this.#byMessage.size <= MOST_REMEMBERED) break;
      this.#byMessage.delete(key);
    }
  }

  /** Finds the newest request of which a run was made. */
  ofRun(runId: string): SentRequest | undefined {
    return [...this.#byMessage.values()].findLast((request) => request.runId === runId);
  }

  find(chatId: number, messageId: number): SentRequest | undefined {
    return this.#byMessage.get(keyOf(chatId, messageId));
  }
}

function keyOf(chatId: number, messageId: number): string {
  return `${chatId}:${messageId}`;
}

/** The pieces with the edited one in its place; its place in the conversation stays. */
export function withEdited([first, ...others]: Pieces, edited: Piece): Pieces {
  const replaced = (piece: Piece): Piece =>
    piece.messageId === edited.messageId ? { ...edited, updateId: piece.updateId } : piece;
  return [replaced(first), ...others.map(replaced)];
}
