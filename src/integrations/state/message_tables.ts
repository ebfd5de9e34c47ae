/** Keeps which messages of the chat show runs and approvals. */
import { z } from "../../core/schema.ts";
import type { PersonRequest } from "../../core/codex/question.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Row, StateDatabase } from "./database.ts";
import { storedRequest } from "./stored_request.ts";

/** The status message of each run. */
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

  /**
   * Finds the run by its status message, or by what Codex said to the person while it worked; message
   * ids are unique within a chat only.
   */
  runOf(chatId: number, messageId: number): string | undefined {
    try {
      const row = this.#database.get(
        `SELECT run_id FROM runs WHERE chat_id = ?2 AND (
           run_id IN (SELECT run_id FROM status_messages WHERE message_id = ?1) OR
           run_id IN (SELECT substr(key, 6, instr(substr(key, 6), ':') - 1) FROM outbox
             WHERE message_id = ?1 AND key LIKE 'told:%'))
           ORDER BY rowid DESC LIMIT 1`,
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

  /** Only logs: a run whose message is not known is shown in a new one. */
  #report(runId: string, error: unknown): void {
    this.#log.warn("status-message.not-kept", { run: runId, error: describeError(error) });
  }
}

interface KeptApproval {
  readonly nonce: string;
  readonly runId: string;
  readonly chatId: number;
  readonly messageId?: number;
  readonly language: "en" | "ko";
  readonly request: PersonRequest;
}

const body = z.object({ language: z.enum(["en", "ko"]), request: storedRequest });

/** Codex's approvals and questions that are open in the chats, in the table `questions`. */
export class ApprovalTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  keep({ nonce, runId, chatId, language, request }: KeptApproval): void {
    this.#quietly(() =>
      this.#database.run(
        "INSERT OR IGNORE INTO questions (nonce, run_id, chat_id, question) VALUES (?, ?, ?, ?)",
        nonce,
        runId,
        chatId,
        JSON.stringify({ language, request }),
      )
    );
  }

  /** Also remembers the message as none of Codex's answers, for when the approval is closed. */
  sent(nonce: string, messageId: number): void {
    this.#quietly(() => {
      this.#database.run("UPDATE questions SET message_id = ? WHERE nonce = ?", messageId, nonce);
      this.#database.run(
        `INSERT OR IGNORE INTO program_messages (chat_id, message_id)
           SELECT chat_id, message_id FROM questions WHERE nonce = ?`,
        nonce,
      );
    });
  }

  close(nonce: string): void {
    this.#quietly(() => this.#database.run("DELETE FROM questions WHERE nonce = ?", nonce));
  }

  open(): KeptApproval[] {
    const rows = this.#quietly(() => this.#database.all("SELECT * FROM questions ORDER BY rowid"));
    return (rows ?? []).flatMap((row) => this.#quietly(() => [keptApproval(row)]) ?? []);
  }

  /** Only logs failures: an approval that cannot be kept is still asked for. */
  #quietly<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn("question.not-kept", { error: describeError(error) });
      return undefined;
    }
  }
}

function keptApproval(row: Row): KeptApproval {
  const { message_id: messageId } = row;
  return {
    nonce: String(row.nonce),
    runId: String(row.run_id),
    chatId: Number(row.chat_id),
    ...(messageId === null ? {} : { messageId: Number(messageId) }),
    ...body.parse(JSON.parse(String(row.question))),
  };
}
