/** Tests how messages with a key outlast a chat that refuses the bot. */
import assert from "node:assert/strict";
import type { Delivery } from "../../../src/bot/outbox/outgoing.ts";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { atOnce, CHAT, editOf, GROUP, message, type Setup, setUp } from "./setup.ts";

const BLOCKED = refusal(403, "Forbidden: bot was blocked by the user");
const KICKED = refusal(403, "Forbidden: bot was kicked from the supergroup chat");
const UNREACHABLE = { status: "unreachable", reason: "Forbidden: bot was blocked by the user" };
const WEEK_MS = 7 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;

function sendKept({ outbox }: Setup, ...keys: string[]): Promise<Delivery>[] {
  return keys.map((key) => outbox.send({ ...message(key), key }, "final"));
}

/** Closes it and checks that nothing goes on. */
async function end({ outbox, clock }: Setup): Promise<void> {
  await outbox.close(0);
  assert.equal(clock.sleeping, 0);
}

Deno.test("Outbox keeps what a blocked chat refuses, and sends it in order when a message comes from there", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  api.failNext("sendMessage", BLOCKED);
  const deliveries = sendKept(setup, "a", "b");
  const bytes = new TextEncoder().encode("whole");
  deliveries.push(
    outbox.sendDocument({ chatId: CHAT, fileName: "c.md", bytes, key: "c" }, "final"),
  );
  deliveries.push(outbox.edit({ ...editOf(5, "done"), key: "end" }, "reply"));
  assert.deepEqual(await Promise.all(deliveries), Array(4).fill(UNREACHABLE));
  assert.deepEqual(store.states(), ["a waiting", "b waiting", "c waiting", "end waiting"]);
  await clock.advance(HOUR_MS);
  assert.equal(api.calls.length, 1);

  outbox.reachable(CHAT);
  void outbox.send(message("the reply to what has come"), "final");
  await clock.advance(20_000);
  assert.deepEqual(api.summary().slice(1), [
    "editMessageText 5: done",
    "sendMessage a",
    "sendMessage b",
    "sendDocument c.md",
    "sendMessage the reply to what has come",
  ]);
  assert.deepEqual(store.states(), ["a done", "b done", "c done", "end done"]);
  outbox.reachable(CHAT);
  await clock.advance(20_000);
  assert.equal(api.calls.length, 6);
  await end(setup);
});

Deno.test("Outbox keeps what is refused with the token, for a start with another one", async () => {
  const setup = setUp();
  const { outbox, api, store } = setup;
  api.failNext("sendMessage", refusal(401, "Unauthorized"));
  const lost = { fileName: "answer.txt", note: "not here" };
  const { status } = await outbox.send({ ...message("a"), key: "a", lost }, "final");
  assert.deepEqual([status, store.states()], ["unreachable", ["a waiting"]]);
  await end(setup);

  const next = setUp(store);
  next.outbox.restore();
  await atOnce(next);
  assert.deepEqual(next.api.summary(), ["sendMessage a"]);
  assert.deepEqual(store.states(), ["a done"]);
  await end(next);
});

Deno.test("Outbox drops what has no key when the chat is blocked", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  api.failNext("sendMessage", BLOCKED);
  const kept = outbox.send({ ...message("kept"), key: "a" }, "final");
  const reply = outbox.send(message("reply"), "reply");
  assert.deepEqual(await Promise.all([kept, reply]), Array(2).fill(UNREACHABLE));
  outbox.react(CHAT, 4, "👌");
  outbox.typing(CHAT);
  assert.deepEqual(await outbox.edit(editOf(9, "step"), "progress"), UNREACHABLE);
  outbox.reachable(CHAT);
  await clock.advance(20_000);
  assert.deepEqual(api.summary(), ["sendMessage kept", "sendMessage kept"]);
  await end(setup);
});

Deno.test("Outbox sends what a blocked chat refused after a restart, once, however the process ended", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", BLOCKED);
  sendKept(first, "a", "b");
  await first.clock.advance(HOUR_MS);
  // Killed without a close. The next process asks once whether the chat is back.
  const second = setUp(first.store);
  second.api.failNext("sendMessage", BLOCKED);
  second.outbox.restore();
  await second.clock.advance(HOUR_MS);
  assert.deepEqual(second.api.summary(), ["sendMessage a"]);
  assert.deepEqual(second.store.states(), ["a waiting", "b waiting"]);
  assert.equal((await second.outbox.send({ ...message("a"), key: "a" }, "final")).status, "known");
  second.outbox.reachable(CHAT);
  await second.clock.advance(20_000);
  assert.deepEqual(second.api.summary().slice(1), ["sendMessage a", "sendMessage b"]);

  const third = setUp(first.store);
  third.outbox.restore();
  third.outbox.reachable(CHAT);
  await third.clock.advance(HOUR_MS);
  assert.deepEqual(third.api.calls, []);
});

Deno.test("Outbox.close() leaves what a blocked chat refused to the next process", async () => {
  const setup = setUp();
  setup.api.failNext("sendMessage", BLOCKED);
  sendKept(setup, "a");
  await setup.clock.advance(0);
  await end(setup);
  assert.deepEqual(setup.store.states(), ["a waiting"]);
});

Deno.test("Outbox.idle() waits for messages that a chat gets after it was unreachable", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  api.failNext("sendMessage", BLOCKED, networkError("no-connection"));
  sendKept(setup, "a");
  await clock.advance(0);
  await outbox.idle();
  outbox.reachable(CHAT);
  const idle = outbox.idle().then(() => store.states());
  await clock.advance(20_000);
  assert.deepEqual(await idle, ["a done"]);
  await end(setup);
});

Deno.test("Outbox retries an unreachable chat with each new answer, the oldest first", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  api.failNext("sendMessage", BLOCKED, BLOCKED);
  sendKept(setup, "a");
  await clock.advance(HOUR_MS);
  sendKept(setup, "b");
  await clock.advance(HOUR_MS);
  assert.deepEqual(api.summary(), ["sendMessage a", "sendMessage a"]);
  sendKept(setup, "c");
  await clock.advance(20_000);
  assert.deepEqual(api.summary().slice(2), ["sendMessage a", "sendMessage b", "sendMessage c"]);
  assert.equal((await outbox.edit(editOf(9, "step"), "progress")).status, "sent");
  await end(setup);
});

Deno.test("Outbox sends parked messages as soon as anything else gets through", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  api.failNext("sendMessage", BLOCKED);
  sendKept(setup, "a");
  await clock.advance(HOUR_MS);
  void outbox.send(message("reply"), "reply");
  await clock.advance(20_000);
  assert.deepEqual(api.summary().slice(1), ["sendMessage reply", "sendMessage a"]);
  await end(setup);
});

Deno.test("Outbox marks what may have arrived before the chat was blocked", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  api.failNext("sendMessage", networkError("lost"), BLOCKED);
  sendKept(setup, "a");
  await clock.advance(HOUR_MS);
  outbox.reachable(CHAT);
  await clock.advance(0);
  assert.equal(api.summary().at(-1), "sendMessage 🔁\na");
  await end(setup);
});

Deno.test("Outbox keeps only the newest edit of a message in a blocked chat", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  api.failNext("editMessageText", BLOCKED, BLOCKED);
  void outbox.edit({ ...editOf(5, "asked"), key: "a" }, "reply");
  await clock.advance(HOUR_MS);
  void outbox.edit({ ...editOf(5, "expired"), key: "b" }, "reply");
  await clock.advance(HOUR_MS);
  assert.deepEqual(store.states(), ["a waiting", "b waiting"]);
  outbox.reachable(CHAT);
  await clock.advance(20_000);
  assert.deepEqual(api.summary().slice(2), ["editMessageText 5: expired"]);
  assert.deepEqual(store.states(), ["a done", "b done"]);
  await end(setup);
});

Deno.test("Outbox gives up what a chat has not taken for a week", async () => {
  const setup = setUp();
  const { outbox, api, clock, store, log } = setup;
  api.failNext("sendMessage", BLOCKED, BLOCKED);
  sendKept(setup, "a");
  await clock.advance(WEEK_MS / 2);
  sendKept(setup, "b");
  await clock.advance(WEEK_MS / 2);
  assert.deepEqual(store.states(), ["a waiting", "b waiting"]);
  await clock.advance(2 * HOUR_MS);
  assert.deepEqual(store.states(), ["a done", "b waiting"]);
  assert.deepEqual(log.lines.at(-1)?.message, "outbox.given_up");
  outbox.reachable(CHAT);
  await clock.advance(20_000);
  assert.deepEqual(api.summary().slice(2), ["sendMessage b"]);
  await end(setup);
});

Deno.test("Outbox counts the week over restarts, and tries before it gives up", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", BLOCKED);
  sendKept(first, "a", "b");
  await first.clock.advance(HOUR_MS);
  const later = new Date(first.clock.now().getTime() + WEEK_MS);
  const second = setUp(first.store, later);
  second.api.failNext("sendMessage", networkError("no-connection"));
  second.outbox.restore();
  await second.clock.advance(1_000);
  assert.deepEqual(second.store.states(), ["a done", "b done"]);
  assert.equal(second.api.calls.length, 3);
  await end(second);
});

Deno.test("Outbox gives up at once what is older than a week and is refused again", async () => {
  const first = setUp();
  first.api.failNext("sendMessage", BLOCKED);
  sendKept(first, "a");
  await first.clock.advance(HOUR_MS);
  const later = new Date(first.clock.now().getTime() + WEEK_MS);
  const second = setUp(first.store, later);
  second.api.failNext("sendMessage", BLOCKED);
  second.outbox.restore();
  await second.clock.advance(0);
  assert.deepEqual(second.store.states(), ["a done"]);
  await end(second);
});

Deno.test("Outbox keeps the newest hundred messages for a chat that takes none", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  api.failNext("sendMessage", BLOCKED, BLOCKED);
  const keys = Array.from({ length: 130 }, (_, number) => `k${number}`);
  sendKept(setup, ...keys);
  await clock.advance(0);
  assert.deepEqual(waiting(store.states()), keys.slice(30));
  sendKept(setup, "newest");
  await clock.advance(0);
  assert.deepEqual(waiting(store.states()), [...keys.slice(31), "newest"]);
  outbox.reachable(CHAT);
  await clock.advance(HOUR_MS);
  await atOnce(setup);
  assert.deepEqual(waiting(store.states()), []);
  assert.equal(api.calls.length, 2 + 100);
  await end(setup);
});

Deno.test("Outbox goes on in a group that takes no documents", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  const description = "Bad Request: not enough rights to send documents to the chat";
  api.failNext("sendDocument", refusal(400, description));
  const file = { chatId: GROUP, fileName: "a.md", bytes: new Uint8Array(), key: "a" };
  const refused = outbox.sendDocument(file, "final");
  const progress = outbox.edit(editOf(9, "step", GROUP), "progress");
  await clock.advance(20_000);
  assert.deepEqual(await refused, { status: "failed", reason: description });
  assert.equal((await progress).status, "sent");
  assert.deepEqual(store.states(), ["a done"]);
  await end(setup);
});

Deno.test("Outbox keeps messages for a group that removed the bot, and sends them under its new id", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  const moved = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
    migrate_to_chat_id: -200,
  });
  api.failNext("sendMessage", KICKED, moved);
  for (const key of ["a", "b"]) void outbox.send({ ...message(key, GROUP), key }, "final");
  await clock.advance(0);
  outbox.reachable(CHAT);
  await clock.advance(20_000);
  assert.equal(api.calls.length, 1);
  outbox.reachable(GROUP);
  await clock.advance(20_000);
  assert.deepEqual(api.calls.slice(1).map(({ chatId, what }) => [chatId, what]), [
    [GROUP, "a"],
    [-200, "a"],
    [-200, "b"],
  ]);
  assert.deepEqual(store.states(), ["a done", "b done"]);
  await end(setup);
});

function waiting(states: readonly string[]): string[] {
  return states.filter((state) => state.endsWith(" waiting")).map((state) =>
    state.split(" ")[0] ?? ""
  );
}
