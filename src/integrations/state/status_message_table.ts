/** Which message of the chat shows which run. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { StateDatabase } from "./database.ts";

export class StatusMessageTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  find(runId: string): number | undefined {
    try {
      const row = this.#database.get(
        "SELECT message_id FROM status_messages WHERE run_id = ?",
        runId,
      );
      return row === undefined ? undefined : Number(row.message_id);
    } catch (error) {
      this.#report(runId, error);
      return undefined;
    }
  }

  /** Message ids count per chat. */
  runOf(chatId: number, messageId: number): string | undefined {
    try {
      const row = this.#database.get(
        `SELECT runs.run_id FROM runs JOIN status_messages USING (run_id)
           WHERE message_id = ? AND chat_id = ?`,
        messageId,
        String(chatId),
      );
      return row === undefined ? undefined : String(row.run_id);
    } catch (error) {
      this.#log.warn("status-message.unreadable", { error: describeError(error) });
      return undefined;
    }
  }

  remember(runId: string, messageId: number): void {
    try {
      this.#database.run(
        `INSERT INTO status_messages (run_id, message_id) VALUES (?, ?)
         ON CONFLICT (run_id) DO UPDATE SET message_id = excluded.message_id`,
        runId,
        messageId,
      );
    } catch (error) {
      this.#report(runId, error);
    }
  }

  /** Forgets the messages of runs that are forgotten themselves. */
  prune(): void {
    this.#database.run("DELETE FROM status_messages WHERE run_id NOT IN (SELECT run_id FROM runs)");
  }

  /** Without its message a run is shown in a new one, which is no reason to stop it. */
  #report(runId: string, error: unknown): void {
    this.#log.warn("status-message.not-kept", { run: runId, error: describeError(error) });
  }
}
