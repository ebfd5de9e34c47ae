/** Tests the outbox while its store fails, and once it works again. */
import assert from "node:assert/strict";
import { networkError } from "../../fakes/recording_api.ts";
import { message, type Setup, setUp } from "./setup.ts";
import { diskFailure } from "../../fakes/disk_failure.ts";

const FULL = diskFailure();
const RETRY_MS = 30_000;

function complaints({ log }: Setup): number {
  return log.lines.filter(({ message }) => message === "outbox.not-kept").length;
}

Deno.test("Outbox sends what the disk refuses to store, and logs the reason once a minute", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  store.failure = FULL;
  const sent = Array.from(
    { length: 20 },
    (_, number) => outbox.send({ ...message(`part ${number}`), key: `k${number}` }, "final"),
  );
  await clock.advance(30_000);
  assert.ok((await Promise.all(sent)).every(({ status }) => status === "sent"));
  assert.equal(api.calls.length, 20);
  assert.equal(complaints(setup), 1);
  await clock.advance(90_000);
  assert.equal(complaints(setup), 3);
});

Deno.test("Outbox records a delivery as soon as the disk accepts it, so that it is not repeated", async () => {
  const first = setUp();
  void first.outbox.send({ ...message("hello"), key: "a" }, "final");
  first.store.failure = FULL;
  await first.clock.advance(0);
  first.store.failure = undefined;
  assert.deepEqual(first.store.states(), ["a sending"]);
  await first.clock.advance(RETRY_MS);
  assert.deepEqual(first.store.states(), ["a done"]);
  assert.equal(first.clock.sleeping, 0);
});

Deno.test("Outbox stores a message later that the disk refused at first", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", ...Array.from({ length: 9 }, () => networkError("lost")));
  first.store.failure = FULL;
  void first.outbox.send({ ...message("hello"), key: "a" }, "final");
  await first.clock.advance(500);
  first.store.failure = undefined;
  await first.clock.advance(600);
  assert.deepEqual(first.store.states(), ["a sending 2"]);

  const second = setUp(first.store);
  second.outbox.restore();
  await second.clock.advance(0);
  assert.deepEqual(second.api.summary(), ["sendMessage 🔁\nhello"]);
});

Deno.test("Outbox recognises a key that the disk has not stored yet", async () => {
  const { outbox, api, clock, store } = setUp();
  store.failure = FULL;
  const sent = outbox.send({ ...message("hello"), key: "a" }, "final");
  await clock.advance(0);
  assert.equal((await sent).status, "sent");
  assert.equal((await outbox.send({ ...message("hello"), key: "a" }, "final")).status, "known");
  store.failure = undefined;
  await outbox.close(0);
  const entries = store.entries.map(({ key, message, done }) => ({ key, message, done }));
  assert.deepEqual(entries, [{ key: "a", message: "", done: true }]);
  assert.equal(api.calls.length, 1);
});

Deno.test("Outbox.restore() sends what is left once the store can be read", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", networkError("no-connection"));
  for (const key of ["a", "b"]) void first.outbox.send({ ...message(key), key }, "final");
  await first.clock.advance(0);
  assert.deepEqual(first.store.states(), ["a waiting", "b waiting"]);

  const { outbox, api, clock, store } = setUp(first.store);
  store.failure = FULL;
  outbox.restore();
  void outbox.send({ ...message("c"), key: "c" }, "final");
  void outbox.send({ ...message("b again"), key: "b" }, "final");
  await clock.advance(0);
  store.failure = undefined;
  await clock.advance(RETRY_MS + 5_000);
  assert.deepEqual(api.summary(), ["sendMessage c", "sendMessage b again", "sendMessage a"]);
  assert.deepEqual(store.states(), ["a done", "b done", "c done"]);
});

Deno.test("Outbox.close() writes what the disk refused before", async () => {
  const { outbox, clock, store } = setUp();
  void outbox.send({ ...message("one"), key: "a" }, "final");
  store.failure = FULL;
  await clock.advance(0);
  store.failure = undefined;
  await outbox.close(0);
  assert.deepEqual(store.states(), ["a done"]);
  assert.equal(clock.sleeping, 0);
});
