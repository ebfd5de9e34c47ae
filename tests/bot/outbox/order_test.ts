import assert from "node:assert/strict";
import { CHAT, editOf, GROUP, message, setUp, useUpBurst } from "./setup.ts";

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

Deno.test("Outbox sends the first messages together and the rest at the chat's pace", async () => {
  const { outbox, api, clock } = setUp();
  for (const text of "abcde") void outbox.send(message(text), "reply");
  for (const text of "fghi") void outbox.send(message(text, GROUP), "reply");
  await clock.advance(20_000);
  const times = (chatId: number): number[] =>
    api.calls.filter((call) => call.chatId === chatId).map(({ atMs }) => atMs);
  assert.deepEqual(times(CHAT), [0, 0, 0, 1200, 2400]);
  assert.deepEqual(times(GROUP), [0, 0, 3500, 7000]);
});

Deno.test("Outbox keeps what Telegram counts in 20 seconds and in a minute below 20", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 100; number++) {
    void outbox.send(message(`p${number}`), "reply");
    void outbox.send(message(`g${number}`, GROUP), "reply");
  }
  await clock.advance(60_000);
  const before = (chatId: number, ms: number): number =>
    api.calls.filter((call) => call.chatId === chatId && call.atMs < ms).length;
  assert.equal(before(CHAT, 20_000), 19);
  assert.equal(before(GROUP, 60_000), 19);
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
  // Unpaced operations go at once; the rest waits for its turn.
  assert.deepEqual(api.summary().slice(3), [
    "sendChatAction typing",
    "setMessageReaction 1: 👀",
    "sendMessage approval",
    "sendMessage reply 1",
    "sendMessage reply 2",
    "sendMessage final",
    "editMessageText 9: progress",
  ]);
});

Deno.test("Outbox drops typing that has waited longer than it would show", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 8; number++) void outbox.send(message("a"), "reply");
  outbox.typing(CHAT);
  await clock.advance(30_000);
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
  const setup = setUp();
  const { outbox, api, clock } = setup;
  await useUpBurst(setup);
  void outbox.edit(editOf(9, "done"), "reply");
  void outbox.edit(editOf(9, "done, really"), "progress");
  void outbox.send(message("final"), "final");
  await clock.advance(5000);
  assert.deepEqual(api.summary()[3], "editMessageText 9: done, really");
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
  const idle = outbox.idle();
  await clock.advance(1200);
  await idle;
  assert.deepEqual(api.summary().slice(3), ["sendMessage a"]);
  const closed = outbox.close(0);
  await clock.advance(0);
  await closed;
});

Deno.test("Outbox.close sends what matters within its grace and drops progress", async () => {
  const { outbox, api, clock } = setUp();
  for (let number = 0; number < 4; number++) void outbox.send(message("a"), "final");
  const progress = outbox.edit(editOf(9, "progress"), "progress");
  const closed = outbox.close(5000);
  const late = outbox.edit(editOf(9, "late"), "progress");
  await clock.advance(1200);
  await closed;
  const stopping = { status: "failed", reason: "The program is stopping" };
  assert.deepEqual(await Promise.all([progress, late]), [stopping, stopping]);
  assert.deepEqual(await outbox.send(message("b"), "final"), stopping);
  assert.equal(api.calls.length, 4);
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

Deno.test("Outbox makes an approval wait for seconds only behind progress that hangs", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("editMessageText", "never-answer");
  void outbox.edit(editOf(9, "progress"), "progress");
  await clock.advance(0);
  void outbox.send(message("approval"), "approval");
  await clock.advance(5_000);
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
