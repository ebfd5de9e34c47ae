/** Keeps what Codex changed in each session since it began. */
import { DatabaseSync } from "node:sqlite";
import { z } from "../../core/schema.ts";
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import { sessionId, type SessionKey } from "../../core/session/session.ts";
import type { Change, ChangeStore, SessionChanges } from "../../core/workspace/changes.ts";
import type { Row, StateDatabase } from "./database.ts";

/** Kept of each session; the newest. */
const MOST_CHANGES = 100;
const MOST_CHARACTERS = 2_000_000;

/** A row without a diff stands for all older ones, which were dropped. */
const DROPPED = "";

export class ChangeTable implements ChangeStore {
  readonly #database: StateDatabase;
  readonly #clock: Clock;

  constructor(database: StateDatabase, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  put(session: SessionKey, { runId, round, request, diff, recorded }: Change): void {
    const id = sessionId(session);
    this.#database.transaction(() => {
      this.#database.run(
        "DELETE FROM changes WHERE session_id = ? AND run_id = ? AND round = ?",
        id,
        runId,
        round,
      );
      if (diff.trim() === "") return;
      this.#database.run(
        `INSERT INTO changes (session_id, run_id, round, request, diff, recorded, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        id,
        runId,
        round,
        request,
        shortened(diff),
        recorded ? 1 : 0,
        this.#clock.now().toISOString(),
      );
      this.#dropOldest(id);
    });
  }

  of(session: SessionKey): SessionChanges {
    const rows = this.#database.all(
      `SELECT run_id, round, request, diff, recorded,
         (SELECT json_group_array(json_object('runId', other_id, 'own', own)) FROM mixed_runs
          WHERE mixed_runs.run_id = changes.run_id) AS sharers
       FROM changes WHERE session_id = ? ORDER BY change_id`,
      sessionId(session),
    ).map(storedChange);
    const changes = rows.filter(({ diff }) => diff !== DROPPED);
    return { changes, incomplete: changes.length < rows.length };
  }

  forget(session: SessionKey): void {
    this.#database.run("DELETE FROM changes WHERE session_id = ?", sessionId(session));
  }

  #dropOldest(id: string): void {
    const last = Number(
      this.#database.get(
        `SELECT max(change_id) AS last FROM
           (SELECT change_id, row_number() OVER newest AS place, sum(length(diff)) OVER newest AS size
            FROM changes WHERE session_id = ? WINDOW newest AS (ORDER BY change_id DESC))
         WHERE place > ? OR size > ?`,
        id,
        MOST_CHANGES,
        MOST_CHARACTERS,
      )?.last ?? 0,
    );
    this.#database.run("DELETE FROM changes WHERE session_id = ? AND change_id < ?", id, last);
    this.#database.run(
      "UPDATE changes SET diff = ?, request = '' WHERE change_id = ?",
      DROPPED,
      last,
    );
  }
}

/** Cuts at the end of a line. In a diff, a line that begins with a backslash is a remark. */
function shortened(diff: string): string {
  if (diff.length <= MOST_CHARACTERS / 2) return diff;
  const kept = diff.slice(0, diff.lastIndexOf("\n", MOST_CHARACTERS / 2) + 1);
  return `${kept}\\ Shortened: the diff has ${diff.length} characters\n`;
}

const SHARERS = z.array(z.object({ runId: z.string(), own: z.number() }));

function storedChange({ run_id, round, request, diff, recorded, sharers }: Row): Change {
  const others = SHARERS.parse(JSON.parse(String(sharers)))
    .map(({ runId, own }) => ({ runId, own: own === 1 }));
  return {
    runId: String(run_id),
    round: Number(round),
    request: String(request),
    diff: String(diff),
    recorded: Number(recorded) === 1,
    ...(others.length === 0 ? {} : { sharers: others }),
  };
}

const BUSY_TIMEOUT_MS = 2_000;

type KeptDiffs =
  /** Oldest first, one for each developer's turn; empty when none is kept any more. */
  | { readonly diffs: readonly string[] }
  /** Why there is nothing to read, for a person. */
  | { readonly unavailable: string };

/**
 * Reads the diffs of a run from `state.db`, which a running program may have open. Never writes, and
 * never throws: a report is worth something without its diff.
 */
export function readKeptDiffs(path: string, runId: string): KeptDiffs {
  try {
    if (!Deno.statSync(path).isFile) return { unavailable: `${path} is no file` };
    using database = new DatabaseSync(path, { readOnly: true });
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA query_only = ON;`);
    const rows = database.prepare(
      "SELECT diff FROM changes WHERE run_id = ? AND diff <> '' ORDER BY change_id",
    ).all(runId);
    return { diffs: rows.map(({ diff }) => String(diff)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { unavailable: `${path} is not there` };
    return { unavailable: `${path} cannot be read: ${describeError(error)}` };
  }
}
