/** Defines the tables of `state.db`, as migrations from each version to the next. */
import type { DatabaseSync } from "node:sqlite";

/** Each entry migrates from the version of its index to the next one; entries are never changed. */
const MIGRATIONS: readonly string[] = [
  `
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
  `,
  `
  ALTER TABLE runs RENAME TO runs_1;
  ALTER TABLE steps RENAME TO steps_1;
  DROP INDEX runs_status;
  CREATE TABLE runs (
    run_id TEXT PRIMARY KEY,
    source_id TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL
      CHECK (status IN ('queued', 'running', 'offered', 'answered', 'finished')),
    chat_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at TEXT NOT NULL,
    mode TEXT,
    profile TEXT,
    open_step TEXT,
    open_step_repeatable INTEGER,
    offer TEXT,
    interrupted_step TEXT,
    outcome TEXT,
    latency_ms INTEGER
  ) STRICT;
  CREATE INDEX runs_status ON runs (status, created_at);
  CREATE TABLE steps (
    run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    input TEXT NOT NULL,
    result TEXT NOT NULL,
    thread_id TEXT,
    usage TEXT,
    PRIMARY KEY (run_id, position)
  ) STRICT;
  INSERT INTO runs
      (run_id, source_id, status, chat_id, user_id, prompt, origin, created_at, mode, profile,
       open_step, open_step_repeatable)
    SELECT run_id, source_id, CASE status WHEN 'interrupted' THEN 'finished' ELSE status END,
       chat_id, user_id, prompt, origin, created_at, mode, profile, open_step, open_step_repeatable
    FROM runs_1;
  INSERT INTO steps (run_id, position, name, input, result)
    SELECT run_id, position, name, '', result FROM steps_1;
  DROP TABLE steps_1;
  DROP TABLE runs_1;
  CREATE TABLE outbox (
    entry_id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    chat_id INTEGER NOT NULL,
    message TEXT NOT NULL,
    file BLOB,
    uncertain INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_open ON outbox (done, entry_id);
  CREATE TABLE questions (
    nonce TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    chat_id INTEGER NOT NULL,
    message_id INTEGER,
    question TEXT NOT NULL
  ) STRICT;
  CREATE TABLE status_messages (
    run_id TEXT PRIMARY KEY,
    message_id INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE runs ADD COLUMN topic_id TEXT;
  ALTER TABLE runs ADD COLUMN attachments TEXT;
  ALTER TABLE runs ADD COLUMN additions TEXT;
  CREATE TABLE requests (
    session_id TEXT PRIMARY KEY,
    prompt TEXT NOT NULL,
    attachments TEXT
  ) STRICT;
  CREATE TABLE run_logs (
    run_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    entries TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX run_logs_session ON run_logs (session_id, created_at);
  CREATE TABLE changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    request TEXT NOT NULL,
    diff TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_session ON changes (session_id, change_id);
  CREATE TABLE preferences (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (owner, name)
  ) STRICT;
  `,
  `
  CREATE TABLE waiting_attachments (
    session_id TEXT NOT NULL,
    path TEXT NOT NULL,
    attachment TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (session_id, path)
  ) STRICT;
  `,
  `
  CREATE TABLE holds (
    machine TEXT PRIMARY KEY,
    until TEXT NOT NULL
  ) STRICT;
  CREATE TABLE failed_requests (
    run_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    attachments TEXT,
    origin TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX failed_requests_session ON failed_requests (session_id, created_at);
  `,
  `
  ALTER TABLE requests ADD COLUMN run_id TEXT;
  `,
  `
  CREATE TABLE answers (
    session_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  `,
  // Until when the usage limit counted on which the request failed.
  `
  ALTER TABLE failed_requests ADD COLUMN held_until TEXT;
  `,
  `
  CREATE TABLE edit_offers (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    offer TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (chat_id, message_id)
  ) STRICT;
  CREATE TABLE program_messages (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
  ) STRICT;
  `,
  // Under which id a message arrived, once it has.
  `
  ALTER TABLE outbox ADD COLUMN message_id INTEGER;
  `,
  `
  ALTER TABLE runs ADD COLUMN goal TEXT;
  `,
  `
  ALTER TABLE runs ADD COLUMN task TEXT;
  `,
  `
  CREATE TABLE snapshots (
    run_id TEXT NOT NULL,
    round INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    machine TEXT,
    snapshot TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    PRIMARY KEY (run_id, round)
  ) STRICT;
  CREATE INDEX snapshots_session ON snapshots (session_id, created_at);
  ALTER TABLE changes ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE changes ADD COLUMN recorded INTEGER NOT NULL DEFAULT 0;
  `,
  // Runs whose changes are in the record of another one, too.
  `
  CREATE TABLE mixed_runs (
    run_id TEXT NOT NULL,
    other_id TEXT NOT NULL,
    own INTEGER NOT NULL,
    PRIMARY KEY (run_id, other_id)
  ) STRICT;
  `,
  // Runs whose work was not approved, and the runs that continue them.
  `
  CREATE TABLE ended_reviews (
    run_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    prompt TEXT NOT NULL,
    attachments TEXT,
    origin TEXT NOT NULL,
    follows TEXT NOT NULL,
    accepted_by TEXT,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX ended_reviews_session ON ended_reviews (session_id);
  ALTER TABLE runs ADD COLUMN follows TEXT;
  ALTER TABLE failed_requests ADD COLUMN follows TEXT;
  `,
  // Runs of a conversation that /new has left.
  `
  ALTER TABLE snapshots ADD COLUMN left_behind INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE plan_messages (
    chat_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    open INTEGER NOT NULL,
    PRIMARY KEY (chat_id, message_id)
  ) STRICT;
  CREATE INDEX plan_messages_run ON plan_messages (run_id, revision);
  CREATE TABLE plans (
    session_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  `,
  // Undos that were begun and have not ended, and runs whose folder was not recorded.
  `
  CREATE TABLE open_undos (run_id TEXT PRIMARY KEY, direction TEXT NOT NULL) STRICT;
  CREATE TABLE refused_runs (
    run_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX refused_runs_session ON refused_runs (session_id);
  `,
  // What the last request of a session continues.
  `
  ALTER TABLE requests ADD COLUMN follows TEXT;
  `,
];

/** Grows with every change of the tables; a file of a newer version is refused. */
export const SCHEMA_VERSION = MIGRATIONS.length;

export function schemaVersionOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.user_version ?? 0);
}

/** Migrates the tables of an older version, or of an empty file, to the present one. */
export function migrate(database: DatabaseSync): void {
  for (let version = schemaVersionOf(database); version < SCHEMA_VERSION; version++) {
    database.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[version]} PRAGMA user_version = ${version + 1}; COMMIT;`,
    );
  }
}
