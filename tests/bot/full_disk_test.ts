/** What the bot does for people while the disk refuses their messages. */
import assert from "node:assert/strict";
import { StorageError } from "../../src/core/errors.ts";
import { type BotStage, botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

const STRANGER = 5;
const FULL = new StorageError("Cannot use state.db: the disk is full", {
  remedy: "Free some space",
  trouble: { kind: "storage", why: "full", path: "state.db" },
});

function said({ outbox }: BotStage): string[] {
  return outbox.sent.map(({ content }) => content.text);
}

for (const text of ["/status", "/cancel all", "/help", "/start", "/approve abc", "/deny abc"]) {
  Deno.test(`Router carries ${text} out at once while the disk is full`, async () => {
    const stage = botStage();
    const verdict = await stage.router.routeWithoutDisk(messageFrom(OWNER, text), FULL);
    assert.equal(verdict, "handled");
    while (stage.outbox.sent.length === 0) await Promise.resolve();
    assert.doesNotMatch(said(stage)[0] ?? "", /the disk is full/);
  });
}

for (const text of ["do it", "/mode plan", "/new", "/summarise", "/continue ab", "profile fast"]) {
  Deno.test(`Router tells the sender of "${text}" that it waits while the disk is full`, async () => {
    const stage = botStage();
    const verdict = await stage.router.routeWithoutDisk(messageFrom(OWNER, text), FULL);
    assert.equal(verdict, "refused");
    assert.deepEqual(stage.engine.askedFor, []);
    assert.deepEqual(stage.outbox.sent.map(({ chatId, replyTo }) => [chatId, replyTo]), [
      [OWNER, 5],
    ]);
    assert.match(said(stage)[0] ?? "", /the disk is full.*I'll start it as soon as I can/);
  });
}

Deno.test("Router says in the sender's language that a message waits", async () => {
  const byClient = botStage();
  await byClient.router.routeWithoutDisk(messageFrom(OWNER, "해 줘", "ko"), FULL);
  assert.match(said(byClient)[0] ?? "", /저장할 수 없습니다/);
  const byChoice = botStage();
  byChoice.preferences.setLanguage(OWNER, "ko");
  await byChoice.router.routeWithoutDisk(messageFrom(OWNER, "do it", "en"), FULL);
  assert.match(said(byChoice)[0] ?? "", /저장할 수 없습니다/);
});

Deno.test("Router carries a press of a button out at once while the disk is full", async () => {
  const stage = botStage();
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const message = { message_id: 7, date: 2, chat: { id: OWNER, type: "private" }, text: "x" };
  const update = { update_id: 5, callback_query: { id: "q", from, data: "c:run", message } };
  assert.equal(await stage.router.routeWithoutDisk(update, FULL), "handled");
  assert.equal(stage.outbox.toasts.length, 1);
});

Deno.test("Router refuses strangers as ever while the disk is full, and tells them nothing else", async () => {
  const stage = botStage();
  for (const update of [messageFrom(STRANGER, "do it"), { update_id: 5 }, undefined]) {
    assert.equal(await stage.router.routeWithoutDisk(update, FULL), "handled");
    await stage.router.tellGivenUp(update);
  }
  assert.deepEqual(said(stage).length, 1);
  assert.match(said(stage)[0] ?? "", /5/);
  assert.deepEqual(stage.engine.askedFor, []);
});

Deno.test("Router tells the sender once that their message was given up", async () => {
  const stage = botStage();
  await stage.router.tellGivenUp(messageFrom(OWNER, "do it"));
  assert.match(said(stage)[0] ?? "", /gave up/);
  assert.equal(stage.outbox.sent[0]?.key, "given-up:1:0");
});

Deno.test("Router tells each person once of a damaged database, with their next message", async () => {
  const stage = botStage(undefined, ["state.db.damaged-1"]);
  for (const _time of [1, 2]) await stage.router.route(messageFrom(OWNER, "/status"));
  const notices = said(stage).filter((text) => text.includes("state.db.damaged-1"));
  assert.equal(notices.length, 1);
});
