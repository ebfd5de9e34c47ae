/** Keeps plans across restarts: which messages show them, and the newest one of each session. */
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Row, StateDatabase } from "./database.ts";

interface PlanMessage {
  readonly chatId: number;
  readonly messageId: number;
  readonly runId: string;
  readonly revision: number;
  readonly kind: "plan" | "words";
}

type OpenPlan = PlanMessage & { readonly userId: number; readonly topicId?: number };

interface Person {
  readonly userId: number;
  readonly chatId: number;
  readonly topicId?: number;
}

/** Enough for what people still reply to. */
const MOST_MESSAGES = 1_000;

const OPEN = `SELECT plan_messages.*, runs.user_id, runs.origin FROM plan_messages
  JOIN runs USING (run_id) WHERE open = 1`;

/** The messages of plans, in the table `plan_messages`; no text. */
export class PlanMessageTable {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  remember({ chatId, messageId, runId, revision, kind }: PlanMessage): void {
    this.#quietly(() =>
      this.#database.run(
        `INSERT OR REPLACE INTO plan_messages (chat_id, message_id, run_id, revision, kind, open)
         VALUES (?, ?, ?, ?, ?, 1)`,
        chatId,
        messageId,
        runId,
        revision,
        kind,
      )
    );
  }

  find(runId: string, revision: number): readonly PlanMessage[] {
    return this.#quietly(() =>
      this.#database.all(
        `SELECT * FROM plan_messages WHERE run_id = ? AND revision = ? AND kind = 'plan'
         ORDER BY rowid`,
        runId,
        revision,
      ).map(messageOf)
    ) ?? [];
  }

  shownIn(chatId: number, messageId: number): OpenPlan | undefined {
    return this.#quietly(() => {
      const row = this.#database.get(
        `${OPEN} AND plan_messages.chat_id = ? AND message_id = ?`,
        chatId,
        messageId,
      );
      return row === undefined ? undefined : openPlanOf(row);
    });
  }

  wordsAsked({ userId, chatId, topicId }: Person): OpenPlan | undefined {
    return this.#quietly(() => {
      const row = this.#database.get(
        `${OPEN} AND kind = 'words' AND plan_messages.chat_id = ? AND runs.user_id = ?
         AND json_extract(runs.origin, '$.topicId') IS ? ORDER BY plan_messages.rowid DESC LIMIT 1`,
        chatId,
        String(userId),
        topicId ?? null,
      );
      return row === undefined ? undefined : openPlanOf(row);
    });
  }

  wordsTaken(runId: string): void {
    this.#quietly(() =>
      this.#database.run(
        "UPDATE plan_messages SET open = 0 WHERE run_id = ? AND kind = 'words'",
        runId,
      )
    );
  }

  close(runId: string, revision: number): void {
    this.#quietly(() =>
      this.#database.run(
        "UPDATE plan_messages SET open = 0 WHERE run_id = ? AND revision = ?",
        runId,
        revision,
      )
    );
  }

  closeAll(runId: string): readonly PlanMessage[] {
    return this.#quietly(() => {
      const open = this.#database.all(
        "SELECT * FROM plan_messages WHERE run_id = ? AND open = 1 ORDER BY rowid",
        runId,
      );
      if (open.length > 0) {
        this.#database.run("UPDATE plan_messages SET open = 0 WHERE run_id = ?", runId);
      }
      return open.map(messageOf);
    }) ?? [];
  }

  prune(): void {
    this.#database.run(
      `DELETE FROM plan_messages WHERE rowid NOT IN
         (SELECT rowid FROM plan_messages ORDER BY rowid DESC LIMIT ?)`,
      MOST_MESSAGES,
    );
  }

  /** Only logs failures: a plan whose message is not known is shown in a new one. */
  #quietly<Result>(work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.warn("plan-message.not-kept", { error: describeError(error) });
      return undefined;
    }
  }
}

function messageOf(row: Row): PlanMessage {
  return {
    chatId: Number(row.chat_id),
    messageId: Number(row.message_id),
    runId: String(row.run_id),
    revision: Number(row.revision),
    kind: row.kind === "words" ? "words" : "plan",
  };
}

function openPlanOf(row: Row): OpenPlan {
  const { topicId } = JSON.parse(String(row.origin));
  return {
    ...messageOf(row),
    userId: Number(row.user_id),
    ...(typeof topicId === "number" ? { topicId } : {}),
  };
}

/** The newest plan of each session, in the table `plans`. */
export class PlanTable {
  readonly #database: StateDatabase;
  readonly #clock: Clock;

  constructor(database: StateDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Takes the place of the session's former one. */
  save(sessionId: string, runId: string, plan: string): void {
    this.#database.run(
      `INSERT OR REPLACE INTO plans (session_id, run_id, plan, created_at) VALUES (?, ?, ?, ?)`,
      sessionId,
      runId,
      plan,
      this.#clock.now().toISOString(),
    );
  }

  newest(sessionId: string): string | undefined {
    const row = this.#database.get("SELECT plan FROM plans WHERE session_id = ?", sessionId);
    return row === undefined ? undefined : String(row.plan);
  }

  forget(sessionId: string): void {
    this.#database.run("DELETE FROM plans WHERE session_id = ?", sessionId);
  }
}
