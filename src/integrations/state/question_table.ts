/** Questions of Codex that are open in the chats. */
import { z } from "zod";
import type { ApprovalRequest } from "../../core/codex/codex.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Row, StateDatabase } from "./database.ts";

export interface KeptQuestion {
  readonly nonce: string;
  readonly runId: string;
  readonly chatId: number;
  readonly messageId?: number;
  readonly language: "en" | "ko";
  readonly request: ApprovalRequest;
}

const request = z.object({
  id: z.string(),
  kind: z.enum(["command", "files", "permissions"]),
  threadId: z.string(),
  turnId: z.string(),
  itemId: z.string(),
  workingDirectory: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  command: z.string().exactOptional(),
  changes: z.array(z.object({ path: z.string(), kind: z.enum(["add", "delete", "update"]) }))
    .exactOptional(),
  diff: z.string().exactOptional(),
  permissions: z.string().exactOptional(),
});

const body = z.object({ language: z.enum(["en", "ko"]), request });

export class QuestionTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  keep({ nonce, runId, chatId, language, request }: KeptQuestion): void {
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

  sent(nonce: string, messageId: number): void {
    this.#quietly(() =>
      this.#database.run("UPDATE questions SET message_id = ? WHERE nonce = ?", messageId, nonce)
    );
  }

  close(nonce: string): void {
    this.#quietly(() => this.#database.run("DELETE FROM questions WHERE nonce = ?", nonce));
  }

  open(): KeptQuestion[] {
    const rows = this.#quietly(() => this.#database.all("SELECT * FROM questions ORDER BY rowid"));
    return (rows ?? []).flatMap((row) => this.#quietly(() => [keptQuestion(row)]) ?? []);
  }

  /** A question that cannot be kept, or not be read any more, is still asked or closed. */
  #quietly<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn("question.not-kept", { error: describeError(error) });
      return undefined;
    }
  }
}

function keptQuestion(row: Row): KeptQuestion {
  const { message_id: messageId } = row;
  return {
    nonce: String(row.nonce),
    runId: String(row.run_id),
    chatId: Number(row.chat_id),
    ...(messageId === null ? {} : { messageId: Number(messageId) }),
    ...body.parse(JSON.parse(String(row.question))),
  };
}
