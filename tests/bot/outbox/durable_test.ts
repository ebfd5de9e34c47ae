/** Tests messages whose process ends before, while and after they are sent. */
import assert from "node:assert/strict";
import { HttpError } from "grammy";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { refusal } from "../../fakes/recording_api.ts";
import { atOnce, CHAT, editOf, message, setUp } from "./setup.ts";
import { diskFailure } from "../../fakes/disk_failure.ts";

const LOST = new HttpError("the connection was lost", new Error("reset"));

Deno.test("Outbox stores a message with a key before it returns, and drops it once it is sent", async () => {
  const { outbox, api, clock, store } = setUp();
  const delivery = outbox.send({ ...message("hello"), key: "a" }, "final");
  assert.deepEqual(store.states(), ["a sending"]);
  await clock.advance(0);
  assert.equal((await delivery).status, "sent");
  assert.deepEqual(store.states(), ["a done"]);
  assert.deepEqual(api.summary(), ["sendMessage hello"]);
});

Deno.test("Outbox sends a key once, in this process and in the next", async () => {
  const first = setUp();
  void first.outbox.send({ ...message("hello"), key: "a" }, "final");
  await first.clock.advance(0);
  assert.equal(
    (await first.outbox.send({ ...message("again"), key: "a" }, "final")).status,
    "known",
  );
  const second = setUp(first.store);
  second.outbox.restore();
  assert.equal((await second.outbox.send({ ...message("x"), key: "a" }, "final")).status, "known");
  await second.clock.advance(60_000);
  assert.deepEqual(second.api.calls, []);
});

Deno.test("Outbox.restore() sends what an earlier process did not send, in order and unmarked", async () => {
  const first = setUp();
  for (let number = 1; number <= 50; number++) {
    void first.outbox.send({ ...message(`part ${number}`), key: `k${number}` }, "final");
  }
  const second = setUp(first.store);
  second.outbox.restore();
  await second.clock.advance(120_000);
  await atOnce(second);
  const expected = Array.from({ length: 50 }, (_, index) => `sendMessage part ${index + 1}`);
  // The first call of the first process was under way when it ended.
  assert.deepEqual(second.api.summary().slice(1), expected.slice(1));
  assert.ok(second.store.states().every((state) => state.endsWith("done")));
});

Deno.test("Outbox.restore() marks what may have arrived, with the note of the message", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", "never-answer");
  void first.outbox.send(
    { ...message("the answer"), key: "a", repeatNote: "🔁 perhaps again:" },
    "final",
  );
  await first.clock.advance(0);
  assert.deepEqual(first.store.states(), ["a sending"]);
  const second = setUp(first.store);
  second.outbox.restore();
  await second.clock.advance(0);
  assert.deepEqual(second.api.summary(), ["sendMessage 🔁 perhaps again:\nthe answer"]);
});

Deno.test("Outbox marks a repeat after an uncertain failure and none after a certain one", async () => {
  const { outbox, api, clock } = setUp();
  const refused = new Error("no connection", { cause: new Error("client error (Connect)") });
  api.failNext("sendMessage", new HttpError("x", refused), LOST);
  const bold = { text: "bold", entities: [{ type: "bold", offset: 0, length: 4 }] } as const;
  void outbox.send({ chatId: CHAT, content: bold, key: "a" }, "final");
  await clock.advance(60_000);
  assert.deepEqual(api.summary(), ["sendMessage bold", "sendMessage bold", "sendMessage 🔁\nbold"]);
  assert.deepEqual(entitiesOf(api.calls.at(-1)?.options), [{ type: "bold", offset: 3, length: 4 }]);
});

Deno.test("Outbox does not mark edits, which change nothing when they are repeated", async () => {
  const first = setUp();
  first.api.failNext("editMessageText", "never-answer");
  void first.outbox.edit({ ...editOf(5, "done"), key: "end" }, "final");
  await first.clock.advance(0);
  const second = setUp(first.store);
  second.outbox.restore();
  await second.clock.advance(0);
  assert.deepEqual(second.api.summary(), ["editMessageText 5: done"]);
});

Deno.test("Outbox keeps trying for days while there is no network, and then sends", async () => {
  const { outbox, api, clock, store } = setUp();
  const refused = new Error("no connection", { cause: new Error("client error (Connect)") });
  api.failNext("sendMessage", ...Array.from({ length: 200 }, () => new HttpError("x", refused)));
  void outbox.send({ ...message("patience"), key: "a" }, "final");
  await clock.advance(4 * 3_600_000);
  assert.equal(api.calls.length, 201);
  assert.deepEqual(store.states(), ["a done"]);
});

Deno.test("Outbox gives a message up when there was no network for a week", async () => {
  const { outbox, api, clock, store } = setUp();
  const refused = new HttpError("x", new Error("", { cause: new Error("client error (Connect)") }));
  api.failNext("sendMessage", ...Array.from({ length: 20_000 }, () => refused));
  const delivery = outbox.send({ ...message("late"), key: "a" }, "final");
  await clock.advance(7 * 24 * 3_600_000 - 60_000);
  assert.deepEqual(store.states(), ["a waiting"]);
  await clock.advance(120_000);
  assert.equal((await delivery).status, "failed");
  assert.deepEqual(store.states(), ["a done"]);
});

Deno.test("Outbox drops no message with a key, whatever its priority", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("sendMessage", refusal(429, "Too Many Requests", { retry_after: 30 }));
  void outbox.send(message("first"), "final");
  await clock.advance(0);
  void outbox.edit({ ...editOf(9, "kept"), key: "a" }, "progress");
  void outbox.edit(editOf(8, "dropped"), "progress");
  await clock.advance(1_000);
  const closed = outbox.close(1_000);
  await clock.advance(1_000);
  await closed;
  assert.equal(outbox.stats().dropped, 1);
  assert.deepEqual(store.states(), ["a waiting"]);
});

Deno.test("Outbox gives a message up after five uncertain repeats, and forgets it", async () => {
  const { outbox, api, clock, store, log } = setUp();
  api.failNext("sendMessage", ...Array.from({ length: 20 }, () => LOST));
  const delivery = outbox.send({ ...message("unlucky"), key: "a" }, "final");
  await clock.advance(3_600_000);
  assert.equal((await delivery).status, "failed");
  assert.equal(api.calls.length, 6);
  assert.deepEqual(store.states(), ["a done"]);
  assert.ok(log.lines.some(({ message }) => message === "outbox.failed"));
});

Deno.test("Outbox.close() leaves what could not be sent for the next process", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", "never-answer");
  void first.outbox.send({ ...message("one"), key: "a" }, "final");
  void first.outbox.send({ ...message("two"), key: "b" }, "final");
  await first.clock.advance(0);
  const closing = first.outbox.close(1_000);
  await first.clock.advance(1_000);
  await closing;
  assert.deepEqual(first.store.states(), ["a sending", "b waiting"]);
});

Deno.test("Outbox sends without a record when the disk does not take it", async () => {
  const { outbox, api, clock, store, log } = setUp();
  store.failure = diskFailure();
  void outbox.send({ ...message("still said"), key: "a" }, "final");
  await clock.advance(0);
  assert.deepEqual(api.summary(), ["sendMessage still said"]);
  assert.ok(log.lines.some(({ message }) => message === "outbox.not-kept"));
});

Deno.test("Outbox.restore() skips an entry that cannot be read", async () => {
  const { outbox, store, api, clock } = setUp();
  store.put({ key: "broken", chatId: CHAT, message: '{"kind":"message"' });
  store.put({ key: "strange", chatId: CHAT, message: '{"kind":"dance","priority":"final"}' });
  outbox.restore();
  await clock.advance(1_000);
  assert.deepEqual(store.states(), ["broken done", "strange done"]);
  assert.deepEqual(api.calls, []);
});

Deno.test("deliverMarkdown() keeps each part under a key of its own", async () => {
  const { outbox, clock, store } = setUp();
  const target = { chatId: CHAT };
  void deliverMarkdown(outbox, target, "word ".repeat(1_200), "final", { key: "answer:r1" });
  await clock.advance(60_000);
  void deliverMarkdown(outbox, target, "# Long\n\n" + "line\n\n".repeat(9_000), "final", {
    key: "answer:r2",
  });
  await clock.advance(60_000);
  assert.deepEqual(store.states(), [
    "answer:r1:1 done",
    "answer:r1:2 done",
    "answer:r2:1 done",
    "answer:r2:2 done",
  ]);
});

function entitiesOf(options: unknown): unknown {
  return typeof options === "object" && options !== null && "entities" in options
    ? options.entities
    : undefined;
}
