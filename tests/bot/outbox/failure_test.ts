import assert from "node:assert/strict";
import { networkError, refusal } from "../../fakes/recording_api.ts";
import { atOnce, CHAT, editOf, GROUP, message, setUp, useUpBurst } from "./setup.ts";

Deno.test("Outbox waits as long as Telegram asks, and drops what is lossy", async () => {
  const { outbox, api, clock } = setUp();
  await useUpBurst({ outbox, clock }, "status");
  api.failNext("sendMessage", refusal(429, "Too Many Requests", { retry_after: 10 }));
  const final = outbox.send(message("answer"), "final");
  const progress = outbox.edit(editOf(9, "old"), "progress");
  outbox.react(CHAT, 1, "👀");
  await clock.advance(5000);
  assert.equal((await progress).status, "failed");
  const fresh = outbox.edit(editOf(9, "new"), "progress");
  const before = api.calls.length;
  await clock.advance(5199);
  assert.equal(api.calls.length, before);
  await clock.advance(1);
  assert.equal((await final).status, "sent");
  assert.deepEqual(api.summary().slice(before), ["sendMessage answer"]);
  await clock.advance(10_000);
  assert.equal((await fresh).status, "sent");
  assert.equal(api.summary().at(-1), "editMessageText 9: new");
  assert.equal(outbox.stats().floods, 1);
});

Deno.test("Outbox slows down after a flood and recovers", async () => {
  const setup = setUp();
  const { outbox, api, clock } = setup;
  api.failNext("sendMessage", refusal(429, "Too Many Requests", { retry_after: 1 }));
  for (let number = 0; number < 40; number++) void outbox.send(message("a"), "reply");
  await clock.advance(80_000);
  await atOnce(setup);
  const times = api.calls.map(({ atMs }) => atMs).slice(1);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const slow = gaps.filter((gap) => gap > 0);
  assert.equal(times[0], 1200);
  assert.ok((gaps[0] ?? 0) > 1700 && (gaps[0] ?? 0) <= 1800, `first gap ${gaps[0]}`);
  assert.ok(slow.length >= 6 && slow.length <= 12, `${slow.length} slow ones`);
  assert.equal(gaps.at(-1), 0);
  assert.equal(times.length, 40);
});

Deno.test("Outbox.edit counts an unchanged message as delivered", async () => {
  const { outbox, api } = setUp();
  api.failNext("editMessageText", refusal(400, "Bad Request: message is not modified: same"));
  const delivery = await outbox.edit(editOf(9, "same"), "progress");
  assert.deepEqual(delivery, { status: "sent", messageId: 9 });
});

Deno.test("Outbox.edit says when the message is gone, and logs no error", async () => {
  const { outbox, api, log } = setUp();
  const reason = "Bad Request: message to edit not found";
  api.failNext("editMessageText", refusal(400, reason));
  const delivery = await outbox.edit({ ...editOf(9, "late"), key: "end" }, "final");
  assert.deepEqual(delivery, { status: "failed", reason, gone: true });
  assert.deepEqual(log.lines.map(({ level }) => level), ["debug"]);
});

Deno.test("Outbox.close tells the log what it has done", async () => {
  const { outbox, log } = setUp();
  await outbox.send(message("a"), "reply");
  await outbox.close(0);
  const last = log.lines.at(-1);
  assert.deepEqual([last?.message, last?.fields], ["outbox.closed", { ...outbox.stats() }]);
  assert.equal(outbox.stats().delivered, 1);
});

Deno.test("Outbox.send leaves out the formatting that Telegram refuses, once", async () => {
  const { outbox, api, clock, log } = setUp();
  const refused = refusal(400, "Bad Request: can't parse entities: x at byte offset 3");
  api.failNext("sendMessage", refused);
  const content = { text: "a", entities: [{ type: "bold" as const, offset: 0, length: 1 }] };
  assert.equal((await outbox.send({ chatId: CHAT, content }, "final")).status, "sent");
  assert.deepEqual(api.calls[1]?.options, { link_preview_options: { is_disabled: true } });
  assert.equal(outbox.stats().plainTextResends, 1);
  assert.deepEqual(log.lines.map(({ message }) => message), ["outbox.retry"]);

  api.failNext("sendMessage", refused, refused);
  const failed = outbox.send({ chatId: CHAT, content }, "final");
  await clock.advance(2000);
  assert.equal((await failed).status, "failed");
});

Deno.test("Outbox.send leaves out a reply and a topic that are gone", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext(
    "sendMessage",
    refusal(400, "Bad Request: message to be replied not found"),
    refusal(400, "Bad Request: message thread not found"),
  );
  const delivery = outbox.send({ ...message("a"), replyTo: 3, topicId: 4 }, "final");
  await clock.advance(5000);
  assert.equal((await delivery).status, "sent");
  assert.deepEqual(api.calls.at(-1)?.options, {
    entities: [],
    link_preview_options: { is_disabled: true },
  });
});

Deno.test("Outbox keeps an answer that neither its topic nor the chat takes, and lets others pass", async () => {
  const { outbox, api, clock, store } = setUp();
  const closed = refusal(400, "Bad Request: TOPIC_CLOSED");
  api.failNext("sendMessage", closed, closed);
  const answer = outbox.send({ ...message("answer"), key: "a", replyTo: 3, topicId: 4 }, "final");
  await clock.advance(0);
  assert.equal((await answer).status, "unreachable");
  assert.deepEqual(store.states(), ["a waiting"]);
  api.failNext("sendMessage", closed, closed);
  const typed = outbox.send({ ...message("in General"), replyTo: 5 }, "reply");
  await clock.advance(5_000);
  assert.equal((await typed).status, "unreachable");
  const elsewhere = outbox.send({ ...message("elsewhere"), topicId: 9 }, "reply");
  await clock.advance(10_000);
  assert.equal((await elsewhere).status, "sent");
  assert.deepEqual(store.states(), ["a done"]);
  const last = api.calls.at(-1);
  assert.equal(last?.what, "answer");
  assert.match(JSON.stringify(last?.options), /"message_thread_id":4.*"message_id":3/);
});

Deno.test("Outbox.send leaves out the reply along with a topic that is closed", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", refusal(400, "Bad Request: TOPIC_CLOSED"));
  const delivery = outbox.send({ ...message("a"), replyTo: 3, topicId: 4 }, "final");
  await clock.advance(5000);
  assert.equal((await delivery).status, "sent");
  assert.deepEqual(api.calls.at(-1)?.options, {
    entities: [],
    link_preview_options: { is_disabled: true },
  });
});

Deno.test("Outbox gives up on a blocked chat until a message comes from it", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", refusal(403, "Forbidden: bot was blocked by the user"));
  const unreachable = { status: "unreachable", reason: "Forbidden: bot was blocked by the user" };
  const sent = outbox.send(message("a"), "final");
  const waiting = outbox.send(message("b"), "final");
  assert.deepEqual(await Promise.all([sent, waiting]), [unreachable, unreachable]);
  assert.deepEqual(await outbox.edit(editOf(9, "x"), "progress"), unreachable);
  outbox.typing(CHAT);
  await clock.advance(10_000);
  assert.equal(api.calls.length, 1);

  outbox.reachable(CHAT);
  assert.equal((await outbox.edit(editOf(9, "x"), "progress")).status, "sent");
});

Deno.test("Outbox.send repeats at most twice what may have arrived", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", networkError("lost"), refusal(500, "Internal"), networkError("lost"));
  const delivery = outbox.send(message("a"), "final");
  await clock.advance(60_000);
  assert.deepEqual(await delivery, {
    status: "failed",
    reason: "the connection was lost",
    perhapsSent: true,
  });
  assert.deepEqual(api.calls.map(({ atMs }) => atMs), [0, 1000, 3000]);
});

Deno.test("Outbox.send sends once what is sent once, unless it cannot have arrived", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", networkError("no-connection"), networkError("lost"));
  const delivery = outbox.send({ ...message("a"), once: true }, "status");
  await clock.advance(60_000);
  const lost = { status: "failed", reason: "the connection was lost", perhapsSent: true };
  assert.deepEqual(await delivery, lost);
  assert.equal(api.calls.length, 2);
});

Deno.test("Outbox.send keeps a final for ten minutes while Telegram is out of reach", async () => {
  const { outbox, api, clock } = setUp();
  const outage = Array.from(
    { length: 200 },
    (_, index) => networkError(index % 2 === 0 ? "no-connection" : "error-page"),
  );
  api.failNext("sendMessage", ...outage);
  const lost = outbox.send(message("a"), "final");
  await clock.advance(599_000);
  const attempts = api.calls.length;
  assert.ok(attempts > 30 && attempts < 60, `${attempts} attempts`);
  await clock.advance(30_000);
  assert.equal((await lost).status, "failed");
});

Deno.test("Outbox.send delivers a final once Telegram is back, before later ones", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", ...Array.from({ length: 6 }, () => networkError("no-connection")));
  const first = outbox.send(message("first"), "final");
  const second = outbox.send(message("second"), "final");
  await clock.advance(60_000);
  assert.deepEqual([(await first).status, (await second).status], ["sent", "sent"]);
  assert.deepEqual(api.summary().slice(-2), ["sendMessage first", "sendMessage second"]);
});

Deno.test("Outbox does not keep a chat waiting for an upload that a gateway refuses again and again", async () => {
  const { outbox, api, clock } = setUp();
  const refusals = (count: number): Error[] =>
    Array.from({ length: count }, () => networkError("forbidden-page"));
  api.failNext("sendDocument", ...refusals(9));
  const file = { chatId: CHAT, fileName: "a.md", bytes: new Uint8Array(1) };
  const document = outbox.sendDocument(file, "final");
  const answer = outbox.send(message("answer"), "final");
  await clock.advance(60_000);
  assert.equal((await answer).status, "sent");
  const before = api.summary().findIndex((call) => call === "sendMessage answer");
  assert.ok(before >= 5, "it was tried for a while before others passed it");
  await clock.advance(120_000);
  assert.equal((await document).status, "sent");
  assert.equal(api.summary().filter((call) => /^sendMessage/.test(call)).length, 1);
});

Deno.test("Outbox keeps the order while a gateway refuses everything", async () => {
  const { outbox, api, clock } = setUp();
  const outage = Array.from({ length: 9 }, () => networkError("forbidden-page"));
  api.failNext("sendMessage", ...outage);
  const first = outbox.send(message("first"), "final");
  const second = outbox.send(message("second"), "final");
  await clock.advance(300_000);
  assert.deepEqual([(await first).status, (await second).status], ["sent", "sent"]);
  assert.deepEqual(api.summary().slice(-2), ["sendMessage first", "sendMessage second"]);
});

Deno.test("Outbox.edit that fails lets others pass and never returns after a newer one", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("editMessageText", networkError("lost"));
  const older = outbox.edit(editOf(9, "old"), "final");
  const sent = outbox.send(message("a"), "final");
  await clock.advance(500);
  assert.equal((await sent).status, "sent");
  const newer = outbox.edit(editOf(9, "new"), "final");
  await clock.advance(10_000);
  assert.deepEqual([(await older).status, (await newer).status], ["sent", "sent"]);
  assert.deepEqual(api.summary(), [
    "editMessageText 9: old",
    "sendMessage a",
    "editMessageText 9: new",
  ]);
});

Deno.test("Outbox puts no older edit back after a newer one that came while it failed", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("editMessageText", "never-answer");
  const older = outbox.edit(editOf(9, "old"), "progress");
  await clock.advance(100);
  const newer = outbox.edit(editOf(9, "new"), "progress");
  await clock.advance(60_000);
  assert.deepEqual(api.summary(), ["editMessageText 9: old", "editMessageText 9: new"]);
  assert.deepEqual([(await older).status, (await newer).status], ["sent", "sent"]);
});

Deno.test("Outbox gives a call half a minute and an upload five", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("sendMessage", "never-answer");
  const sent = outbox.send(message("a"), "reply");
  await clock.advance(31_000);
  assert.deepEqual(api.calls.map(({ atMs }) => atMs), [0, 31_000]);
  assert.equal((await sent).status, "sent");

  api.failNext("sendDocument", "never-answer");
  const file = { chatId: CHAT, fileName: "a.md", bytes: new Uint8Array(1) };
  const document = outbox.sendDocument(file, "final");
  await clock.advance(299_000);
  assert.equal(api.calls.length, 3);
  await clock.advance(3000);
  assert.equal((await document).status, "sent");
});

Deno.test("Outbox follows a group that became another chat, and says so", async () => {
  const { outbox, api, log } = setUp();
  const migrated = refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", {
    migrate_to_chat_id: -200,
  });
  api.failNext("sendMessage", migrated);
  const delivery = await outbox.send(message("a", GROUP), "final");
  assert.deepEqual(delivery, { status: "sent", messageId: 1, chatId: -200 });
  assert.deepEqual(api.calls.map(({ chatId }) => chatId), [GROUP, -200]);
  assert.deepEqual(log.lines[0], {
    level: "warn",
    message: "outbox.chat_migrated",
    fields: { from: GROUP, to: -200 },
  });
});

Deno.test("Outbox.answerCallback ignores a press that is too old", async () => {
  const { outbox, api } = setUp();
  api.failNext("answerCallbackQuery", refusal(400, "Bad Request: query is too old"));
  await outbox.answerCallback("q1");
  assert.equal(api.calls.length, 1);
});

Deno.test("Outbox.answerCallback answers again after a passing fault", async () => {
  const { outbox, api, clock } = setUp();
  api.failNext("answerCallbackQuery", networkError("error-page"));
  const answered = outbox.answerCallback("q1");
  await clock.advance(2_000);
  await answered;
  assert.equal(api.calls.filter(({ method }) => method === "answerCallbackQuery").length, 2);
});

Deno.test("Outbox logs no address, for it holds the token", async () => {
  const { outbox, api, clock, log } = setUp();
  for (const kind of ["lost", "no-connection", "error-page"] as const) {
    api.failNext("sendMessage", networkError(kind));
    api.failNext("answerCallbackQuery", networkError(kind));
    void outbox.send(message(kind), "reply");
    const answered = outbox.answerCallback("q");
    await clock.advance(10_000);
    await answered;
  }
  const text = JSON.stringify(log.lines);
  assert.ok(log.lines.length >= 6);
  assert.doesNotMatch(text, /secret|bot7000000001|http/);
});
