import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { NewerStateError } from "../../../src/core/errors.ts";
import { refuseNewerState } from "../../../src/integrations/state/database_file.ts";
import { SCHEMA_VERSION } from "../../../src/integrations/state/schema.ts";
import { failureOf } from "../../../src/supervisor/failure.ts";
import { namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

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
  const { code, text } = failureOf(new NewerStateError("Cannot use it", { remedy: "Go back" }));
  assert.deepEqual([code, text], [78, "codex-orchestrator: Cannot use it. Go back"]);
});
