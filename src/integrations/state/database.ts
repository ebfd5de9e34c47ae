/** The database of everything that must survive a crash: `state.db` in the state folder. */
import { DatabaseSync } from "node:sqlite";
import { UserFacingError } from "../../core/errors.ts";

/** Raised with every change of the tables; a newer file is refused, never guessed at. */
const SCHEMA_VERSION = 1;

const SCHEMA = `
CREATE TABLE inbox (
  update_id INTEGER PRIMARY KEY,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  done INTEGER NOT NULL DEFAULT 0,
  received_at TEXT NOT NULL
) STRICT;
CREATE INDEX inbox_open ON inbox (done, update_id);
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'interrupted')),
  chat_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  prompt TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at TEXT NOT NULL,
  mode TEXT,
  profile TEXT,
  open_step TEXT,
  open_step_repeatable INTEGER
) STRICT;
CREATE INDEX runs_status ON runs (status, created_at);
CREATE TABLE steps (
  run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT;
`;

/**
 * Opens the database, making it where there is none.
 *
 * @param path absolute path; its folder must exist
 * @throws {UserFacingError} when the file is damaged, newer than this program, or not writable
 */
export function openDatabase(path: string): DatabaseSync {
  try {
    createPrivateFile(path);
    const database = new DatabaseSync(path);
    // An update is confirmed to Telegram once it is stored here, so "stored" must outlive a power cut.
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
    );
    migrate(database, path);
    return database;
  } catch (error) {
    if (error instanceof UserFacingError) throw error;
    throw new UserFacingError(
      `Cannot open ${path}: ${error instanceof Error ? error.message : String(error)}`,
      { remedy: "If the file is damaged, move it away and start again", cause: error },
    );
  }
}

/** SQLite gives its journal files the mode of the database, which holds what people wrote. */
function createPrivateFile(path: string): void {
  Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close();
}

function migrate(database: DatabaseSync, path: string): void {
  const version = Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
  if (version > SCHEMA_VERSION) {
    throw new UserFacingError(
      `Cannot open ${path}: it was written by a newer version of codex-orchestrator`,
      { remedy: "Install that version again, or move the file away" },
    );
  }
  if (version === SCHEMA_VERSION) return;
  database.exec(`BEGIN; ${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`);
}
