/** Telegram updates, stored before Telegram is told that they arrived. */
import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../core/clock.ts";

export interface ReceivedUpdate {
  readonly updateId: number;
  /** The update as JSON. */
  readonly body: string;
}

export interface PendingUpdate extends ReceivedUpdate {
  /** How often its handling was begun. */
  readonly attempts: number;
}

/** Done updates are kept this many deep, so that a repeated one is still recognised. */
const KEPT = 5_000;

export class InboxTable {
  readonly #database: DatabaseSync;
  readonly #clock: Clock;

  constructor(database: DatabaseSync, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /**
   * Stores a batch in one transaction.
   * @returns the ids that were not known before, in the order given
   */
  store(updates: readonly ReceivedUpdate[]): number[] {
    const insert = this.#database.prepare(
      "INSERT OR IGNORE INTO inbox (update_id, body, received_at) VALUES (?, ?, ?)",
    );
    const receivedAt = this.#clock.now().toISOString();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const fresh = updates.filter(({ updateId, body }) =>
        insert.run(updateId, body, receivedAt).changes === 1
      );
      this.#database.exec("COMMIT");
      return fresh.map(({ updateId }) => updateId);
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Updates whose handling has not finished, oldest first. */
  pending(): PendingUpdate[] {
    const rows = this.#database.prepare(
      "SELECT update_id, body, attempts FROM inbox WHERE done = 0 ORDER BY update_id",
    ).all();
    return rows.map((row) => ({
      updateId: Number(row.update_id),
      body: String(row.body),
      attempts: Number(row.attempts),
    }));
  }

  attempted(updateId: number): void {
    this.#database.prepare("UPDATE inbox SET attempts = attempts + 1 WHERE update_id = ?")
      .run(updateId);
  }

  done(updateId: number): void {
    // The id alone recognises a repeat; the text has done its duty and is not kept.
    this.#database.prepare("UPDATE inbox SET done = 1, body = '' WHERE update_id = ?").run(
      updateId,
    );
  }

  /** Forgets the oldest done updates, by the order of arrival: ids restart at random after a pause. */
  prune(): void {
    this.#database.prepare(
      `DELETE FROM inbox WHERE done = 1 AND rowid NOT IN
         (SELECT rowid FROM inbox ORDER BY received_at DESC LIMIT ?)`,
    ).run(KEPT);
  }
}
