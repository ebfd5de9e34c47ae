import type { Change } from "../../../src/core/workspace/changes.ts";
import assert from "node:assert/strict";
import type { LoggedRun } from "../../../src/core/run/run_log.ts";
import { ChangeTable, readKeptDiffs } from "../../../src/integrations/state/change_table.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { RunLogTable } from "../../../src/integrations/state/run_log_table.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { LOG, withDatabase } from "./reopened.ts";

const ANN = { chatId: "1", userId: "1" };
const TOPIC = { ...ANN, topicId: "7" };
const CLOCK = new FakeClock();

function logged(runId: string): LoggedRun {
  return {
    runId,
    request: "do it",
    log: {
      dropped: 3,
      entries: [
        { at: "2026-01-01T00:00:00.000Z", role: "planner", round: 0, kind: "stage", text: "" },
        {
          at: "2026-01-01T00:00:01.000Z",
          role: "developer",
          round: 1,
          kind: "command",
          text: "npm test",
          status: "failed",
          exitCode: 1,
          durationMs: 5,
        },
        {
          at: "2026-01-01T00:00:02.000Z",
          role: "developer",
          round: 1,
          kind: "approval",
          text: "rm x",
          status: "accept-for-session",
          openId: "u 1",
        },
      ],
    },
  };
}

Deno.test("RunLogTable gives back a log after a restart, to its session alone", () =>
  withDatabase((open) => {
    const table = new RunLogTable(open(), CLOCK, LOG);
    table.save(ANN, { ...logged("r1"), request: "replaced" });
    table.save(ANN, logged("r1"));
    const again = new RunLogTable(open(), CLOCK, LOG);
    assert.deepEqual(again.find(ANN, "r1"), logged("r1"));
    assert.deepEqual(again.newest(ANN), logged("r1"));
    assert.equal(again.find(TOPIC, "r1"), undefined);
    assert.equal(again.newest(TOPIC), undefined);
    assert.equal(again.find(ANN, "r2"), undefined);
  }));

Deno.test("RunLogTable keeps the last twenty of each session, and none that cannot be read", () =>
  withDatabase((open) => {
    const database = open();
    const table = new RunLogTable(database, CLOCK, LOG);
    table.save(TOPIC, logged("other"));
    for (let run = 1; run <= 25; run++) table.save(ANN, logged(`r${run}`));
    // Saved once more, the sixth is the newest.
    table.save(ANN, logged("r6"));
    assert.equal(table.find(ANN, "r5"), undefined);
    assert.equal(table.newest(ANN)?.runId, "r6");
    assert.equal(table.find(TOPIC, "other")?.runId, "other");
    database.run(`UPDATE run_logs SET entries = '{"entries":5}' WHERE run_id = 'r6'`);
    assert.equal(table.newest(ANN), undefined);
  }));

Deno.test("RunLogTable forgets the logs of runs that are forgotten themselves", () =>
  withDatabase((open) => {
    const database = open();
    const table = new RunLogTable(database, CLOCK, LOG);
    new RunTable(database, LOG).create({
      id: "r1",
      session: ANN,
      prompt: "x",
      origin: { chatId: "1", messageId: 1, language: "en" },
      createdAt: "2026-01-01T00:00:00.000Z",
    }, "telegram:1");
    table.save(ANN, logged("r1"));
    table.save(ANN, logged("r2"));
    table.prune();
    assert.equal(table.find(ANN, "r1")?.runId, "r1");
    assert.equal(table.find(ANN, "r2"), undefined);
  }));

function change(name: string, diff = `+${name}`): Change {
  return { runId: name, round: 1, request: `change ${name}`, diff, recorded: true };
}

Deno.test("ChangeTable gives back a session's changes in order after a restart, until it begins anew", () =>
  withDatabase((open) => {
    const table = new ChangeTable(open(), CLOCK);
    table.put(ANN, change("a"));
    table.put(TOPIC, change("t"));
    table.put(ANN, change("b"));
    const again = new ChangeTable(open(), CLOCK);
    assert.deepEqual(again.of(ANN), { changes: [change("a"), change("b")], incomplete: false });
    again.forget(ANN);
    assert.deepEqual(again.of(ANN), { changes: [], incomplete: false });
    assert.deepEqual(again.of(TOPIC), { changes: [change("t")], incomplete: false });
  }));

Deno.test("ChangeTable gives up the oldest of more than a hundred, and says so", () =>
  withDatabase((open) => {
    const table = new ChangeTable(open(), CLOCK);
    table.put(TOPIC, change("t"));
    for (let count = 1; count <= 100; count++) table.put(ANN, change(`${count}`));
    assert.equal(table.of(ANN).incomplete, false);
    for (let count = 101; count <= 130; count++) table.put(ANN, change(`${count}`));
    const { changes, incomplete } = table.of(ANN);
    assert.deepEqual(
      [changes.length, changes.at(0)?.runId, changes.at(-1)?.runId, incomplete],
      [100, "31", "130", true],
    );
    assert.deepEqual(table.of(TOPIC), { changes: [change("t")], incomplete: false });
    table.forget(ANN);
    table.put(ANN, change("new"));
    assert.deepEqual(table.of(ANN), { changes: [change("new")], incomplete: false });
  }));

Deno.test("ChangeTable gives up the oldest of more than two megabytes, and shortens what is huge", () =>
  withDatabase((open) => {
    const table = new ChangeTable(open(), CLOCK);
    const large = "+0123456789\n".repeat(75_000);
    for (const name of ["a", "b", "c"]) table.put(ANN, change(name, large));
    assert.deepEqual(table.of(ANN), {
      changes: [change("b", large), change("c", large)],
      incomplete: true,
    });
    table.put(ANN, change("d", large.repeat(4)));
    const { changes } = table.of(ANN);
    const last = changes.at(-1)?.diff ?? "";
    assert.ok(last.length < 1_000_100);
    assert.match(last, /\+0123456789\n\\ Shortened: the diff has 3600000 characters\n$/);
  }));

const SESSION = { chatId: "1", userId: "2" };

Deno.test("readKeptDiffs reads beside the program at work, between its writes", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state.db`;
  const clock = new FakeClock();
  using database = new StateDatabase({ path, clock, log: new RecordingLog() });
  const changes = new ChangeTable(database, clock);
  for (const [round, diff] of ["one", "two"].entries()) {
    changes.put(SESSION, { runId: "r1", round, request: "x", diff, recorded: false });
  }
  changes.put(SESSION, { runId: "r2", round: 1, request: "y", diff: "other", recorded: false });
  assert.deepEqual(readKeptDiffs(path, "r1"), { diffs: ["one", "two"] });
  database.transaction(() => {
    changes.forget(SESSION);
    assert.deepEqual(readKeptDiffs(path, "r1"), { diffs: ["one", "two"] });
  });
  changes.put(SESSION, { runId: "r3", round: 1, request: "z", diff: "three", recorded: false });
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
