/** The diffs of a run out of `state.db`, for who looks while the program may be at work. */
import { DatabaseSync } from "node:sqlite";
import { describeError } from "../../core/errors.ts";

const BUSY_TIMEOUT_MS = 2_000;

export type KeptDiffs =
  /** Oldest first, one for each developer's turn; empty when none is kept any more. */
  | { readonly diffs: readonly string[] }
  /** Why there is nothing to read, for a person. */
  | { readonly unavailable: string };

/** Reads and never writes; never throws, as a report is worth something without its diff. */
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
