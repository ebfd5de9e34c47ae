import assert from "node:assert/strict";
import type { WithoutDisk } from "../../src/bot/update_queue.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../fakes/memory_update_store.ts";
import { ConfirmingTelegram, idOf, PollingProcess, startPolling, update } from "./polling.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

const FULL = diskFailure();

/** Odd ids are commands that need no disk. */
function oddsHandled(raw: unknown): Promise<WithoutDisk> {
  return Promise.resolve(idOf(raw) % 2 === 1 ? "handled" : "refused");
}

Deno.test("Poller serves each update once that the disk refuses, and confirms nothing", async () => {
  await using polling = await startPolling({ handleWithoutDisk: oddsHandled });
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2));
  await clock.advance(60_000);
  telegram.send(update(3));
  await clock.advance(5_000);
  assert.deepEqual(process.served, [1, 2, 3]);
  assert.deepEqual(process.handled, []);
  assert.deepEqual(telegram.pending.length, 3);
  assert.deepEqual(new Set(telegram.offsets), new Set([0]));
});

Deno.test("Poller polls at least every five seconds while the disk is full", async () => {
  await using polling = await startPolling();
  const { telegram, store, clock } = polling;
  store.fill();
  telegram.send(update(1));
  await clock.advance(30_000);
  const before = telegram.offsets.length;
  await clock.advance(300_000);
  assert.equal(telegram.offsets.length - before, 60);
});

Deno.test("Poller logs once a minute why the disk refuses updates", async () => {
  await using polling = await startPolling();
  const { telegram, store, clock, process } = polling;
  store.fill();
  telegram.send(update(1), update(2, 2));
  await clock.advance(185_000);
  const lines = process.log.lines.filter(({ message }) => message === "telegram.storage-failed");
  assert.equal(lines.length, 4);
  assert.deepEqual(lines[0]?.fields, { reason: FULL.message });
});

Deno.test("Poller stores as done what was carried out without the disk, and routes the rest in order", async () => {
  await using polling = await startPolling({ handleWithoutDisk: oddsHandled });
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

Deno.test("Poller does not route an update that is being carried out without the disk when it is stored", async () => {
  const verdict = Promise.withResolvers<WithoutDisk>();
  await using polling = await startPolling({ handleWithoutDisk: () => verdict.promise });
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
  const [how, handleWithoutDisk] of Object.entries({
    rejects: () => Promise.reject(new Error("broken")),
    throws: () => {
      throw new Error("broken");
    },
  })
) {
  Deno.test(`Poller goes on when the handler without the disk ${how}`, async () => {
    await using polling = await startPolling({ handleWithoutDisk });
    const { telegram, store, clock, process } = polling;
    store.fill();
    telegram.send(update(1), update(2));
    await clock.advance(20_000);
    assert.deepEqual(process.served, [1, 2]);
    assert.ok(process.logged.includes("telegram.unstored.failed"));
    store.free();
    await clock.advance(5_000);
    assert.deepEqual(process.handled, [1, 2]);
  });
}

Deno.test("Poller recognises an update of an earlier process while the disk is full", async () => {
  const store = new MemoryUpdateStore();
  store.store([{ updateId: 1, body: JSON.stringify(update(1)), done: true }]);
  store.fill();
  await using polling = await startPolling({}, store);
  const { telegram, clock, process } = polling;
  telegram.send(update(1), update(2));
  await clock.advance(5_000);
  assert.deepEqual(process.served, [2]);
  store.free();
  await clock.advance(5_000);
  assert.deepEqual(process.handled, [2]);
});

Deno.test("Poller goes on with what an earlier process left once the disk can be read, and does nothing twice", async () => {
  const store = new MemoryUpdateStore();
  for (const [updateId, done] of [[1, false], [2, true], [3, false]] as const) {
    store.store([{ updateId, body: JSON.stringify(update(updateId)), done }]);
  }
  for (const fault of ["store", "pending", "find", "done"] as const) store.faults.add(fault);
  await using polling = await startPolling({ handleWithoutDisk: oddsHandled }, store);
  const { telegram, clock, process } = polling;
  telegram.send(update(1), update(2), update(4));
  await clock.advance(20_000);
  assert.deepEqual([process.served, process.handled], [[1, 2, 4], []]);
  store.free();
  await clock.advance(10_000);
  assert.deepEqual(process.handled, [3, 4]);
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller soon looks again for what an earlier process left, though nobody writes", async () => {
  const store = new MemoryUpdateStore();
  store.store([{ updateId: 1, body: JSON.stringify(update(1)), done: false }]);
  store.faults.add("pending");
  await using polling = await startPolling({}, store);
  await polling.clock.advance(20_000);
  store.free();
  await polling.clock.advance(5_000);
  assert.deepEqual(polling.process.handled, [1]);
});

Deno.test("Poller handles an update once whose COMMIT seemed to fail", async () => {
  await using polling = await startPolling({ handleWithoutDisk: oddsHandled });
  const { telegram, store, clock, process } = polling;
  store.faults.add("store-after-commit").add("find");
  telegram.send(update(1), update(2));
  await settle();
  assert.deepEqual(process.served, [1, 2]);
  store.free();
  await clock.advance(10_000);
  assert.deepEqual(process.handled, [2]);
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller says nothing about a stale update that the disk refuses", async () => {
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
  assert.deepEqual([process.served, process.handled, store.doneIds], [[], [], [1]]);
});
