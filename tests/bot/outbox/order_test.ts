import assert from "node:assert/strict";
import { networkError } from "../../fakes/recording_api.ts";
import { CHAT, editOf, GROUP, message, type Setup, setUp, useUpBurst } from "./setup.ts";

Deno.test("Outbox.send delivers at once and tells the message's id", async () => {
  const { outbox, api } = setUp();
  const delivery = await outbox.send(message("a"), "reply");
  assert.deepEqual(delivery, { status: "sent", messageId: 1 });
  assert.deepEqual(api.summary(), ["sendMessage a"]);
});

Deno.test("Outbox.send passes on topic, reply, silence, entities and buttons", async () => {
  const { outbox, api } = setUp();
  await outbox.send({
    chatId: CHAT,
    topicId: 5,
    replyTo: 6,
    silent: true,
    content: { text: "a", entities: [{ type: "bold", offset: 0, length: 1 }] },
    buttons: [[{ label: "Stop", data: "s", style: "danger" }, { label: "Log", data: "l" }]],
  }, "reply");
  assert.deepEqual(api.calls[0]?.options, {
    message_thread_id: 5,
    disable_notification: true,
    reply_parameters: { message_id: 6, allow_sending_without_reply: true },
    entities: [{ type: "bold", offset: 0, length: 1 }],
    link_preview_options: { is_disabled: true },
    reply_markup: {
      inline_keyboard: [[
        { text: "Stop", callback_data: "s", style: "danger" },
        { text: "Log", callback_data: "l" },
      ]],
    },
  });
});

/** Edits of as many messages, none of which replaces another one. */
function decorate({ outbox }: Pick<Setup, "outbox">, chatId: number, count: number): void {
  for (let number = 0; number < count; number++) {
    void outbox.edit(editOf(number, "step", chatId), "status");
  }
}

Deno.test("Outbox decorates at the chat's pace, and leaves its burst to what is urgent", async () => {
  const setup = setUp();
  const { api, clock } = setup;
  decorate(setup, CHAT, 5);
  decorate(setup, GROUP, 4);
  await clock.advance(20_000);
  const times = (chatId: number): number[] =>
    api.calls.filter((call) => call.chatId === chatId).map(({ atMs }) => atMs);
  assert.deepEqual(times(CHAT), [0, 1200, 2400, 3600, 4800]);
  assert.deepEqual(times(GROUP), [0, 3500, 7000, 10_500]);
});

Deno.test("Outbox sends answers, questions and replies at once, however much goes on", async () => {
  for (const chatId of [CHAT, GROUP]) {
    const setup = setUp();
    const { outbox, api, clock } = setup;
    decorate(setup, chatId, 30);
    for (let second = 0; second < 30; second++) {
      await clock.advance(800);
      const priority = (["approval", "reply", "final"] as const)[second % 3] ?? "final";
      const from = clock.monotonic();
      await outbox.send(message("now", chatId), priority);
      assert.equal(clock.monotonic() - from, 0, `${priority} ${second}`);
    }
    const decorated = api.calls.filter(({ method }) => method === "editMessageText").length;
    assert.ok(decorated < 8, `${decorated} edits between answers`);
    await clock.advance(200_000);
  }
});

Deno.test("Outbox makes an answer wait for no decoration that hangs or fails", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("setMessageReaction", "never-answer");
  outbox.react(CHAT, 1, "👀");
  await clock.advance(100);
  assert.equal((await outbox.send(message("a"), "reply")).status, "sent");
  await clock.advance(60_000);
  api.failNext(
    "editMessageText",
    ...Array.from({ length: 3 }, () => networkError("no-connection")),
  );
  void outbox.edit(editOf(9, "step"), "status");
  await clock.advance(1_100);
  const from = clock.monotonic();
  assert.equal((await outbox.send(message("b"), "reply")).status, "sent");
  assert.equal(clock.monotonic(), from);
  await clock.advance(60_000);
});

Deno.test("Outbox makes fewer than thirty calls a second to all chats, decoration last", async () => {
  const { outbox, api, clock } = setUp();
  for (let chat = 1; chat <= 60; chat++) {
    outbox.react(chat, 1, "👀");
    void outbox.edit(editOf(1, "step", chat), "status");
  }
  await clock.advance(0);
  for (let chat = 1; chat <= 60; chat++) void outbox.send(message("a", chat), "reply");
  await clock.advance(20_000);
  const times = api.calls.map(({ atMs }) => atMs);
  assert.equal(times.length, 180);
  for (const [index, from] of times.entries()) {
    const within = times.slice(index).filter((at) => at < from + 1_000).length;
    assert.ok(within <= 30, `${within} calls in the second from ${from} ms on`);
  }
  const replies = api.calls.filter(({ method }) => method === "sendMessage");
  assert.ok((replies.at(-1)?.atMs ?? Infinity) <= 6_000, `${replies.at(-1)?.atMs} ms`);
});

Deno.test("Outbox keeps what decorates below 20 calls in 20 seconds and in a minute", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  decorate(setup, CHAT, 100);
  decorate(setup, GROUP, 100);
  await clock.advance(60_000);
  const before = (chatId: number, ms: number): number =>
    api.calls.filter((call) => call.chatId === chatId && call.atMs < ms).length;
  assert.equal(before(CHAT, 20_000), 17);
  assert.equal(before(GROUP, 60_000), 18);
  const closed = outbox.close(0);
  await clock.advance(0);
  await closed;
});

Deno.test("Outbox sends in order of urgency and of arrival", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  await useUpBurst(setup);
  outbox.typing(CHAT);
  void outbox.edit(editOf(9, "progress"), "progress");
  outbox.react(CHAT, 1, "👀");
  void outbox.send(message("reply 1"), "reply");
  void outbox.send(message("reply 2"), "reply");
  void outbox.send(message("final"), "final");
  void outbox.send(message("approval"), "approval");
  await clock.advance(30_000);
  const [messages, decoration] = [true, false].map((sent) =>
    api.summary().slice(3).filter((call) => call.startsWith("sendMessage") === sent)
  );
  // The first of each lane was on its way when the others came.
  assert.deepEqual(messages, [
    "sendMessage reply 1",
    "sendMessage approval",
    "sendMessage reply 2",
    "sendMessage final",
  ]);
  assert.deepEqual(decoration, [
    "sendChatAction typing",
    "setMessageReaction 1: 👀",
    "editMessageText 9: progress",
  ]);
});

Deno.test("Outbox drops typing that has waited longer than it would show", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", "never-answer");
  void outbox.send({ ...message("a"), label: "a" }, "status");
  await clock.advance(0);
  outbox.typing(CHAT);
  await clock.advance(60_000);
  assert.equal(api.calls.filter(({ method }) => method === "sendChatAction").length, 0);
  assert.equal(outbox.stats().dropped, 1);
});

Deno.test("Outbox.edit replaces a waiting edit of the same message", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  await useUpBurst(setup);
  const older = outbox.edit(editOf(9, "old"), "progress");
  const other = outbox.edit(editOf(8, "other"), "progress");
  const newer = outbox.edit(editOf(9, "new"), "progress");
  await clock.advance(10_000);
  assert.deepEqual(api.summary().slice(3), ["editMessageText 8: other", "editMessageText 9: new"]);
  const sent = { status: "sent", messageId: 9 };
  assert.deepEqual(await Promise.all([older, newer]), [sent, sent]);
  assert.equal((await other).status, "sent");
});

Deno.test("Outbox.edit keeps the urgency of the edit it replaces", async () => {
  const { outbox, api, clock } = setUp();
  void outbox.send(message("under way"), "reply");
  void outbox.edit(editOf(9, "done"), "reply");
  void outbox.edit(editOf(9, "done, really"), "progress");
  void outbox.send(message("final"), "final");
  await clock.advance(5000);
  assert.deepEqual(api.summary().slice(1), [
    "editMessageText 9: done, really",
    "sendMessage final",
  ]);
});

Deno.test("Outbox leaves the last token of a chat to urgent messages", async () => {
  for (const chatId of [CHAT, GROUP]) {
    const { outbox, api, clock } = setUp();
    const storm = (async () => {
      for (let number = 0; number < 240; number++) {
        void outbox.edit(editOf(number % 4, `step ${number}`, chatId), "progress");
        await clock.sleep(250);
      }
    })();
    await clock.advance(31_110);
    void outbox.send(message("may I?", chatId), "approval");
    await clock.advance(1);
    assert.equal(api.summary().at(-1), "sendMessage may I?");
    await clock.advance(60_000);
    await storm;
  }
});

Deno.test("Outbox.react sends only the newest reaction of a message", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  await useUpBurst(setup);
  outbox.react(CHAT, 4, "👀");
  // The first one is under way; these two wait for it.
  outbox.react(CHAT, 4, "👌");
  outbox.react(CHAT, 4, undefined);
  await clock.advance(5000);
  assert.deepEqual(api.summary().slice(3), [
    "setMessageReaction 4: 👀",
    "setMessageReaction 4: ",
  ]);
});

Deno.test("Outbox.delete drops the edits that wait for the message", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  await useUpBurst(setup);
  const edit = outbox.edit(editOf(9, "late"), "progress");
  const deleted = outbox.delete(CHAT, 9);
  await clock.advance(5000);
  assert.deepEqual(api.summary().slice(3), ["deleteMessage 9"]);
  assert.deepEqual(await edit, { status: "failed", reason: "The message is deleted" });
  assert.equal((await deleted).status, "sent");
});

Deno.test("Outbox.answerCallback does not wait for the chat's turn", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 9; number++) void outbox.send(message("a"), "approval");
  await outbox.answerCallback("q1", "Allowed", true);
  const call = api.calls.find(({ method }) => method === "answerCallbackQuery");
  assert.deepEqual(call?.options, { text: "Allowed", show_alert: true });
  assert.equal(call?.atMs, 0);
  await clock.advance(30_000);
});

Deno.test("Outbox.idle waits for all but the lossy", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 4; number++) void outbox.send(message("a"), "final");
  void outbox.edit(editOf(9, "progress"), "progress");
  await clock.advance(0);
  await outbox.idle();
  assert.equal(api.summary().filter((call) => call === "sendMessage a").length, 4);
  const closed = outbox.close(0);
  await clock.advance(0);
  await closed;
});

Deno.test("Outbox.close sends what matters within its grace and drops progress", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 4; number++) void outbox.send(message("a"), "final");
  outbox.react(CHAT, 1, "👀");
  const progress = outbox.edit(editOf(9, "progress"), "progress");
  const closed = outbox.close(5000);
  const late = outbox.edit(editOf(9, "late"), "progress");
  await clock.advance(0);
  await closed;
  const stopping = { status: "failed", reason: "The program is stopping" };
  assert.deepEqual(await Promise.all([progress, late]), [stopping, stopping]);
  assert.deepEqual(await outbox.send(message("b"), "final"), stopping);
  assert.equal(api.calls.filter(({ method }) => method === "sendMessage").length, 4);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Outbox.close gives up after its grace, calls under way included", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", "never-answer");
  const hanging = outbox.send(message("a"), "final");
  const waiting = outbox.send(message("b"), "final");
  const closed = outbox.close(2000);
  await clock.advance(2000);
  await closed;
  const stopping = { status: "failed", reason: "The program is stopping" };
  assert.deepEqual(await Promise.all([hanging, waiting]), [stopping, stopping]);
  assert.equal(clock.sleeping, 0);
});

Deno.test("Outbox asks at once while progress hangs", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("editMessageText", "never-answer");
  void outbox.edit(editOf(9, "progress"), "progress");
  await clock.advance(0);
  void outbox.send(message("approval"), "approval");
  await clock.advance(0);
  assert.deepEqual(api.summary(), ["editMessageText 9: progress", "sendMessage approval"]);
  const closed = outbox.close(0);
  await clock.advance(0);
  await closed;
});

Deno.test("Outbox answers a command in a second or so while an answer goes out in parts", async () => {
  const { outbox, api, clock } = setUp();
  for (const part of "abcd") void outbox.send(message(part), "final");
  await clock.advance(100);
  void outbox.send(message("reply"), "reply");
  await clock.advance(1_100);
  assert.deepEqual(api.summary().at(-1), "sendMessage reply");
  await clock.advance(10_000);
});
