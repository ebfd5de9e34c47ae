/** What the outbox keeps on disk, so that a message outlives the process that was to send it. */

export interface NewEntry {
  /** Names the message for good. */
  readonly key: string;
  readonly chatId: number;
  /** See kept_message.ts. */
  readonly message: string;
  /** The bytes of a document. */
  readonly file?: Uint8Array;
}

export interface KeptEntry extends NewEntry {
  /** So many calls went out of which nobody knows whether the message arrived. */
  readonly uncertain: number;
  /** When it was put. */
  readonly createdAt: Date;
}

/**
 * Every method may throw a StorageError; what it changes is on disk when it returns. Entries go by
 * their keys, which mean nothing in another database, should this one be lost.
 */
export interface OutboxStore {
  /** @returns false when the key is known already, sent or not: then nothing is changed */
  put(entry: NewEntry): boolean;
  /** @param calls all of which nobody knows what became, the one that goes out next included */
  uncertain(key: string, calls: number): void;
  /** Delivered, or given up on: the key stays known, the content is dropped. */
  done(key: string): void;
  /** A group became another chat: what waits for the one goes to the other. */
  moved(from: number, to: number): void;
  /** What an earlier process left, oldest first. */
  unsent(): readonly KeptEntry[];
}
