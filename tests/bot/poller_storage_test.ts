import assert from "node:assert/strict";
import { StorageError } from "../../src/core/errors.ts";
import type { UnstoredVerdict } from "../../src/bot/unstored_updates.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../fakes/memory_update_store.ts";
import { ConfirmingTelegram, idOf, PollingProcess, startPolling, update } from "./polling.ts";

const FULL = new StorageError("Cannot use state.db: the disk is full");

/** Odd ids are commands that need no disk. */
function oddsHandled(raw: unknown): Promise<UnstoredVerdict> {
  return Promise.resolve(idOf(raw) % 2 === 1 ? "handled" : "refused");
}

Deno.test("Poller hands out each update once that the disk does not take, and confirms nothing", async () => {
  await using polling = await startPolling({ handleUnstored: oddsHandled });
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2));
  await clock.advance(60_000);
  telegram.send(update(3));
  await clock.advance(5_000);
  assert.deepEqual(process.offered, [1, 2, 3]);
  assert.deepEqual(process.handled, []);
  assert.deepEqual(telegram.pending.length, 3);
  assert.deepEqual(new Set(telegram.offsets), new Set([0]));
});

Deno.test("Poller polls every five seconds at least while the disk takes nothing", async () => {
  await using polling = await startPolling();
  const { telegram, store, clock } = polling;
  store.fill();
  telegram.send(update(1));
  await clock.advance(30_000);
  const before = telegram.offsets.length;
  await clock.advance(300_000);
  assert.equal(telegram.offsets.length - before, 60);
});

Deno.test("Poller complains about the disk once a minute, with the reason", async () => {
  await using polling = await startPolling();
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2, 2));
  await clock.advance(185_000);
  const lines = process.log.lines.filter(({ message }) => message === "telegram.storage-failed");
  assert.equal(lines.length, 4);
  assert.deepEqual(lines[0]?.fields, { reason: FULL.message });
});

Deno.test("Poller stores as done what was carried out without a disk, and routes the rest in order", async () => {
  await using polling = await startPolling({ handleUnstored: oddsHandled });
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2), update(3), update(4));
  await clock.advance(10_000);
  store.free();
  telegram.send(update(5));
  await clock.advance(10_000);
  assert.deepEqual(process.handled, [2, 4, 5]);
  assert.deepEqual(store.doneIds, [1, 2, 3, 4, 5]);
  assert.deepEqual(store.rows.get(1)?.attempts, 0);
  assert.deepEqual(telegram.pending, []);
});

Deno.test("Poller waits for the verdict on an update that the disk takes meanwhile", async () => {
  const verdict = Promise.withResolvers<UnstoredVerdict>();
  await using polling = await startPolling({ handleUnstored: () => verdict.promise });
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2, 2));
  await clock.advance(5_000);
  store.free();
  await clock.advance(5_000);
  assert.deepEqual([process.handled, telegram.pending], [[], []]);
  verdict.resolve("handled");
  await settle();
  assert.deepEqual(process.handled, []);
  assert.deepEqual(store.doneIds, [1, 2]);
});

for (
  const [how, handleUnstored] of Object.entries({
    rejects: () => Promise.reject(new Error("broken")),
    throws: () => {
      throw new Error("broken");
    },
  })
) {
  Deno.test(`Poller goes on when the handler of unstored updates ${how}`, async () => {
    await using polling = await startPolling({ handleUnstored });
    const { telegram, store, clock, process } = polling;
    store.fill();
    telegram.send(update(1), update(2));
    await clock.advance(20_000);
    assert.deepEqual(process.offered, [1, 2]);
    assert.ok(process.logged.includes("telegram.unstored.failed"));
    store.free();
    await clock.advance(5_000);
    assert.deepEqual(process.handled, [1, 2]);
  });
}

Deno.test("Poller knows a repeat of an earlier process also on a full disk", async () => {
  const store = new MemoryUpdateStore();
  store.store([{ updateId: 1, body: JSON.stringify(update(1)), done: true }]);
  store.fill();
  await using polling = await startPolling({}, store);
  const { telegram, clock, process } = polling;
  telegram.send(update(1), update(2));
  await clock.advance(5_000);
  assert.deepEqual(process.offered, [2]);
  store.free();
  await clock.advance(5_000);
  assert.deepEqual(process.handled, [2]);
});

Deno.test("Poller takes up what an earlier process left once the disk can be read, and none of it twice", async () => {
  const store = new MemoryUpdateStore();
  for (const [updateId, done] of [[1, false], [2, true], [3, false]] as const) {
    store.store([{ updateId, body: JSON.stringify(update(updateId)), done }]);
  }
  for (const fault of ["store", "pending", "find", "done"] as const) store.faults.add(fault);
  await using polling = await startPolling({ handleUnstored: oddsHandled }, store);
  const { telegram, clock, process } = polling;
  telegram.send(update(1), update(2), update(4));
  await clock.advance(20_000);
  assert.deepEqual([process.offered, process.handled], [[1, 2, 4], []]);
  store.free();
  await clock.advance(10_000);
  assert.deepEqual(process.handled, [3, 4]);
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller looks again soon for what an earlier process left, though nobody writes", async () => {
  const store = new MemoryUpdateStore();
  store.store([{ updateId: 1, body: JSON.stringify(update(1)), done: false }]);
  store.faults.add("pending");
  await using polling = await startPolling({}, store);
  await polling.clock.advance(20_000);
  store.free();
  await polling.clock.advance(5_000);
  assert.deepEqual(polling.process.handled, [1]);
});

Deno.test("Poller does once what was stored by a commit that seemed to fail", async () => {
  await using polling = await startPolling({ handleUnstored: oddsHandled });
  const { telegram, store, clock, process } = polling;
  store.faults.add("store-after-commit").add("find");
  telegram.send(update(1), update(2));
  await settle();
  assert.deepEqual(process.offered, [1, 2]);
  store.free();
  await clock.advance(10_000);
  assert.deepEqual(process.handled, [2]);
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller does not answer for a stale update that the disk does not take", async () => {
  const telegram = new ConfirmingTelegram();
  const store = new MemoryUpdateStore();
  const clock = new FakeClock();
  store.fill();
  telegram.send(update(1, 1, 1));
  const options = { ignorePendingUpdatesOnStart: true };
  const process = new PollingProcess(telegram, store, clock, {}, options);
  await clock.advance(5_000);
  store.free();
  await clock.advance(5_000);
  await process.stop();
  assert.deepEqual([process.offered, process.handled, store.doneIds], [[], [], [1]]);
});
