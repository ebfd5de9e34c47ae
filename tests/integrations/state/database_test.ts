import assert from "node:assert/strict";
import { MOST_UNSYNCED } from "../../../src/integrations/state/write_ahead_log.ts";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NewerStateError, StorageError } from "../../../src/core/errors.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { refuseNewerState } from "../../../src/integrations/state/database_file.ts";
import { SCHEMA_VERSION } from "../../../src/integrations/state/schema.ts";
import { failureOf } from "../../../src/supervisor/failure.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { modeOf, namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

const INSERT = "INSERT INTO facts (name, value) VALUES (?, ?)";

interface Place extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  readonly database: StateDatabase;
}

async function place(): Promise<Place> {
  const temporary = await temporaryFolder();
  const folder = `${temporary.path}/state`;
  await Deno.mkdir(folder);
  const path = `${folder}/state.db`;
  const database = new StateDatabase({ path, clock: new FakeClock(), log: new RecordingLog() });
  return {
    folder,
    path,
    database,
    [Symbol.asyncDispose]: async () => {
      database[Symbol.dispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

Deno.test("StateDatabase makes its files private", async () => {
  await using at = await place();
  at.database.run(INSERT, "a", "b");
  assert.deepEqual(await Promise.all([modeOf(at.path), modeOf(`${at.path}-wal`)]), [0o600, 0o600]);
});

Deno.test("StateDatabase has on disk what it says is stored, also over a power cut", async () => {
  await using at = await place();
  // 2 = FULL: the log is synced with the commit; 1 = NORMAL: it is synced later.
  const commit = (): unknown =>
    at.database.transaction(() => {
      at.database.run("INSERT OR REPLACE INTO facts (name, value) VALUES ('a', 'b')");
      return at.database.get("PRAGMA synchronous")?.synchronous;
    });
  assert.deepEqual([commit(), at.database.durably(commit), commit()], [1, 2, 1]);
  // So few commits wait at one time that a log tells a power cut from damage.
  const waits = Array.from({ length: MOST_UNSYNCED }, commit);
  assert.equal(waits.filter((level) => level === 2).length, 1);
  assert.deepEqual({ ...at.database.get("PRAGMA journal_mode") }, { journal_mode: "wal" });
});

Deno.test("StateDatabase leaves one file when it is closed, and opens itself again", async () => {
  await using at = await place();
  at.database.run(INSERT, "a", "b");
  at.database[Symbol.dispose]();
  assert.deepEqual(namesIn(at.folder), ["state.db"]);
  assert.deepEqual({ ...at.database.get("SELECT value FROM facts") }, { value: "b" });
});

Deno.test("StateDatabase.transaction() does nothing of a work that throws", async () => {
  await using at = await place();
  const broken = new Error("broken");
  const work = (): void => {
    at.database.run(INSERT, "a", "b");
    throw broken;
  };
  assert.throws(() => at.database.transaction(work), broken);
  assert.deepEqual(at.database.all("SELECT * FROM facts"), []);
  at.database.transaction(() => at.database.run(INSERT, "a", "b"));
  assert.equal(at.database.all("SELECT * FROM facts").length, 1);
});

Deno.test("StateDatabase refuses a database of a newer version and leaves every byte as it is", async () => {
  await using at = await place();
  at.database.run(INSERT, "a", "b");
  at.database[Symbol.dispose]();
  using newer = new DatabaseSync(at.path);
  newer.exec("PRAGMA user_version = 99; INSERT INTO facts VALUES ('newer', 'x')");
  const copy = `${at.folder}/copy.db`;
  for (const part of ["", "-wal"]) await Deno.copyFile(`${at.path}${part}`, `${copy}${part}`);
  using database = new StateDatabase({
    path: copy,
    clock: new FakeClock(),
    log: new RecordingLog(),
  });
  for (let time = 0; time < 2; time++) {
    assert.throws(() => database.run("DELETE FROM facts"), /StorageError.*newer version/);
  }
  for (const part of ["", "-wal"]) {
    const [before, after] = await Promise.all(
      [at.path, copy].map((path) => Deno.readFile(`${path}${part}`)),
    );
    assert.deepEqual(after, before);
  }
  assert.equal(database.takeSetAside(), undefined);
});

Deno.test("StateDatabase blames nobody's disk for a value that a table does not take", async () => {
  await using at = await place();
  at.database.run(INSERT, "a", "b");
  const refused = (error: unknown): boolean => !(error instanceof StorageError);
  assert.throws(() => at.database.run(INSERT, "a", "c"), refused);
  assert.throws(() => at.database.run(INSERT, "n", null), refused);
  assert.equal(at.database.run(INSERT, "c", "d"), 1);
});

Deno.test("StateDatabase says that its folder is gone, and works once it is back", async () => {
  await using at = await place();
  await Deno.remove(at.folder);
  assert.throws(() => at.database.run(INSERT, "a", "b"), /StorageError.*its folder is not there/);
  await Deno.mkdir(at.folder);
  assert.equal(at.database.run(INSERT, "a", "b"), 1);
});

Deno.test("StateDatabase says that another program holds it, and works once it lets go", async () => {
  await using at = await place();
  at.database.run("PRAGMA busy_timeout = 1");
  using other = new DatabaseSync(at.path);
  other.exec("BEGIN IMMEDIATE");
  assert.throws(() => at.database.run(INSERT, "a", "b"), /StorageError.*another program holds it/);
  assert.throws(() => at.database.transaction(() => undefined), StorageError);
  assert.deepEqual(at.database.all("SELECT * FROM facts"), []);
  other.exec("ROLLBACK");
  assert.equal(at.database.transaction(() => at.database.run(INSERT, "a", "b")), 1);
});

Deno.test("StateDatabase takes back what a crash left half done before there was a log", async () => {
  await using at = await place();
  at.database.run(INSERT, "a", "b");
  at.database.run("PRAGMA wal_checkpoint(TRUNCATE)");
  at.database[Symbol.dispose]();
  const crashed = `${at.folder}/crashed.db`;
  {
    using old = new DatabaseSync(at.path);
    old.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN");
    for (let row = 0; row < 50; row++) old.prepare(INSERT).run(`n${row}`, "x".repeat(3_000));
    for (const part of ["", "-journal"]) await Deno.copyFile(`${at.path}${part}`, crashed + part);
    old.exec("ROLLBACK");
  }
  using database = new StateDatabase({
    path: crashed,
    clock: new FakeClock(),
    log: new RecordingLog(),
  });
  assert.deepEqual(database.all("SELECT name FROM facts").map(({ name }) => name), ["a"]);
  assert.equal(database.takeSetAside(), undefined);
});

for (const version of [0, 1, SCHEMA_VERSION]) {
  Deno.test(`refuseNewerState lets a database of version ${version} pass`, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "state.db");
    using database = new DatabaseSync(path);
    database.exec(`CREATE TABLE a (b); PRAGMA user_version = ${version}`);
    refuseNewerState(path);
  });
}

Deno.test("refuseNewerState refuses the next version, also when only the log says so", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "state.db");
  using database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE a (b)");
  const before = await Deno.readFile(path);
  database.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  assert.throws(() => refuseNewerState(path), NewerStateError);
  assert.deepEqual(await Deno.readFile(path), before);
});

Deno.test("refuseNewerState leaves what is missing or damaged to the database", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "state.db");
  refuseNewerState(path);
  assert.deepEqual(namesIn(folder.path), []);
  for (const content of ["", "no database", "SQLite format 3\0 but no more"]) {
    await Deno.writeTextFile(path, content);
    refuseNewerState(path);
    assert.equal(await Deno.readTextFile(path), content);
  }
});

Deno.test("a newer state is a matter for a person: whatever keeps the program running stops", () => {
  const { code, text } = failureOf(
    new NewerStateError("Cannot use it", {
      remedy: "Go back",
      trouble: { kind: "storage", why: "newer", path: "state.db" },
    }),
  );
  assert.deepEqual([code, text], [78, "codex-orchestrator: Cannot use it. Go back"]);
});

for (const other of ["", "another program's file"]) {
  const what = other === "" ? "was deleted" : "was replaced";
  Deno.test(`StateDatabase writes everything anew when its file ${what}`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/state/state.db`;
    await Deno.mkdir(`${folder.path}/state`);
    const options = { path, clock: new FakeClock(), log: new RecordingLog() };
    {
      using database = new StateDatabase(options);
      assert.equal(database.rescue(), undefined, "nothing is open yet");
      database.run("INSERT INTO facts (name, value) VALUES ('a', '1')");
      assert.equal(database.rescue(), undefined);
      await Deno.remove(`${folder.path}/state`, { recursive: true });
      if (other !== "") {
        await Deno.mkdir(`${folder.path}/state`);
        await Deno.writeTextFile(path, other);
      }
      database.run("INSERT INTO facts (name, value) VALUES ('b', '2')");
      const rescued = database.rescue();
      assert.equal(rescued?.replacedBy !== undefined, other !== "");
      assert.equal(database.rescue(), undefined, "it is noticed once");
      database.run("INSERT INTO facts (name, value) VALUES ('c', '3')");
      if (rescued?.replacedBy !== undefined) {
        const kept = await Deno.readTextFile(`${folder.path}/state/${rescued.replacedBy}`);
        assert.equal(kept, other);
      }
    }
    using next = new StateDatabase(options);
    const names = next.all("SELECT name FROM facts ORDER BY name").map(({ name }) => name);
    assert.deepEqual(names, ["a", "b", "c"]);
    assert.equal(await modeOf(path), 0o600);
  });
}

for (const names of [["state.db"], ["state.db", "state.db-wal"]]) {
  Deno.test(`StateDatabase writes everything anew without ${names.join(" and ")}, and damages nothing`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/state.db`;
    const options = { path, clock: new FakeClock(), log: new RecordingLog() };
    using database = new StateDatabase(options);
    database.run("INSERT INTO facts (name, value) VALUES ('a', '1')");
    for (const name of names) await Deno.remove(`${folder.path}/${name}`);
    assert.deepEqual(database.rescue(), {});
    assert.equal(database.takeSetAside(), undefined);
    assert.deepEqual(await namesAfterKill(path), ["a"]);
  });
}

Deno.test("StateDatabase begins another log where its own was deleted, so that a kill loses nothing", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  const log = new RecordingLog();
  using database = new StateDatabase({ path, clock: new FakeClock(), log });
  database.run("INSERT INTO facts (name, value) VALUES ('a', '1')");
  assert.equal(database.rescue(), undefined);
  assert.deepEqual(log.lines, []);
  await Deno.remove(`${path}-wal`);
  assert.equal(database.rescue(), undefined);
  assert.deepEqual(log.lines.map(({ message }) => message), ["storage.log-rescued"]);
  database.run("INSERT INTO facts (name, value) VALUES ('b', '2')");
  assert.deepEqual(await namesAfterKill(path), ["a", "b"]);
});

/** What a later process finds in the files as they are now. */
async function namesAfterKill(path: string): Promise<unknown[]> {
  await using folder = await temporaryFolder();
  for (const companion of ["", "-wal"]) {
    await Deno.copyFile(`${path}${companion}`, `${folder.path}/state.db${companion}`);
  }
  const options = {
    path: `${folder.path}/state.db`,
    clock: new FakeClock(),
    log: new RecordingLog(),
  };
  using next = new StateDatabase(options);
  return next.all("SELECT name FROM facts ORDER BY name").map(({ name }) => name);
}
