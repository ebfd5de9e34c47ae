/** Keeps the logs of ended runs, for `/log`, and the newest answer of each session, for `/last`. */
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import {
  type KeptAnswer,
  LOG_KINDS,
  type LogEntry,
  type LoggedRun,
  type RunLogStore,
} from "../../core/run/run_log.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { Row, StateDatabase } from "./database.ts";

/** How many logs are kept of each session. */
const KEPT = 20;

type Status = NonNullable<LogEntry["status"]>;

/** Every one of them: a log with one that is missing here could not be read back. */
const STATUSES = {
  in_progress: "in_progress",
  completed: "completed",
  failed: "failed",
  declined: "declined",
  interrupted: "interrupted",
  lost: "lost",
  accept: "accept",
  "accept-for-session": "accept-for-session",
  "accept-always": "accept-always",
  "accept-prefix": "accept-prefix",
  "accept-host": "accept-host",
  decline: "decline",
  "decline-host": "decline-host",
  cancel: "cancel",
  answered: "answered",
  single: "single",
  plan: "plan",
  approved: "approved",
  needs_changes: "needs_changes",
  unreadable: "unreadable",
  passed: "passed",
  "timed-out": "timed-out",
  "not-run": "not-run",
} as const satisfies { readonly [Name in Status]: Name };

const entry = z.object({
  at: z.string(),
  role: z.enum(["selector", "planner", "developer", "reviewer"]),
  round: z.number(),
  kind: z.enum(LOG_KINDS),
  agent: z.string().exactOptional(),
  text: z.string(),
  status: z.enum(STATUSES).exactOptional(),
  exitCode: z.number().exactOptional(),
  durationMs: z.number().exactOptional(),
  openId: z.string().exactOptional(),
});

const kept = z.object({
  request: z.string(),
  log: z.object({ entries: z.array(entry), dropped: z.number() }),
});

export class RunLogTable implements RunLogStore {
  readonly #database: StateDatabase;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(database: StateDatabase, clock: Clock, log: Log) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
  }

  save(session: SessionKey, { runId, request, log }: LoggedRun): void {
    const id = sessionId(session);
    this.#database.transaction(() => {
      this.#database.run("DELETE FROM run_logs WHERE run_id = ?", runId);
      this.#database.run(
        "INSERT INTO run_logs (run_id, session_id, entries, created_at) VALUES (?, ?, ?, ?)",
        runId,
        id,
        JSON.stringify({ request, log }),
        this.#clock.now().toISOString(),
      );
      this.#database.run(
        `DELETE FROM run_logs WHERE session_id = ? AND rowid NOT IN
           (SELECT rowid FROM run_logs WHERE session_id = ?
            ORDER BY created_at DESC, rowid DESC LIMIT ?)`,
        id,
        id,
        KEPT,
      );
    });
  }

  saveAnswer(session: SessionKey, runId: string, answer: string): void {
    this.#database.run(
      `INSERT INTO answers (session_id, run_id, answer, created_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (session_id) DO UPDATE
         SET run_id = excluded.run_id, answer = excluded.answer, created_at = excluded.created_at`,
      sessionId(session),
      runId,
      answer,
      this.#clock.now().toISOString(),
    );
  }

  answer(session: SessionKey): KeptAnswer | undefined {
    const row = this.#database.get(
      "SELECT run_id, answer FROM answers WHERE session_id = ?",
      sessionId(session),
    );
    return row === undefined ? undefined : { runId: String(row.run_id), text: String(row.answer) };
  }

  find(session: SessionKey, runId: string): LoggedRun | undefined {
    return this.#readable(this.#database.get(
      "SELECT * FROM run_logs WHERE session_id = ? AND run_id = ?",
      sessionId(session),
      runId,
    ));
  }

  newest(session: SessionKey): LoggedRun | undefined {
    return this.#readable(this.#database.get(
      `SELECT * FROM run_logs WHERE session_id = ?
       ORDER BY created_at DESC, rowid DESC LIMIT 1`,
      sessionId(session),
    ));
  }

  /** Forgets the logs of runs that are forgotten themselves. */
  prune(): void {
    this.#database.run("DELETE FROM run_logs WHERE run_id NOT IN (SELECT run_id FROM runs)");
  }

  #readable(row: Row | undefined): LoggedRun | undefined {
    if (row === undefined) return undefined;
    const runId = String(row.run_id);
    try {
      return { runId, ...kept.parse(JSON.parse(String(row.entries))) };
    } catch (error) {
      this.#log.warn("run-log.unreadable", { run: runId, error: describeError(error) });
      return undefined;
    }
  }
}
