/** Keeps files that wait for the request they belong to. */
import type { Attachment, WaitingAttachments } from "../../core/chat/attachment.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { Row, StateDatabase } from "./database.ts";
import { storedAttachment } from "./run_rows.ts";

/** A file without a request for so long belongs to none that follows. */
const LIFETIME_MS = 60 * 60 * 1000;
/** Kept of each session; the newest. */
const KEPT = 20;

export class WaitingAttachmentTable implements WaitingAttachments {
  readonly #database: StateDatabase;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(database: StateDatabase, clock: Clock, log: Log) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  add(session: SessionKey, attachments: readonly Attachment[]): void {
    const id = sessionId(session);
    const now = this.#clock.now().toISOString();
    this.#database.transaction(() => {
      for (const attachment of attachments) {
        this.#database.run(
          `INSERT OR IGNORE INTO waiting_attachments (session_id, path, attachment, created_at)
           VALUES (?, ?, ?, ?)`,
          id,
          attachment.path,
          JSON.stringify(attachment),
          now,
        );
      }
      this.#database.run(
        `DELETE FROM waiting_attachments WHERE session_id = ? AND rowid NOT IN
           (SELECT rowid FROM waiting_attachments WHERE session_id = ?
            ORDER BY created_at DESC, rowid DESC LIMIT ?)`,
        id,
        id,
        KEPT,
      );
    });
  }

  of(session: SessionKey): readonly Attachment[] {
    const rows = this.#database.all(
      `SELECT attachment FROM waiting_attachments WHERE session_id = ? AND created_at > ?
       ORDER BY created_at, rowid`,
      sessionId(session),
      this.#oldest(),
    );
    return rows.flatMap((row) => this.#readable(row));
  }

  clear(session: SessionKey): void {
    this.#database.run(
      "DELETE FROM waiting_attachments WHERE session_id = ?",
      sessionId(session),
    );
  }

  prune(): void {
    this.#database.run("DELETE FROM waiting_attachments WHERE created_at <= ?", this.#oldest());
  }

  #oldest(): string {
    return new Date(this.#clock.now().getTime() - LIFETIME_MS).toISOString();
  }

  #readable(row: Row): Attachment[] {
    try {
      return [storedAttachment(String(row.attachment))];
    } catch (error) {
      this.#log.warn("attachment.unreadable", { error: describeError(error) });
      return [];
    }
  }
}
