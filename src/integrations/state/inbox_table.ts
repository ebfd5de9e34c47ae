/** Stores Telegram updates before they are confirmed to Telegram. */
import type { Clock } from "../../core/clock.ts";
import type { StateDatabase } from "./database.ts";

export interface ReceivedUpdate {
  readonly updateId: number;
  /** The update as JSON. */
  readonly body: string;
}

export interface NewUpdate extends ReceivedUpdate {
  /** It needs no handling, or none any more: only its id is kept. */
  readonly done: boolean;
}

export interface PendingUpdate extends ReceivedUpdate {
  /** How often its handling was begun. */
  readonly attempts: number;
}

/** How many done updates are kept, so that a repeated one is still recognised. */
const KEPT = 5_000;

export class InboxTable {
  readonly #database: StateDatabase;
  readonly #clock: Clock;

  constructor(database: StateDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Stores a batch in one transaction; it survives a power cut, as Telegram is told next. What is not
   * done counts as begun once: it is handled next, which needs no commit of its own then. As every
   * other method: throws a {@link StorageError} when the disk does not take it.
   * @returns the ids that were not known before, in the order given
   */
  store(updates: readonly NewUpdate[]): number[] {
    const receivedAt = this.#clock.now().toISOString();
    const store = (): number[] =>
      updates.filter(({ updateId, body, done }) =>
        this.#database.run(
          `INSERT OR IGNORE INTO inbox (update_id, body, done, attempts, received_at)
           VALUES (?, ?, ?, ?, ?)`,
          updateId,
          done ? "" : body,
          done ? 1 : 0,
          done ? 0 : 1,
          receivedAt,
        ) === 1
      ).map(({ updateId }) => updateId);
    return this.#database.durably(() => this.#database.transaction(store));
  }

  /** Tells whether a stored update is done; undefined for one that is not known. */
  find(updateId: number): "open" | "done" | undefined {
    const row = this.#database.get("SELECT done FROM inbox WHERE update_id = ?", updateId);
    if (row === undefined) return undefined;
    return row.done === 1 ? "done" : "open";
  }

  /** Updates whose handling has not finished, oldest first. */
  pending(): PendingUpdate[] {
    const rows = this.#database.all(
      "SELECT update_id, body, attempts FROM inbox WHERE done = 0 ORDER BY received_at, update_id",
    );
    return rows.map((row) => ({
      updateId: Number(row.update_id),
      body: String(row.body),
      attempts: Number(row.attempts),
    }));
  }

  attempted(updateId: number): void {
    this.#database.run("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?", updateId);
  }

  /** The attempt came to nothing for want of a disk: it does not count. */
  spoiled(updateId: number): void {
    this.#database.run(
      "UPDATE inbox SET attempts = max(0, attempts - 1) WHERE update_id = ?",
      updateId,
    );
  }

  /** Records all of them or none. */
  done(updateIds: readonly number[]): void {
    // The id alone recognises a repeat.
    const sql = "UPDATE inbox SET done = 1, body = '' WHERE update_id = ?";
    this.#database.transaction(() => {
      for (const updateId of updateIds) this.#database.run(sql, updateId);
    });
  }

  /** Forgets the oldest done updates by their arrival, as ids restart at random after a pause. */
  prune(): void {
    this.#database.run(
      `DELETE FROM inbox WHERE done = 1 AND rowid NOT IN
         (SELECT rowid FROM inbox ORDER BY received_at DESC LIMIT ?)`,
      KEPT,
    );
  }
}
