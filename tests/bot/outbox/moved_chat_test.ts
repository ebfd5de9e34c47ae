/** Tests chats that get another id, and durable messages in unusual cases. */
import assert from "node:assert/strict";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { CHAT, editOf, GROUP, message, setUp, useUpBurst } from "./setup.ts";

const NEW_GROUP = -200;
const MIGRATED = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
  migrate_to_chat_id: NEW_GROUP,
});

Deno.test("Outbox sends what is kept for a group to the supergroup that it became", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("sendMessage", MIGRATED, networkError("no-connection"));
  for (const key of ["a", "b"]) void outbox.send({ ...message(key, GROUP), key }, "final");
  await clock.advance(0);
  assert.deepEqual(store.entries.map(({ chatId }) => chatId), [NEW_GROUP, NEW_GROUP]);

  const next = setUp(store);
  next.outbox.restore();
  await next.clock.advance(10_000);
  assert.deepEqual(next.api.calls.map(({ chatId, what }) => [chatId, what]), [
    [NEW_GROUP, "a"],
    [NEW_GROUP, "b"],
  ]);
});

Deno.test("Outbox queues messages for a group and for the supergroup that it became together", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", "never-answer", MIGRATED);
  const hanging = outbox.send(message("new 1", NEW_GROUP), "final");
  const old = ["old 1", "old 2"].map((text) => outbox.send(message(text, GROUP), "final"));
  await clock.advance(90_000);
  const after = outbox.send(message("old 3", GROUP), "final");
  await clock.advance(20_000);
  assert.deepEqual(api.calls.map(({ chatId, what }) => [chatId, what]), [
    [NEW_GROUP, "new 1"],
    [GROUP, "old 1"],
    [NEW_GROUP, "🔁\nnew 1"],
    [NEW_GROUP, "old 1"],
    [NEW_GROUP, "old 2"],
    [NEW_GROUP, "old 3"],
  ]);
  const deliveries = await Promise.all([hanging, ...old, after]);
  const chats = deliveries.map((each) => each.status === "sent" && each.chatId);
  assert.deepEqual(chats, [undefined, NEW_GROUP, NEW_GROUP, NEW_GROUP]);
  await outbox.close(0);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Outbox names no message of a group in the supergroup, which numbers its own anew", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("sendMessage", MIGRATED);
  const answer = outbox.send({ ...message("answer", GROUP), replyTo: 3 }, "final");
  await clock.advance(0);
  assert.equal(api.calls.length, 2);
  assert.doesNotMatch(JSON.stringify(api.calls[1]?.options), /reply_parameters/);
  const sent = await answer;
  const newer = sent.status === "sent" ? sent.messageId : 0;
  const former = newer + 4;
  const edit = outbox.edit({ ...editOf(former + 1, "status", GROUP), key: "end" }, "status");
  void outbox.react(GROUP, former, "👌");
  void outbox.delete(GROUP, former);
  outbox.setButtons(GROUP, former, []);
  await clock.advance(60_000);
  assert.equal(api.calls.length, 2);
  assert.deepEqual(await edit, {
    status: "failed",
    reason: "The message is in the group that this chat was before",
    gone: true,
  });
  // What was sent since, and what is named under the new id, is in the supergroup.
  void outbox.edit(editOf(newer, "answer 2", GROUP), "reply");
  void outbox.send({ ...message("more", GROUP), replyTo: newer }, "reply");
  void outbox.send({ ...message("here", NEW_GROUP), replyTo: former }, "reply");
  void outbox.edit(editOf(former, "other", NEW_GROUP), "reply");
  await clock.advance(60_000);
  assert.deepEqual(api.summary().slice(2), [
    `editMessageText ${newer}: answer 2`,
    "sendMessage more",
    "sendMessage here",
    `editMessageText ${former}: other`,
  ]);
  const isReply = api.calls.slice(3, 5).map(({ options }) => "reply_parameters" in Object(options));
  assert.deepEqual(isReply, [false, true], "its author's message is one of the group");
  assert.deepEqual(store.states(), ["end done"]);
});

Deno.test("Outbox names no message of a group in the supergroup after a restart either", async () => {
  const { outbox, api, clock, store } = setUp();
  api.failNext("sendMessage", MIGRATED, networkError("no-connection"));
  void outbox.send({ ...message("a", GROUP), key: "a", replyTo: 3 }, "final");
  void outbox.edit({ ...editOf(9, "status", GROUP), key: "b" }, "status");
  await clock.advance(0);
  const next = setUp(store);
  next.outbox.restore();
  await next.clock.advance(10_000);
  assert.deepEqual(next.api.summary(), ["sendMessage a"]);
  assert.doesNotMatch(JSON.stringify(next.api.calls[0]?.options), /reply_parameters/);
});

Deno.test("Outbox gives up a durable message that Telegram refuses, and logs an error", async () => {
  const { outbox, api, clock, store, log } = setUp();
  const tooLong = refusal(400, "Bad Request: message is too long");
  api.failNext("sendMessage", tooLong, tooLong);
  void outbox.send({ ...message("a"), key: "a" }, "final");
  await clock.advance(0);
  assert.deepEqual(store.states(), ["a done"]);
  assert.deepEqual(log.lines.map(({ level, message }) => [level, message]), [
    ["warn", "outbox.retry"],
    ["error", "outbox.failed"],
  ]);
});

Deno.test("Outbox tries again at once when a message comes from the chat", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", ...Array.from({ length: 10 }, () => networkError("no-connection")));
  const answer = outbox.send({ ...message("answer"), key: "a" }, "final");
  await clock.advance(250_000);
  assert.deepEqual(api.calls.slice(-2).map(({ atMs }) => atMs), [183_000, 243_000]);
  outbox.reachable(CHAT);
  await clock.advance(0);
  assert.equal(api.calls.at(-1)?.atMs, 250_000);
  assert.equal((await answer).status, "sent");
});

Deno.test("Outbox keeps a replaced edit with a key on disk until the newer one is sent", async () => {
  const setup = setUp();
  const { outbox, api, clock, store } = setup;
  await useUpBurst(setup);
  api.failNext("editMessageText", ...Array.from({ length: 40 }, () => networkError("lost")));
  void outbox.edit({ ...editOf(9, "done"), key: "end" }, "final");
  const newer = outbox.edit(editOf(9, "done, drawn again"), "progress");
  await clock.advance(20 * 60_000);
  assert.deepEqual(store.states().slice(-1), ["end waiting"]);
  await clock.advance(60 * 60_000);
  assert.equal((await newer).status, "sent");
  assert.deepEqual(store.states().slice(-1), ["end done"]);
  assert.equal(api.summary().at(-1), "editMessageText 9: done, drawn again");
});
