/** Keeps messages on their way to Telegram until they have arrived. */
import type { Clock } from "../../core/clock.ts";
import type { Row, StateDatabase } from "./database.ts";

export interface NewOutboxEntry {
  readonly key: string;
  readonly chatId: number;
  readonly message: string;
  readonly file?: Uint8Array;
}

export interface OutboxEntry extends NewOutboxEntry {
  /** How many calls were made whose effect nobody knows. */
  readonly uncertain: number;
  readonly createdAt: Date;
}

/** How many sent entries are kept, so that a repeated key is recognised. */
const KEPT = 2_000;

/** Every method throws a {@link StorageError} when the disk does not take it. */
export class OutboxTable {
  readonly #database: StateDatabase;
  readonly #clock: Clock;

  constructor(database: StateDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** @returns false when the key is known already */
  put({ key, chatId, message, file }: NewOutboxEntry): boolean {
    return this.#database.run(
      `INSERT INTO outbox (key, chat_id, message, file, created_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (key) DO NOTHING`,
      key,
      chatId,
      message,
      file ?? null,
      this.#clock.now().toISOString(),
    ) === 1;
  }

  uncertain(key: string, calls: number): void {
    const write = (): number =>
      this.#database.run("UPDATE outbox SET uncertain = ? WHERE key = ?", calls, key);
    // A call goes out next: a power cut must leave what it is about, and that it may have arrived.
    if (calls > 0) this.#database.durably(write);
    else write();
  }

  /** Keeps the key, by which a repeat is recognised, without the text. */
  done(key: string, messageId?: number): void {
    this.#database.run(
      "UPDATE outbox SET done = 1, message = '', file = NULL, message_id = ? WHERE key = ?",
      messageId ?? null,
      key,
    );
  }

  replace(key: string, message: string): void {
    this.#database.run("UPDATE outbox SET message = ? WHERE key = ? AND done = 0", message, key);
  }

  moved(from: number, to: number): void {
    this.#database.run("UPDATE outbox SET chat_id = ? WHERE done = 0 AND chat_id = ?", to, from);
  }

  /** Oldest first. */
  unsent(): OutboxEntry[] {
    return this.#database.all("SELECT * FROM outbox WHERE done = 0 ORDER BY entry_id").map(entryOf);
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM outbox WHERE done = 1 AND entry_id NOT IN
         (SELECT entry_id FROM outbox ORDER BY entry_id DESC LIMIT ?)`,
      KEPT,
    );
  }
}

function entryOf(row: Row): OutboxEntry {
  return {
    key: String(row.key),
    chatId: Number(row.chat_id),
    message: String(row.message),
    uncertain: Number(row.uncertain),
    createdAt: new Date(String(row.created_at)),
    ...(row.file instanceof Uint8Array ? { file: row.file } : {}),
  };
}
