import assert from "node:assert/strict";
import { KeyedMutex, KeyedQueue } from "../../src/core/keyed_queue.ts";

interface Job {
  readonly name: string;
  readonly end: Promise<void>;
  readonly finish: () => void;
}

function job(name: string): Job {
  const { promise: end, resolve: finish } = Promise.withResolvers<void>();
  return { name, end, finish };
}

function watchedQueue(): { queue: KeyedQueue<string, Job>; seen: string[] } {
  const seen: string[] = [];
  const queue = new KeyedQueue<string, Job>(async ({ name, end }, key) => {
    seen.push(`${key}: ${name} begins`);
    await end;
    seen.push(`${key}: ${name} ends`);
  });
  return { queue, seen };
}

const names = (jobs: readonly Job[]): string[] => jobs.map(({ name }) => name);

Deno.test("KeyedQueue runs the items of a key in order, and other keys beside them", async () => {
  const { queue, seen } = watchedQueue();
  const [first, second, other] = [job("first"), job("second"), job("other")];

  assert.deepEqual([queue.add("a", first), queue.add("a", second), queue.add("b", other)], [
    0,
    1,
    0,
  ]);
  assert.deepEqual(seen, ["a: first begins", "b: other begins"]);
  for (const { finish } of [second, other, first]) finish();
  await queue.drained();

  assert.deepEqual(seen.filter((line) => line.startsWith("a")), [
    "a: first begins",
    "a: first ends",
    "a: second begins",
    "a: second ends",
  ]);
});

Deno.test("KeyedQueue tells what runs and what waits, and forgets a key without work", async () => {
  const { queue } = watchedQueue();
  const jobs = [job("first"), job("second"), job("third")];
  for (const each of jobs) queue.add("a", each);

  assert.equal(queue.running("a")?.name, "first");
  assert.deepEqual(names(queue.waiting("a")), ["second", "third"]);
  assert.equal(queue.size, 1);
  for (const { finish } of jobs) finish();
  await queue.drained();

  assert.equal(queue.running("a"), undefined);
  assert.deepEqual(queue.waiting("a"), []);
  assert.equal(queue.size, 0);
});

Deno.test("KeyedQueue drops waiting items and never the one that runs", async () => {
  const { queue, seen } = watchedQueue();
  const [first, second, third] = [job("first"), job("second"), job("third")];
  for (const each of [first, second, third]) queue.add("a", each);

  assert.deepEqual(names(queue.drop("a", ({ name }) => name !== "third")), ["second"]);
  assert.deepEqual(queue.drop("b", () => true), []);
  for (const { finish } of [first, third]) finish();
  await queue.drained();

  assert.deepEqual(seen.filter((line) => line.endsWith("begins")), [
    "a: first begins",
    "a: third begins",
  ]);
});

Deno.test("KeyedQueue starts nothing once it is closed, and keeps what waits until it is dropped", async () => {
  const { queue, seen } = watchedQueue();
  const [first, second, third] = [job("first"), job("second"), job("third")];
  for (const each of [first, second]) queue.add("a", each);

  queue.close();
  first.finish();
  await queue.drained();
  assert.equal(queue.running("a"), undefined);
  assert.equal(queue.add("a", third), 2);
  assert.equal(queue.add("b", third), 1);
  await queue.drained();

  assert.deepEqual(seen, ["a: first begins", "a: first ends"]);
  assert.deepEqual(names(queue.all("a")), ["second", "third"]);
  assert.deepEqual(names(queue.drop("a", ({ name }) => name === "second")), ["second"]);
  assert.deepEqual(names(queue.waiting("a")), ["third"]);
  for (const key of ["a", "b"]) queue.drop(key, () => true);
  assert.equal(queue.size, 0);
});

Deno.test("KeyedQueue keeps what is left behind in front of what waits, once it is closed", async () => {
  const [first, second] = [job("first"), job("second")];
  const queue: KeyedQueue<string, Job> = new KeyedQueue(async (item, key) => {
    await item.end;
    queue.leave(key, item);
  });
  queue.add("a", first);
  first.finish();
  await queue.drained();
  assert.equal(queue.size, 0);

  for (const each of [first, second]) queue.add("a", each);
  queue.close();
  await queue.drained();
  assert.deepEqual(names(queue.waiting("a")), ["first", "second"]);
});

Deno.test("KeyedMutex lets holders of a key in one after the other and hands back results", async () => {
  const mutex = new KeyedMutex<number>();
  const gate = job("gate");
  const order: number[] = [];
  const results = [1, 2, 3].map((number) =>
    mutex.hold(7, async () => {
      await gate.end;
      order.push(number);
      return number * 10;
    })
  );

  assert.equal(mutex.size, 1);
  assert.equal(await mutex.hold(8, () => Promise.resolve("at once")), "at once");
  gate.finish();

  assert.deepEqual(await Promise.all(results), [10, 20, 30]);
  assert.deepEqual(order, [1, 2, 3]);
});

Deno.test("KeyedMutex hands an error to its caller only; the next holder runs all the same", async () => {
  const mutex = new KeyedMutex<string>();
  const failing = mutex.hold("a", () => Promise.reject(new Error("no")));
  const next = mutex.hold("a", () => Promise.resolve("yes"));

  await assert.rejects(failing, /no/);
  assert.equal(await next, "yes");
  await mutex.drained();
  assert.equal(mutex.size, 0);
});
