import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { openDatabase } from "../../../src/integrations/state/database.ts";
import { InboxTable } from "../../../src/integrations/state/inbox_table.ts";
import { RunTable } from "../../../src/integrations/state/run_table.ts";

const CLOCK = { now: () => new Date(0), monotonic: () => 0, sleep: () => Promise.resolve() };

const RUN = {
  id: "r1",
  session: { chatId: "-5", userId: "7" },
  prompt: "do it",
  origin: { chatId: "-5", messageId: 3, topicId: 9, language: "ko" },
  createdAt: "2026-01-01T00:00:00.000Z",
} as const;

async function withDatabase(
  body: (reopen: () => DatabaseSync, path: string) => void,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/state.db`;
  const opened: DatabaseSync[] = [];
  try {
    body(() => {
      opened.splice(0).forEach((database) => database.close());
      const database = openDatabase(path);
      opened.push(database);
      return database;
    }, path);
  } finally {
    opened.forEach((database) => database.close());
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("InboxTable.store() returns only the updates that are new, in order", () =>
  withDatabase((open) => {
    const inbox = new InboxTable(open(), CLOCK);
    assert.deepEqual(inbox.store([{ updateId: 2, body: "b" }, { updateId: 1, body: "a" }]), [2, 1]);
    assert.deepEqual(inbox.store([{ updateId: 1, body: "a" }, { updateId: 3, body: "c" }]), [3]);
  }));

Deno.test("InboxTable keeps what is not done across a restart, with its attempts", () =>
  withDatabase((open) => {
    const inbox = new InboxTable(open(), CLOCK);
    inbox.store([{ updateId: 1, body: "a" }, { updateId: 2, body: "b" }]);
    inbox.attempted(2);
    inbox.done(1);
    const again = new InboxTable(open(), CLOCK);
    assert.deepEqual(again.pending(), [{ updateId: 2, body: "b", attempts: 1 }]);
    assert.deepEqual(again.store([{ updateId: 1, body: "a" }]), []);
  }));

Deno.test("InboxTable.prune() forgets done updates only", () =>
  withDatabase((open) => {
    const database = open();
    const inbox = new InboxTable(database, CLOCK);
    inbox.store(Array.from({ length: 5_010 }, (_, index) => ({ updateId: index + 1, body: "x" })));
    for (let updateId = 2; updateId <= 5_010; updateId++) inbox.done(updateId);
    inbox.prune();
    assert.equal(inbox.pending().length, 1);
    const count = database.prepare("SELECT count(*) AS n FROM inbox").get()?.n;
    assert.ok(Number(count) <= 5_001);
  }));

Deno.test("RunTable refuses a second run of the same source", () =>
  withDatabase((open) => {
    const runs = new RunTable(open());
    assert.equal(runs.create(RUN, "telegram:1"), true);
    assert.equal(runs.create({ ...RUN, id: "r2" }, "telegram:1"), false);
    assert.equal(runs.unfinished().length, 1);
  }));

Deno.test("RunTable gives a run back after a restart as it was, with its open step", () =>
  withDatabase((open) => {
    const runs = new RunTable(open());
    runs.create(RUN, "telegram:1");
    runs.begin("r1", "plan", "default");
    runs.forRun("r1").open("develop 1", false);
    assert.deepEqual(new RunTable(open()).unfinished(), [{
      ...RUN,
      status: "running",
      mode: "plan",
      profile: "default",
      openStep: { name: "develop 1", repeatable: false },
    }]);
  }));

Deno.test("RunTable replays recorded steps in order after a restart and adds behind them", () =>
  withDatabase((open) => {
    const runs = new RunTable(open());
    runs.create(RUN, "telegram:1");
    const first = runs.forRun("r1");
    first.open("select", true);
    first.record("select", { mode: "plan" });
    const second = new RunTable(open()).forRun("r1");
    assert.deepEqual(second.next(), { name: "select", result: { mode: "plan" } });
    assert.equal(second.next(), undefined);
    second.record("plan", "the plan");
    const third = runsOf(open());
    assert.deepEqual([third.next()?.name, third.next()?.result, third.next()], [
      "select",
      "the plan",
      undefined,
    ]);
  }));

Deno.test("RunTable forgets the steps of a run that has ended", () =>
  withDatabase((open) => {
    const runs = new RunTable(open());
    runs.create(RUN, "telegram:1");
    runs.forRun("r1").record("select", {});
    runs.finish("r1");
    assert.deepEqual(runs.unfinished(), []);
    assert.equal(runs.forRun("r1").next(), undefined);
  }));

Deno.test("openDatabase() makes the file private", () =>
  withDatabase((open, path) => {
    open();
    assert.equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    assert.equal((Deno.statSync(`${path}-wal`).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("openDatabase() refuses a damaged file with a remedy and leaves it alone", () =>
  withDatabase((open, path) => {
    Deno.writeTextFileSync(
      path,
      "this is no database, and long enough to be looked at ".repeat(40),
    );
    assert.throws(() => open(), /Cannot open .*state\.db/);
    assert.match(Deno.readTextFileSync(path), /^this is no database/);
  }));

Deno.test("openDatabase() refuses a database of a newer version", () =>
  withDatabase((open) => {
    open().exec("PRAGMA user_version = 99");
    assert.throws(() => open(), /newer version/);
  }));

function runsOf(database: DatabaseSync): ReturnType<RunTable["forRun"]> {
  return new RunTable(database).forRun("r1");
}
