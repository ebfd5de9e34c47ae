import assert from "node:assert/strict";
import { StorageError } from "../../../src/core/errors.ts";
import { StateDatabase } from "../../../src/integrations/state/database.ts";
import { InboxTable } from "../../../src/integrations/state/inbox_table.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import {
  failingDisk,
  failingDiskTest,
  smallDisk,
  smallDiskTest,
  testInNamespace,
} from "../../support/small_disk.ts";

await testInNamespace(import.meta.url);

const FULL = (error: unknown): boolean =>
  error instanceof StorageError && /the disk is full/.test(error.message);

function databaseIn(folder: string): { database: StateDatabase; inbox: InboxTable } {
  const clock = new FakeClock();
  const path = `${folder}/state.db`;
  const database = new StateDatabase({ path, clock, log: new RecordingLog() });
  return { database, inbox: new InboxTable(database, clock) };
}

function rows(from: number, count: number, size = 10): Parameters<InboxTable["store"]>[0] {
  return Array.from({ length: count }, (_, index) => ({
    updateId: from + index,
    body: "x".repeat(size),
    done: false,
  }));
}

smallDiskTest(
  "StateDatabase on a full disk writes nothing by half and works again by itself",
  async () => {
    await using disk = await smallDisk();
    const { database, inbox } = databaseIn(disk.path);
    using _closed = database;
    inbox.store(rows(1, 3));
    await disk.fill();
    assert.throws(() => inbox.store(rows(10, 50, 3_000)), FULL);
    assert.throws(() => inbox.store(rows(10, 1)), FULL);
    assert.throws(() => inbox.done([1]), FULL);
    assert.deepEqual(inbox.pending().map(({ updateId }) => updateId), [1, 2, 3]);
    assert.deepEqual(inbox.store(rows(1, 3)), [], "what is known needs no room");
    await disk.free();
    assert.deepEqual(inbox.store(rows(10, 2)), [10, 11]);
    inbox.done([1]);
    database[Symbol.dispose]();
    assert.deepEqual(inbox.pending().map(({ updateId }) => updateId), [2, 3, 10, 11]);
    assert.equal(database.takeSetAside(), undefined);
  },
);

smallDiskTest("StateDatabase stays usable when the commit itself finds the disk full", async () => {
  await using disk = await smallDisk();
  const { database, inbox } = databaseIn(disk.path);
  using _closed = database;
  inbox.store(rows(1, 1));
  await disk.fill();
  let worked = 0;
  const work = (): void => {
    worked += database.run("UPDATE inbox SET body = ?", "y".repeat(9_000));
  };
  assert.throws(() => database.transaction(work), FULL);
  assert.equal(worked, 1, "the work itself went through");
  assert.equal(inbox.pending()[0]?.body, "x".repeat(10));
  await disk.free();
  database.transaction(work);
  assert.equal(inbox.pending()[0]?.body.length, 9_000);
});

smallDiskTest(
  "StateDatabase that finds the disk full when it opens is used once there is room",
  async () => {
    await using disk = await smallDisk();
    const { database, inbox } = databaseIn(disk.path);
    using _closed = database;
    for (const pages of [0, 1, 4, 12]) {
      await disk.fill(pages * 4096);
      assert.throws(() => inbox.store(rows(1, 1)), FULL, `${pages} pages free`);
      await disk.free();
    }
    assert.deepEqual(inbox.store(rows(1, 1)), [1]);
    assert.equal(database.takeSetAside(), undefined);
  },
);

smallDiskTest("StateDatabase that closes on a full disk keeps what was committed", async () => {
  await using disk = await smallDisk();
  const { database, inbox } = databaseIn(disk.path);
  using _closed = database;
  inbox.store(rows(1, 100, 2_000));
  await disk.fill();
  database[Symbol.dispose]();
  await disk.free();
  assert.equal(inbox.pending().length, 100);
});

smallDiskTest(
  "StateDatabase on a read-only disk says so and works once it is writable",
  async () => {
    await using disk = await smallDisk();
    const { database, inbox } = databaseIn(disk.path);
    using _closed = database;
    inbox.store(rows(1, 1));
    database[Symbol.dispose]();
    await disk.remount("ro");
    assert.throws(() => inbox.store(rows(2, 1)), /StorageError.*cannot be written/);
    await disk.remount("rw");
    assert.deepEqual(inbox.store(rows(2, 1)), [2]);
    assert.equal(inbox.pending().length, 2);
  },
);

failingDiskTest("StateDatabase goes on reading when the disk below it fails", async () => {
  await using disk = await failingDisk();
  const { database, inbox } = databaseIn(disk.path);
  using _closed = database;
  inbox.store(rows(1, 3));
  await disk.fail();
  assert.throws(() => inbox.store(rows(4, 1)), /StorageError.*read-only or broken/);
  assert.throws(() => inbox.done([1]), StorageError);
  assert.equal(inbox.pending().length, 3);
  assert.equal(database.takeSetAside(), undefined);
});
