import assert from "node:assert/strict";
import { ChangeTable, readKeptDiffs } from "../../../src/integrations/state/change_table.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

const SESSION = { chatId: "1", userId: "2" };

Deno.test("readKeptDiffs reads beside the program at work, between its writes", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  const clock = new FakeClock();
  using database = new StateDatabase({ path, clock, log: new RecordingLog() });
  const changes = new ChangeTable(database, clock);
  for (const diff of ["one", "two"]) changes.add(SESSION, { runId: "r1", request: "x", diff });
  changes.add(SESSION, { runId: "r2", request: "y", diff: "other" });
  assert.deepEqual(readKeptDiffs(path, "r1"), { diffs: ["one", "two"] });
  database.transaction(() => {
    changes.forget(SESSION);
    assert.deepEqual(readKeptDiffs(path, "r1"), { diffs: ["one", "two"] });
  });
  changes.add(SESSION, { runId: "r3", request: "z", diff: "three" });
  assert.deepEqual(readKeptDiffs(path, "r1"), { diffs: [] });
  assert.deepEqual(readKeptDiffs(path, "r3"), { diffs: ["three"] });
});

Deno.test("readKeptDiffs says why there is nothing, and touches nothing", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  assert.deepEqual(readKeptDiffs(path, "r1"), { unavailable: `${path} is not there` });
  await Deno.writeTextFile(path, "this is no database, but long enough to look like a file of one");
  const read = readKeptDiffs(path, "r1");
  assert.ok("unavailable" in read && read.unavailable.startsWith(`${path} cannot be read: `));
  assert.match(await Deno.readTextFile(path), /^this is no database/);
});
