/** Keeps the steps of one run: reads the recorded ones from the start, and appends the new ones. */
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import {
  type FinishedStep,
  type RecordedStep,
  type StepLog,
  unreadableRecord,
} from "../../core/run/workflow.ts";
import type { StateDatabase } from "./database.ts";
import { recordedStep } from "./run_rows.ts";

export class StepRecord implements StepLog {
  readonly #database: StateDatabase;
  readonly #runId: string;
  readonly #log: Log;
  #position = 0;
  /** A step could not be recorded: none may follow it. */
  #incomplete = false;

  constructor(database: StateDatabase, runId: string, log: Log) {
    this.#database = database;
    this.#runId = runId;
    this.#log = log;
  }

  next(): RecordedStep | undefined {
    const row = this.#database.get(
      "SELECT name, result, usage FROM steps WHERE run_id = ? AND position = ?",
      this.#runId,
      this.#position,
    );
    if (row === undefined) return undefined;
    this.#position++;
    try {
      return recordedStep(row);
    } catch (error) {
      throw unreadableRecord(error);
    }
  }

  nextName(): string | undefined {
    const row = this.#database.get(
      "SELECT name FROM steps WHERE run_id = ? AND position = ?",
      this.#runId,
      this.#position,
    );
    return row === undefined ? undefined : String(row.name);
  }

  open(name: string, repeatable: boolean): void {
    // An open step that was never recorded needs a person's confirmation, and must stay open.
    if (this.#incomplete) return;
    const write = (): number =>
      this.#database.run(
        "UPDATE runs SET open_step = ?, open_step_repeatable = ? WHERE run_id = ?",
        name,
        repeatable ? 1 : 0,
        this.#runId,
      );
    // A power cut must leave that files may have changed; what only reads is done again.
    if (repeatable) write();
    else this.#database.durably(write);
  }

  record(step: FinishedStep): void {
    if (this.#incomplete) return;
    try {
      this.#database.transaction(() => this.#insert(step));
      this.#position++;
    } catch (error) {
      this.#incomplete = true;
      const fields = { run: this.#runId, step: step.name, error: describeError(error) };
      this.#log.error("step.not-recorded", fields);
    }
  }

  #insert({ name, input, result, threadId, usage }: FinishedStep): void {
    this.#database.run(
      `INSERT INTO steps (run_id, position, name, input, result, thread_id, usage)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      this.#runId,
      this.#position,
      name,
      input,
      JSON.stringify(result),
      threadId ?? null,
      usage === undefined ? null : JSON.stringify(usage),
    );
    this.#database.run(
      "UPDATE runs SET open_step = NULL, interrupted_step = NULL WHERE run_id = ?",
      this.#runId,
    );
  }
}
