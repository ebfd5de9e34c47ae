/** Keeps runs, what people add to them, and what each session asked last. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { withAdditions } from "../../core/run/steering.ts";
import type { RunOutcome } from "../../core/run/events.ts";
import type {
  ConfirmationReason,
  FailedRequest,
  LastRequest,
  Run,
  RunPart,
  RunSettings,
  RunStore,
  StoredRun,
} from "../../core/run/run.ts";
import type { StepLog, StepLogs } from "../../core/run/workflow.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { Mode } from "../../core/session/settings.ts";
import type { Row, StateDatabase } from "./database.ts";
import { keepEndedReview } from "./ended_review_table.ts";
import {
  type Addition,
  storedAdditions,
  storedAttachments,
  storedRequest,
  storedRun,
} from "./run_rows.ts";
import { StepRecord } from "./step_record.ts";
import { storedFollowedRun } from "./stored_follow_up.ts";

/** How many ended runs are kept, so that a repeated request is still recognised. */
const KEPT = 2_000;
/** How many requests of failed runs are kept of a session. */
const KEPT_FAILED = 20;
/** Comes after every time. */
const NOBODY_KNOWS = "unknown";

export class RunTable implements RunStore, StepLogs {
  readonly #database: StateDatabase;
  readonly #log: Log;

  constructor(database: StateDatabase, log: Log) {
    this.#database = database;
    this.#log = log;
  }

  create(run: Run, sourceId: string, confirmation?: ConfirmationReason): boolean {
    return this.#database.transaction(() => {
      const created = this.#insert(run, sourceId, confirmation);
      // "/retry" runs words again, neither the work on a goal nor a task.
      const isRequest = run.goal === undefined && run.task === undefined;
      if (created && isRequest) this.#rememberRequest(run);
      return created;
    });
  }

  /** Gives the addition a row of its own, which keeps its source from being used again. */
  addTo(runId: string, run: Run, sourceId: string): boolean {
    return this.#database.transaction(() => {
      if (!this.#useSource({ run, sourceId })) return false;
      this.#setAdditions(runId, [...this.#additions(runId), { run: run.id, text: run.prompt }]);
      return true;
    });
  }

  /** @returns false when it was used before */
  #useSource({ run: { id, session, origin, createdAt }, sourceId }: RunPart): boolean {
    return this.#database.run(
      `INSERT OR IGNORE INTO runs
         (run_id, source_id, status, chat_id, user_id, topic_id, prompt, origin, created_at)
       VALUES (?, ?, 'finished', ?, ?, ?, '', ?, ?)`,
      id,
      sourceId,
      session.chatId,
      session.userId,
      session.topicId ?? null,
      JSON.stringify(origin),
      createdAt,
    ) > 0;
  }

  /** The session's last request changes with it. */
  reword(runId: string, { prompt, attachments }: LastRequest, part?: RunPart): void {
    const files = attachments === undefined ? null : JSON.stringify(attachments);
    this.#database.transaction(() => {
      if (part !== undefined && !this.#useSource(part)) return;
      this.#database.run(
        "UPDATE requests SET prompt = ?, attachments = ? WHERE run_id = ?",
        prompt,
        files,
        runId,
      );
      this.#database.run(
        `UPDATE runs SET prompt = ?, attachments = ?
           WHERE run_id = ? AND status IN ('queued', 'offered')`,
        prompt,
        files,
        runId,
      );
    });
  }

  /** Makes the addition a queued run, under its own id. */
  takeBack(runId: string, request: Run): void {
    const { id, prompt, attachments, profile } = request;
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE runs SET status = 'queued', prompt = ?, attachments = ?, profile = ?
           WHERE run_id = ?`,
        prompt,
        attachments === undefined ? null : JSON.stringify(attachments),
        profile ?? null,
        id,
      );
      this.#setAdditions(runId, this.#additions(runId).filter(({ run }) => run !== id));
      this.#rememberRequest(request);
    });
  }

  /** The profile under which the newest run was begun; undefined where none is known. */
  lastProfile(): string | undefined {
    const row = this.#database.get(
      "SELECT profile FROM runs WHERE profile IS NOT NULL ORDER BY rowid DESC LIMIT 1",
    );
    return row === undefined ? undefined : String(row.profile);
  }

  lastRequest(session: SessionKey): LastRequest | undefined {
    const row = this.#database.get(
      "SELECT run_id, prompt, attachments, follows FROM requests WHERE session_id = ?",
      sessionId(session),
    );
    if (row === undefined) return undefined;
    const { run_id: runId, prompt, attachments, follows } = row;
    return {
      prompt: String(prompt),
      ...(typeof runId === "string" ? { runId } : {}),
      ...(typeof attachments === "string" ? { attachments: storedAttachments(attachments) } : {}),
      ...(typeof follows === "string" ? { follows: storedFollowedRun(follows) } : {}),
    };
  }

  forgetRequest(session: SessionKey): void {
    for (const table of ["requests", "failed_requests", "ended_reviews"]) {
      this.#database.run(`DELETE FROM ${table} WHERE session_id = ?`, sessionId(session));
    }
  }

  keepSettings(runId: string, { mode, profile }: RunSettings): void {
    this.#database.run(
      "UPDATE runs SET mode = ?, profile = ? WHERE run_id = ? AND mode IS NULL",
      mode,
      profile,
      runId,
    );
  }

  begin(runId: string, mode: Mode, profile: string): void {
    this.#database.run(
      "UPDATE runs SET status = 'running', mode = ?, profile = ? WHERE run_id = ?",
      mode,
      profile,
      runId,
    );
  }

  awaitConfirmation(runId: string, reason: ConfirmationReason): void {
    this.#database.run(
      "UPDATE runs SET status = 'offered', offer = ? WHERE run_id = ?",
      JSON.stringify(reason),
      runId,
    );
  }

  confirm(runId: string): StoredRun | undefined {
    const accepted = this.#database.run(
      `UPDATE runs SET status = 'queued', offer = NULL, interrupted_step = open_step,
         open_step = NULL WHERE run_id = ? AND status = 'offered'`,
      runId,
    );
    if (accepted === 0) return undefined;
    return this.#stored(runId).at(0);
  }

  awaitingConfirmation({ chatId, userId, topicId }: SessionKey): StoredRun[] {
    return this.#readable(this.#database.all(
      `SELECT * FROM runs WHERE status = 'offered' AND chat_id = ? AND user_id = ?
         AND topic_id IS ? ORDER BY created_at, rowid`,
      chatId,
      userId,
      topicId ?? null,
    ));
  }

  finish(
    runId: string,
    outcome: RunOutcome,
    latencyMs: number,
    added: readonly string[] = [],
  ): void {
    this.#database.transaction(() => {
      this.#database.run(
        "UPDATE runs SET status = 'answered', outcome = ?, latency_ms = ? WHERE run_id = ?",
        JSON.stringify(outcome),
        latencyMs,
        runId,
      );
      if (added.length > 0) this.#rememberAdded(runId, added);
      const isFailed = outcome.status === "failed";
      const isWanted = isFailed || outcome.answer?.continues !== undefined;
      const [run] = isWanted ? this.#stored(runId) : [];
      if (run === undefined) return;
      const asked = { ...run, prompt: withAdditions(run.prompt, added) };
      if (isFailed) this.#keepRequest(asked, heldUntil(outcome));
      keepEndedReview(this.#database, asked, outcome);
    });
  }

  failedRequest(session: SessionKey, runId: string): FailedRequest | undefined {
    const row = this.#database.get(
      "SELECT * FROM failed_requests WHERE run_id = ? AND session_id = ?",
      runId,
      sessionId(session),
    );
    return row === undefined ? undefined : { session, ...storedRequest(row) };
  }

  forgetFailed(runId: string): void {
    this.#database.run("DELETE FROM failed_requests WHERE run_id = ?", runId);
  }

  failedRun(session: SessionKey): string | undefined {
    const row = this.#database.get(
      `SELECT run_id FROM failed_requests AS failed
         WHERE session_id = ?1
           AND NOT EXISTS (SELECT 1 FROM runs WHERE source_id = 'retry:' || failed.run_id)
           AND held_until >= COALESCE(
             (SELECT created_at FROM runs JOIN requests USING (run_id) WHERE session_id = ?1), '')
         ORDER BY rowid DESC LIMIT 1`,
      sessionId(session),
    );
    return row === undefined ? undefined : String(row.run_id);
  }

  limitOver(now: Date): void {
    const at = now.toISOString();
    this.#database.run(
      "UPDATE failed_requests SET held_until = ?1 WHERE held_until > ?1",
      at,
    );
  }

  runOfMessage({ chatId, userId, topicId }: SessionKey, messageId: number): string | undefined {
    const row = this.#database.get(
      `SELECT run_id FROM runs WHERE chat_id = ?1 AND user_id = ?2 AND topic_id IS ?3
         AND (json_extract(origin, '$.messageId') = ?4 OR
           run_id IN (SELECT run_id FROM status_messages WHERE message_id = ?4) OR
           run_id IN (SELECT substr(key, 8, instr(substr(key, 8), ':') - 1) FROM outbox
             WHERE message_id = ?4 AND key LIKE 'answer:%'))
         ORDER BY rowid DESC LIMIT 1`,
      chatId,
      userId,
      topicId ?? null,
      messageId,
    );
    return row === undefined ? undefined : String(row.run_id);
  }

  /** Keeps the row, by which a repeat is recognised, without what people wrote in it. */
  handedOver(runId: string): void {
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE runs SET status = 'finished', prompt = '', attachments = NULL, additions = NULL,
           outcome = NULL, offer = NULL, open_step = NULL, interrupted_step = NULL, goal = NULL,
           follows = NULL
         WHERE run_id = ?`,
        runId,
      );
      this.#database.run("DELETE FROM steps WHERE run_id = ?", runId);
    });
  }

  unfinished(): StoredRun[] {
    return this.#readable(this.#database.all(
      "SELECT * FROM runs WHERE status <> 'finished' ORDER BY created_at, rowid",
    ));
  }

  forRun(runId: string): StepLog {
    return new StepRecord(this.#database, runId, this.#log);
  }

  /** Forgets the oldest ended runs and their steps. */
  prune(): void {
    this.#database.run(
      `DELETE FROM runs WHERE status = 'finished' AND rowid NOT IN
         (SELECT rowid FROM runs ORDER BY created_at DESC LIMIT ?)`,
      KEPT,
    );
  }

  #insert(run: Run, sourceId: string, confirmation: ConfirmationReason | undefined): boolean {
    return this.#database.run(
      `INSERT OR IGNORE INTO runs
         (run_id, source_id, status, offer, chat_id, user_id, topic_id, prompt, attachments, origin,
          created_at, goal, task, follows, profile)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      run.id,
      sourceId,
      confirmation === undefined ? "queued" : "offered",
      confirmation === undefined ? null : JSON.stringify(confirmation),
      run.session.chatId,
      run.session.userId,
      run.session.topicId ?? null,
      run.prompt,
      run.attachments === undefined ? null : JSON.stringify(run.attachments),
      JSON.stringify(run.origin),
      run.createdAt,
      run.goal === undefined ? null : JSON.stringify(run.goal),
      run.task ?? null,
      run.follows === undefined ? null : JSON.stringify(run.follows),
      run.profile ?? null,
    ) === 1;
  }

  /** Keeps what a failed run was asked, which may be wanted again. */
  #keepRequest(run: StoredRun, until: string | undefined): void {
    if (run.goal !== undefined || run.task !== undefined) return;
    const session = sessionId(run.session);
    this.#database.run("UPDATE requests SET prompt = ? WHERE run_id = ?", run.prompt, run.id);
    // What was asked by now waited for it; what is asked from now on is another matter.
    this.#database.run(
      `INSERT OR REPLACE INTO failed_requests
         (run_id, session_id, prompt, attachments, origin, created_at, follows, held_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, COALESCE(?8,
           (SELECT created_at FROM runs JOIN requests USING (run_id) WHERE session_id = ?2)))`,
      run.id,
      session,
      run.prompt,
      run.attachments === undefined ? null : JSON.stringify(run.attachments),
      JSON.stringify(run.origin),
      run.createdAt,
      run.follows === undefined ? null : JSON.stringify(run.follows),
      until ?? null,
    );
    this.#database.run(
      `DELETE FROM failed_requests WHERE session_id = ? AND rowid NOT IN
         (SELECT rowid FROM failed_requests WHERE session_id = ?
          ORDER BY created_at DESC, rowid DESC LIMIT ?)`,
      session,
      session,
      KEPT_FAILED,
    );
  }

  #stored(runId: string): StoredRun[] {
    return this.#readable(this.#database.all("SELECT * FROM runs WHERE run_id = ?", runId));
  }

  #additions(runId: string): Addition[] {
    const row = this.#database.get("SELECT additions FROM runs WHERE run_id = ?", runId);
    return typeof row?.additions === "string" ? storedAdditions(row.additions) : [];
  }

  #setAdditions(runId: string, additions: readonly Addition[]): void {
    this.#database.run(
      "UPDATE runs SET additions = ? WHERE run_id = ?",
      additions.length === 0 ? null : JSON.stringify(additions),
      runId,
    );
  }

  #rememberRequest({ id, session, prompt, attachments, follows }: Run): void {
    this.#database.run(
      `INSERT INTO requests (session_id, run_id, prompt, attachments, follows)
       VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (session_id) DO UPDATE SET run_id = excluded.run_id, prompt = excluded.prompt,
         attachments = excluded.attachments, follows = excluded.follows`,
      sessionId(session),
      id,
      prompt,
      attachments === undefined ? null : JSON.stringify(attachments),
      follows === undefined ? null : JSON.stringify(follows),
    );
  }

  /** Whoever asks for it again asks for all of it. */
  #rememberAdded(runId: string, added: readonly string[]): void {
    const [run] = this.#stored(runId);
    if (run === undefined) return;
    this.#database.run(
      "UPDATE requests SET prompt = ? WHERE run_id = ?",
      withAdditions(run.prompt, added),
      runId,
    );
  }

  /** Passes over a row that cannot be read any more, so that the others still are. */
  #readable(rows: readonly Row[]): StoredRun[] {
    return rows.flatMap((row) => {
      try {
        return [storedRun(row)];
      } catch (error) {
        this.#log.error("run.unreadable", { run: row.run_id, error: describeError(error) });
        return [];
      }
    });
  }
}

/** Until when the usage limit counts on which the run failed; undefined where it failed otherwise. */
function heldUntil({ trouble }: RunOutcome & { readonly status: "failed" }): string | undefined {
  return trouble.kind === "limit" ? trouble.until ?? NOBODY_KNOWS : undefined;
}
