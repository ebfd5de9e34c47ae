/** A database as a crash leaves it, to be damaged by a test, and what became of it. */
import assert from "node:assert/strict";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { InboxTable } from "../../../src/integrations/state/inbox_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

export const STORED = 600;
/** Of those, in the write-ahead log: more than a power cut can tear. */
export const IN_LOG = 60;
/** With the second of {@link FakeClock} at which every test begins. */
export const ASIDE = "set-aside/state.db.damaged-2026-01-02T03-04-05.000Z";

export interface Wreck extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly database: StateDatabase;
  readonly inbox: InboxTable;
  readonly log: RecordingLog;
}

/**
 * A folder with the files that a process which was killed has left: most of the updates are in
 * `state.db`, the newest in its write-ahead log.
 */
export async function wreck(): Promise<Wreck> {
  const folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  await Deno.mkdir(`${folder.path}/alive`);
  const alive = stateIn(`${folder.path}/alive/state.db`);
  store(alive.inbox, 1, STORED - IN_LOG);
  alive.database[Symbol.dispose]();
  for (let updateId = STORED - IN_LOG + 1; updateId <= STORED; updateId++) {
    store(alive.inbox, updateId, 1);
  }
  for (const companion of ["", "-wal"]) {
    await Deno.copyFile(`${folder.path}/alive/state.db${companion}`, `${path}${companion}`);
  }
  alive.database[Symbol.dispose]();
  await Deno.remove(`${folder.path}/alive`, { recursive: true });
  const { database, inbox, log } = stateIn(path);
  return {
    folder: folder.path,
    path,
    database,
    inbox,
    log,
    [Symbol.asyncDispose]: async () => {
      database[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function store(inbox: InboxTable, from: number, count: number): void {
  inbox.store(Array.from({ length: count }, (_, index) => ({
    updateId: from + index,
    body: "x".repeat(500),
    done: false,
  })));
}

/** Bytes that are neither zeros nor anything that SQLite would write. */
export async function overwrite(path: string, from: number, length: number): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(from, Deno.SeekMode.Start);
  await file.write(new Uint8Array(length).fill(0xa5));
}

/** What tells the bytes of the database and its log from any others; "" where there are none. */
export async function fingerprints(path: string): Promise<readonly string[]> {
  return await Promise.all(["", "-wal"].map(async (companion) => {
    const file = `${path}${companion}`;
    const isFile = await Deno.lstat(file).then((info) => info.isFile, () => false);
    const bytes = isFile ? await Deno.readFile(file) : new Uint8Array();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    return bytes.length === 0 ? "" : `${bytes.length} bytes, ${digest}`;
  }));
}

/** The wreck was set aside, byte for byte, is told of once, and a new database is in use. */
export async function assertSetAside(
  { folder, path, database, inbox, log }: Wreck,
  original: readonly string[],
): Promise<void> {
  assert.equal(inbox.pending().length, 0);
  store(inbox, 1, 2);
  assert.equal(inbox.pending().length, 2);
  assert.deepEqual(await fingerprints(`${folder}/${ASIDE}`), original);
  assert.deepEqual([database.takeSetAside(), database.takeSetAside()], [ASIDE, undefined]);
  assert.deepEqual(log.lines.map(({ message }) => message), ["storage.set-aside"]);
  const others = namesIn(folder).filter((name) => !ASIDE.startsWith(name));
  assert.deepEqual(others, ["state.db", "state.db-shm", "state.db-wal"]);
  assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
}

function stateIn(
  path: string,
): { database: StateDatabase; inbox: InboxTable; log: RecordingLog } {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const database = new StateDatabase({ path, clock, log });
  return { database, inbox: new InboxTable(database, clock), log };
}
