import assert from "node:assert/strict";
import { settle } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../fakes/memory_update_store.ts";
import { idOf, PollingProcess, startPolling, update } from "./polling.ts";
import { diskFailure } from "../fakes/disk_failure.ts";
import type { Remainder } from "../../src/bot/update_queue.ts";

const FULL = diskFailure();

/** Fails for the updates in the set. */
function failing(ids: Set<number>, error: Error = new Error("broken")): {
  readonly handle: (raw: unknown) => Promise<void>;
  readonly tries: number[];
} {
  const tries: number[] = [];
  const handle = (raw: unknown): Promise<void> => {
    tries.push(idOf(raw));
    return ids.has(idOf(raw)) ? Promise.reject(error) : Promise.resolve();
  };
  return { handle, tries };
}

Deno.test("UpdateQueue tries a failed update again after 5 and 30 seconds, and lets others pass", async () => {
  const { handle, tries } = failing(new Set([1]));
  await using polling = await startPolling({ handle });
  const { telegram, store, clock, process } = polling;
  telegram.send(update(1), update(2));
  await clock.advance(4_999);
  assert.deepEqual(tries, [1, 2]);
  await clock.advance(1);
  assert.deepEqual(tries, [1, 2, 1]);
  assert.equal(store.rows.get(1)?.attempts, 2);
  await clock.advance(29_999);
  assert.deepEqual([tries.length, process.givenUp], [3, []]);
  await clock.advance(1);
  assert.deepEqual([tries.length, process.givenUp], [4, [1]]);
  assert.deepEqual(store.pending(), []);
  assert.ok(process.logged.includes("telegram.update.given-up"));
  await clock.advance(600_000);
  assert.equal(tries.length, 4);
});

Deno.test("UpdateQueue handles an update that fails once and then works", async () => {
  const broken = new Set([1]);
  const { handle } = failing(broken);
  await using polling = await startPolling({ handle });
  const { telegram, store, clock, process } = polling;
  telegram.send(update(1));
  await settle();
  broken.clear();
  await clock.advance(600_000);
  assert.deepEqual([process.handled, process.givenUp, store.pending()], [[1], [], []]);
});

Deno.test("UpdateQueue leaves a failed update for the next start, which counts on", async () => {
  const { handle, tries } = failing(new Set([1]));
  const first = await startPolling({ handle });
  const { telegram, store, clock } = first;
  telegram.send(update(1));
  await clock.advance(6_000);
  await first.process.stop();
  assert.deepEqual([tries.length, clock.sleeping], [2, 0]);
  assert.deepEqual(store.pending().map(({ attempts }) => attempts), [2]);
  const second = new PollingProcess(telegram, store, clock, { handle });
  await settle();
  assert.deepEqual([tries.length, second.givenUp], [3, [1]]);
  await second.stop();
});

Deno.test("UpdateQueue gives up an update that crashed three processes, and tells its sender", async () => {
  const store = new MemoryUpdateStore();
  store.rows.set(1, { body: JSON.stringify(update(1)), attempts: 3, done: false });
  await using polling = await startPolling({}, store);
  assert.deepEqual([polling.process.handled, polling.process.givenUp], [[], [1]]);
  assert.deepEqual(store.pending(), []);
});

Deno.test("UpdateQueue records a given-up update as done even if its sender cannot be told", async () => {
  const onGivenUp = (): Promise<void> => Promise.reject(new Error("no way"));
  const store = new MemoryUpdateStore();
  store.rows.set(1, { body: JSON.stringify(update(1)), attempts: 3, done: false });
  await using polling = await startPolling({ onGivenUp }, store);
  assert.deepEqual(store.pending(), []);
  assert.ok(polling.process.logged.includes("telegram.given-up.untold"));
});

Deno.test("UpdateQueue handles no update whose attempt cannot be counted, and says so once", async () => {
  const store = new MemoryUpdateStore();
  // What this process stores is counted with it.
  for (const id of [1, 2]) {
    store.rows.set(id, { body: JSON.stringify(update(id)), attempts: 0, done: false });
  }
  store.faults.add("attempted");
  await using polling = await startPolling({}, store);
  const { clock, process } = polling;
  await clock.advance(60_000);
  assert.deepEqual([process.handled, process.served], [[], [1, 2]]);
  store.free();
  await clock.advance(5_000);
  assert.deepEqual(process.handled, [1, 2]);
  assert.deepEqual([...store.rows.values()].map(({ attempts }) => attempts), [1, 1]);
});

/** Notes what is recorded as done together, and each attempt that is counted by itself. */
class CountingStore extends MemoryUpdateStore {
  readonly recorded: (readonly number[])[] = [];
  counted = 0;

  override attempted(updateId: number): void {
    this.counted++;
    super.attempted(updateId);
  }

  override done(updateIds: readonly number[]): void {
    super.done(updateIds);
    this.recorded.push(updateIds);
  }
}

Deno.test("UpdateQueue records what had an effect at once, what was passed over together with it or soon", async () => {
  const passedOver: Remainder = { ended: Promise.resolve("done"), passedOver: true };
  const handle = (raw: unknown): Promise<Remainder | void> =>
    Promise.resolve(idOf(raw) === 3 ? undefined : passedOver);
  const store = new CountingStore();
  await using polling = await startPolling({ handle }, store);
  const { telegram, clock, process } = polling;
  telegram.send(update(1), update(2), update(3), update(4), update(5));
  await settle();
  assert.deepEqual(process.handled, [1, 2, 3, 4, 5]);
  assert.deepEqual(store.recorded, [[1, 2, 3]]);
  await clock.advance(50);
  assert.deepEqual(store.recorded, [[1, 2, 3], [4, 5]]);
  assert.equal(store.counted, 0, "each is counted with its arrival");
  telegram.send(update(6));
  await settle();
  await process.stop();
  assert.deepEqual(store.recorded.at(-1), [6]);
});

Deno.test("UpdateQueue passes over again what was not recorded when it was killed, and gives nobody up for it", async () => {
  const passedOver: Remainder = { ended: Promise.resolve("done"), passedOver: true };
  const handle = (): Promise<Remainder> => Promise.resolve(passedOver);
  const store = new CountingStore();
  const first = await startPolling({ handle }, store);
  first.telegram.send(update(1));
  await settle();
  // Killed: nothing of it is recorded any more.
  store.faults.add("done");
  await first.process.stop();
  store.free();
  await using second = await startPolling({ handle }, store);
  await second.clock.advance(50);
  assert.deepEqual([second.process.handled, second.process.givenUp], [[1], []]);
  assert.deepEqual(store.doneIds, [1]);
});

Deno.test("UpdateQueue waits for the disk as long as it takes, in order, and counts one attempt", async () => {
  const blocked = new Set([1, 2]);
  const { handle, tries } = failing(blocked, FULL);
  await using polling = await startPolling({ handle });
  const { telegram, store, clock, process } = polling;
  telegram.send(update(1), update(2));
  await clock.advance(600_000);
  assert.deepEqual([process.served, process.givenUp], [[1, 2], []]);
  assert.equal(tries.filter((id) => id === 2).length, 1);
  blocked.clear();
  telegram.send(update(3));
  await settle();
  assert.deepEqual(process.handled, [1, 2, 3]);
  assert.deepEqual([...store.rows.values()].map(({ attempts }) => attempts), [1, 1, 1]);
});

Deno.test("UpdateQueue counts no attempt that failed because of the disk, in any process", async () => {
  const blocked = new Set([1]);
  const { handle } = failing(blocked, FULL);
  const { telegram, store, clock, process } = await startPolling({ handle });
  telegram.send(update(1));
  await settle();
  await process.stop();
  for (let time = 0; time < 5; time++) {
    const next = new PollingProcess(telegram, store, clock, { handle });
    await clock.advance(20_000);
    await next.stop();
  }
  assert.equal(store.rows.get(1)?.attempts, 0);
  blocked.clear();
  const last = new PollingProcess(telegram, store, clock, { handle });
  await settle();
  await last.stop();
  assert.deepEqual([last.handled, last.givenUp], [[1], []]);
});

Deno.test("UpdateQueue does not route an update again that was carried out without the disk", async () => {
  const blocked = new Set([1]);
  const { handle, tries } = failing(blocked, FULL);
  await using polling = await startPolling({
    handle,
    handleWithoutDisk: () => Promise.resolve("handled"),
  });
  const { telegram, store, clock } = polling;
  telegram.send(update(1));
  await settle();
  blocked.clear();
  await clock.advance(60_000);
  assert.deepEqual([tries, store.doneIds], [[1], [1]]);
});

Deno.test("UpdateQueue handles an update once though the disk refuses to record it as done", async () => {
  await using polling = await startPolling();
  const { telegram, store, clock, process } = polling;
  store.faults.add("done");
  telegram.send(update(1), update(2));
  await clock.advance(60_000);
  assert.deepEqual([process.handled, process.served, store.doneIds], [[1, 2], [], []]);
  store.free();
  await clock.advance(5_000);
  assert.deepEqual([process.handled, store.doneIds], [[1, 2], [1, 2]]);
});

Deno.test("UpdateQueue records when it closes what it could not record before", async () => {
  const { telegram, store, process } = await startPolling();
  store.faults.add("done");
  telegram.send(update(1));
  await settle();
  store.free();
  await process.stop();
  assert.deepEqual(store.doneIds, [1]);
});

Deno.test("UpdateQueue ends at once while updates wait for the disk", async () => {
  const { handle } = failing(new Set([1]), FULL);
  const { telegram, store, clock, process } = await startPolling({ handle });
  telegram.send(update(1));
  await settle();
  store.fill();
  await process.stop();
  assert.deepEqual([clock.sleeping, store.pending().length], [0, 1]);
});

Deno.test("UpdateQueue records an update as done with the end of its remainder, and lets others pass", async () => {
  const remainder = Promise.withResolvers<"done" | "left">();
  await using polling = await startPolling({
    handle: (raw) => Promise.resolve(idOf(raw) === 1 ? { ended: remainder.promise } : undefined),
  });
  const { telegram, store } = polling;
  telegram.send(update(1), update(2));
  await settle();
  assert.deepEqual(store.pending().map(({ updateId }) => updateId), [1]);
  remainder.resolve("done");
  await settle();
  assert.deepEqual(store.pending(), []);
});

Deno.test("UpdateQueue retries a remainder that failed, and leaves one for the next start", async () => {
  const fates = [Promise.reject(new Error("broken")), Promise.resolve("left" as const)];
  const { handle, tries } = failing(new Set());
  const polling = await startPolling({
    handle: async (raw) => {
      await handle(raw);
      const ended = fates.shift();
      return ended === undefined ? undefined : { ended };
    },
  });
  const { telegram, store, clock, process } = polling;
  telegram.send(update(1));
  await clock.advance(5_000);
  assert.deepEqual(tries, [1, 1]);
  await process.stop();
  assert.deepEqual(store.pending().map(({ updateId }) => updateId), [1]);
});
