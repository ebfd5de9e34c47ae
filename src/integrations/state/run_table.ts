/** Runs and their finished steps, as they are kept across restarts. */
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import type { Run, RunStore, StoredRun } from "../../core/run.ts";
import type { Mode } from "../../core/settings.ts";
import type { RecordedStep, StepLog, StepLogs } from "../../core/step.ts";

/** Ended runs are kept this many deep, so that a repeated request is still recognised. */
const KEPT = 2_000;

export class RunTable implements RunStore, StepLogs {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  create(run: Run, sourceId: string): boolean {
    const { changes } = this.#database.prepare(
      `INSERT OR IGNORE INTO runs
         (run_id, source_id, status, chat_id, user_id, prompt, origin, created_at)
       VALUES (?, ?, 'queued', ?, ?, ?, ?, ?)`,
    ).run(
      run.id,
      sourceId,
      run.session.chatId,
      run.session.userId,
      run.prompt,
      JSON.stringify(run.origin),
      run.createdAt,
    );
    return changes === 1;
  }

  begin(runId: string, mode: Mode, profile: string): void {
    this.#database.prepare(
      "UPDATE runs SET status = 'running', mode = ?, profile = ? WHERE run_id = ?",
    ).run(mode, profile, runId);
  }

  finish(runId: string): void {
    this.#end(runId, "finished");
  }

  markInterrupted(runId: string): void {
    this.#end(runId, "interrupted");
  }

  unfinished(): StoredRun[] {
    return this.#database.prepare(
      "SELECT * FROM runs WHERE status IN ('queued', 'running') ORDER BY created_at, rowid",
    ).all().map(storedRun);
  }

  forRun(runId: string): StepLog {
    return new StepRecord(this.#database, runId);
  }

  /** Forgets the oldest ended runs and their steps. */
  prune(): void {
    this.#database.prepare(
      `DELETE FROM runs WHERE status IN ('finished', 'interrupted') AND rowid NOT IN
         (SELECT rowid FROM runs ORDER BY created_at DESC LIMIT ?)`,
    ).run(KEPT);
  }

  #end(runId: string, status: "finished" | "interrupted"): void {
    this.#database.prepare("UPDATE runs SET status = ?, open_step = NULL WHERE run_id = ?")
      .run(status, runId);
    this.#database.prepare("DELETE FROM steps WHERE run_id = ?").run(runId);
  }
}

/** Reads the recorded steps of one run from the start, and adds the new ones behind them. */
class StepRecord implements StepLog {
  readonly #database: DatabaseSync;
  readonly #runId: string;
  #position = 0;

  constructor(database: DatabaseSync, runId: string) {
    this.#database = database;
    this.#runId = runId;
  }

  next(): RecordedStep | undefined {
    const row = this.#database.prepare(
      "SELECT name, result FROM steps WHERE run_id = ? AND position = ?",
    ).get(this.#runId, this.#position);
    if (row === undefined) return undefined;
    this.#position++;
    return { name: String(row.name), result: JSON.parse(String(row.result)) };
  }

  open(name: string, repeatable: boolean): void {
    this.#database.prepare(
      "UPDATE runs SET open_step = ?, open_step_repeatable = ? WHERE run_id = ?",
    ).run(name, repeatable ? 1 : 0, this.#runId);
  }

  record(name: string, result: unknown): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#database.prepare(
        "INSERT INTO steps (run_id, position, name, result) VALUES (?, ?, ?, ?)",
      ).run(this.#runId, this.#position, name, JSON.stringify(result));
      this.#database.prepare("UPDATE runs SET open_step = NULL WHERE run_id = ?").run(this.#runId);
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
    this.#position++;
  }
}

const ROW = z.object({
  run_id: z.string(),
  status: z.enum(["queued", "running", "finished", "interrupted"]),
  chat_id: z.string(),
  user_id: z.string(),
  prompt: z.string(),
  origin: z.string(),
  created_at: z.string(),
  mode: z.enum(["single", "plan"]).nullable(),
  profile: z.string().nullable(),
  open_step: z.string().nullable(),
  open_step_repeatable: z.number().nullable(),
});

const ORIGIN = z.object({
  chatId: z.string(),
  messageId: z.number(),
  topicId: z.number().exactOptional(),
  language: z.enum(["en", "ko"]),
});

function storedRun(raw: unknown): StoredRun {
  const row = ROW.parse(raw);
  return {
    id: row.run_id,
    session: { chatId: row.chat_id, userId: row.user_id },
    prompt: row.prompt,
    origin: ORIGIN.parse(JSON.parse(row.origin)),
    createdAt: row.created_at,
    status: row.status,
    ...(row.mode === null ? {} : { mode: row.mode }),
    ...(row.profile === null ? {} : { profile: row.profile }),
    ...(row.open_step === null
      ? {}
      : { openStep: { name: row.open_step, repeatable: row.open_step_repeatable === 1 } }),
  };
}
