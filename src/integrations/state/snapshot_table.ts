/** Keeps which snapshots belong to which run, and which runs were taken back. */
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type {
  MixedRuns,
  RecordedRun,
  RefusedRun,
  RunOnFolder,
  RunSnapshots,
  Sharer,
  SnapshotOwner,
  SnapshotStore,
  UndoDirection,
} from "../../core/workspace/recording.ts";
import { isSameTree } from "../../core/workspace/folder_place.ts";
import type { Snapshot, SnapshotRefusal } from "../../core/workspace/workspace.ts";
import type { OpenUndo, OpenUndoStore } from "../../core/run/unfinished_undos.ts";
import type { Row, StateDatabase } from "./database.ts";
import { storedRun } from "./run_rows.ts";

/** Longer than records are usually kept: what is too long ago is said to be so. */
const KEPT_MS = 90 * 24 * 3_600_000;

/** Runs of a session that can be taken back; the newest. */
const MOST_RUNS = 50;

/** Runs that a conversation has left behind; their records are deleted long before. */
const LEFT_BEHIND_MS = 30 * 86_400_000;

/** Of the column `undone`; nothing of the kind = 0. */
const UNDONE = 1;
/** It was taken back, and brought again behind a later run. */
const BROUGHT_BACK = 2;

const RUNS = `SELECT last.run_id, last.machine, first.snapshot AS before, last.snapshot AS after,
    last.undone
  FROM snapshots AS last JOIN snapshots AS first
    ON first.run_id = last.run_id AND first.round = 0
  WHERE last.session_id = ? AND last.round =
    (SELECT max(round) FROM snapshots WHERE run_id = last.run_id)
    AND last.round > 0`;

export class SnapshotTable implements SnapshotStore, OpenUndoStore {
  readonly #database: StateDatabase;
  readonly #clock: Clock;

  constructor(database: StateDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  add({ runId, session, machine }: SnapshotOwner, round: number, snapshot: Snapshot): void {
    this.#database.run(
      `INSERT OR REPLACE INTO snapshots (run_id, round, session_id, machine, snapshot, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
      runId,
      round,
      sessionId(session),
      machine ?? null,
      JSON.stringify(snapshot),
      this.#clock.now().toISOString(),
    );
    if (round > 0) this.#database.run("DELETE FROM refused_runs WHERE run_id = ?", runId);
  }

  of(runId: string): RunSnapshots {
    const rows = this.#database.all(
      "SELECT round, snapshot FROM snapshots WHERE run_id = ? ORDER BY round",
      runId,
    );
    return new Map(rows.map((row) => [Number(row.round), storedSnapshot(row.snapshot)]));
  }

  runs(session: SessionKey): readonly RecordedRun[] {
    const rows = this.#database.all(
      `${RUNS} AND first.left_behind = 0 ORDER BY last.created_at DESC, last.rowid DESC LIMIT ?`,
      sessionId(session),
      MOST_RUNS,
    );
    return rows.map(recordedRun).filter(changedSomething);
  }

  run(session: SessionKey, runId: string): RecordedRun | undefined {
    const row = this.#database.get(`${RUNS} AND last.run_id = ?`, sessionId(session), runId);
    return [row].flatMap((each) => each === undefined ? [] : [recordedRun(each)])
      .find(changedSomething);
  }

  beginUndo(runId: string, direction: UndoDirection): void {
    // The folder is written next, and a power cut may come in between.
    this.#database.durably(() =>
      this.#database.run(
        "INSERT OR REPLACE INTO open_undos (run_id, direction) VALUES (?, ?)",
        runId,
        direction,
      )
    );
  }

  endUndo(runId: string): void {
    this.#database.run("DELETE FROM open_undos WHERE run_id = ?", runId);
  }

  openUndos(): readonly OpenUndo[] {
    const rows = this.#database.all(
      "SELECT runs.*, open_undos.direction FROM open_undos JOIN runs USING (run_id)",
    );
    return rows.flatMap(({ direction, ...row }) => {
      const run = storedRun(row);
      const recorded = this.run(run.session, run.id);
      return recorded === undefined
        ? []
        : [{ run, recorded, direction: direction === "redo" ? "redo" : "undo" }];
    });
  }

  addRefusal({ runId, session }: SnapshotOwner, reason: SnapshotRefusal): void {
    this.#database.run(
      `INSERT OR REPLACE INTO refused_runs (run_id, session_id, reason, created_at)
       VALUES (?, ?, ?, ?)`,
      runId,
      sessionId(session),
      reason,
      this.#clock.now().toISOString(),
    );
  }

  refusals(session: SessionKey): readonly RefusedRun[] {
    const rows = this.#database.all(
      "SELECT run_id, reason FROM refused_runs WHERE session_id = ? ORDER BY rowid",
      sessionId(session),
    );
    return rows.map(refusedRun);
  }

  refusedSince(session: SessionKey, runId: string): RefusedRun | undefined {
    const row = this.#database.get(
      `SELECT run_id, reason FROM refused_runs WHERE session_id = ? AND created_at >
         (SELECT max(created_at) FROM snapshots WHERE run_id = ?) ORDER BY rowid DESC LIMIT 1`,
      sessionId(session),
      runId,
    );
    return row === undefined ? undefined : refusedRun(row);
  }

  markUndone(runId: string, undone: boolean): void {
    this.#database.run(
      "UPDATE snapshots SET undone = ? WHERE run_id = ?",
      undone ? UNDONE : this.#hasLater(runId) ? BROUGHT_BACK : 0,
      runId,
    );
  }

  /** Whether a run of the same session has begun since. */
  #hasLater(runId: string): boolean {
    const row = this.#database.get(
      `SELECT 1 FROM snapshots AS mine JOIN snapshots AS other
         ON other.session_id = mine.session_id AND other.run_id <> mine.run_id
           AND other.round = 0 AND other.created_at > mine.created_at
       WHERE mine.run_id = ? AND mine.round = 0 LIMIT 1`,
      runId,
    );
    return row !== undefined;
  }

  addMixed(mixed: readonly MixedRuns[]): void {
    const sql = "INSERT OR REPLACE INTO mixed_runs (run_id, other_id, own) VALUES (?, ?, ?)";
    this.#database.transaction(() => {
      for (const { runId, other } of mixed) {
        this.#database.run(sql, runId, other.runId, other.own ? 1 : 0);
      }
    });
  }

  mixed(runId: string): readonly Sharer[] {
    const rows = this.#database.all(
      "SELECT other_id, own FROM mixed_runs WHERE run_id = ? ORDER BY rowid",
      runId,
    );
    return rows.map(({ other_id, own }) => ({ runId: String(other_id), own: Number(own) === 1 }));
  }

  later(runId: string): readonly RunOnFolder[] {
    const rows = this.#database.all(
      `SELECT other.run_id, other.snapshot, runs.user_id, mine.snapshot AS mine
       FROM snapshots AS mine
       JOIN snapshots AS other ON other.run_id <> mine.run_id
         AND other.machine IS mine.machine AND other.created_at > mine.created_at
       JOIN runs ON runs.run_id = other.run_id
       WHERE mine.run_id = ? AND mine.round = 0
       ORDER BY other.created_at, other.rowid`,
      runId,
    );
    const trees = new Map<
      string,
      { readonly id: string; readonly userId: string; trees: string[] }
    >();
    for (const row of rows) {
      const [mine, other] = [storedSnapshot(row.mine), storedSnapshot(row.snapshot)];
      if (
        !isSameTree({ path: mine.folder, top: mine.top }, { path: other.folder, top: other.top })
      ) {
        continue;
      }
      const id = String(row.run_id);
      const known = trees.get(id) ?? { id, userId: String(row.user_id), trees: [] };
      known.trees.push(other.tree);
      trees.set(id, known);
    }
    return [...trees.values()].filter(({ trees: its }) => new Set(its).size > 1)
      .map(({ id, userId }) => ({ id, session: { userId } }));
  }

  /** Forgets runs whose records were deleted long ago. */
  prune(): void {
    const before = new Date(this.#clock.now().getTime() - KEPT_MS).toISOString();
    this.#database.run("DELETE FROM snapshots WHERE created_at < ?", before);
    this.#database.run(
      "DELETE FROM mixed_runs WHERE run_id NOT IN (SELECT run_id FROM snapshots)",
    );
    this.#database.run(
      "DELETE FROM open_undos WHERE run_id NOT IN (SELECT run_id FROM snapshots)",
    );
    this.#database.run("DELETE FROM refused_runs WHERE created_at < ?", before);
  }

  forget(session: SessionKey): void {
    const id = sessionId(session);
    this.#database.run("UPDATE snapshots SET left_behind = 1 WHERE session_id = ?", id);
    this.#database.run("DELETE FROM refused_runs WHERE session_id = ?", id);
    const oldest = new Date(this.#clock.now().getTime() - LEFT_BEHIND_MS).toISOString();
    this.#database.run("DELETE FROM snapshots WHERE left_behind = 1 AND created_at < ?", oldest);
  }
}

function refusedRun({ run_id, reason }: Row): RefusedRun {
  return { runId: String(run_id), reason: REFUSAL.parse(reason) };
}

function changedSomething({ before, after }: RecordedRun): boolean {
  return before.tree !== after.tree;
}

function recordedRun({ run_id, machine, before, after, undone }: Row): RecordedRun {
  return {
    runId: String(run_id),
    ...(machine === null || machine === undefined ? {} : { machine: String(machine) }),
    before: storedSnapshot(before),
    after: storedSnapshot(after),
    undone: Number(undone) === UNDONE,
    ...(Number(undone) === BROUGHT_BACK ? { broughtBack: true } : {}),
  };
}

const REFUSAL = z.enum(
  [
    "no-git",
    "missing",
    "git-folder",
    "too-many-files",
    "too-many-bytes",
    "too-slow",
    "cut-short",
    "unsupported",
    "gone",
    "failed",
  ] satisfies SnapshotRefusal[],
);

const SNAPSHOT = z.object({
  folder: z.string(),
  id: z.string(),
  tree: z.string(),
  top: z.string(),
  prefix: z.string(),
  repository: z.boolean(),
  head: z.string().exactOptional(),
  branch: z.string().exactOptional(),
  nested: z.number(),
  withoutContent: z.number(),
});

function storedSnapshot(value: unknown): Snapshot {
  return SNAPSHOT.parse(JSON.parse(String(value)));
}
