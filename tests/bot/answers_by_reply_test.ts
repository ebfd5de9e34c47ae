/** Tests replies to questions of Codex, and words that are written while one is open. */
import assert from "node:assert/strict";
import type { Run } from "../../src/core/run/run.ts";
import { settle } from "../fakes/fake_clock.ts";
import { type BotStage, botStage, GROUP, OWNER, QUESTION_MESSAGE } from "../fuzz/bot_stage.ts";

const PRIVATE = { id: OWNER, type: "private" };
const RUN: Run = {
  id: "r1",
  session: { chatId: String(OWNER), userId: String(OWNER) },
  prompt: "build it",
  origin: { chatId: String(OWNER), messageId: 1, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};
const REQUEST = {
  kind: "command",
  id: "q1",
  threadId: "t",
  turnId: "u",
  itemId: "i",
  command: "git commit -m x",
} as const;

function written(text: string, fields: Record<string, unknown> = {}): unknown {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const message = { message_id: 5, date: 1, chat: PRIVATE, from, text, ...fields };
  return { update_id: 1, message };
}

function reply(text: string, fields: Record<string, unknown> = {}): unknown {
  const from = { id: 9, is_bot: true, first_name: "Bot", username: "our_bot" };
  const reply_to_message = { message_id: QUESTION_MESSAGE, from, text: "Codex wants to run" };
  return written(text, { reply_to_message, ...fields });
}

function said({ outbox }: BotStage): string {
  return outbox.sent.map(({ content }) => content.text).join("\n");
}

Deno.test("words in reply to a question deny it, and are added to the run", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await stage.router.route(reply("use feat: json"));
  assert.deepEqual(await answer, { decision: "decline", reason: "use feat: json", who: "Ann" });
  assert.deepEqual(stage.engine.steered.map(({ prompt }) => prompt), ["use feat: json"]);
  assert.deepEqual(stage.engine.submitted, []);
  assert.match(said(stage), /Denied\. Codex gets your words/);
});

Deno.test("a long reply to a question that the client cut is one answer", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const parts = ["why? ".repeat(500).trim(), "use feat: json"];
  await stage.router.route(reply(parts[0] ?? ""));
  await stage.router.route(written(parts[1] ?? "", { message_id: 6 }));
  await stage.clock.advance(1_200);
  await settle();
  const reason = parts.join("\n");
  assert.deepEqual(await answer, { decision: "decline", reason, who: "Ann" });
  assert.deepEqual(stage.engine.steered.map(({ prompt }) => prompt), [reason]);
  assert.deepEqual(stage.engine.submitted, []);
});

Deno.test("words in reply to a question are the reason where Codex takes no words", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.refusesWords = "backend";
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await stage.router.route(reply("use feat: json"));
  assert.deepEqual(await answer, { decision: "decline", reason: "use feat: json", who: "Ann" });
  assert.deepEqual([stage.engine.steered, stage.engine.submitted], [[], []]);
  assert.match(said(stage), /Denied, with your words as the reason/);
});

Deno.test("other words while a question is open are queued, which is said", async () => {
  const stage = botStage();
  void stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await stage.router.route(written("and then this"));
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["and then this"]);
  assert.match(said(stage), /Queued\. To answer the question above, reply to it/);
});

Deno.test("words in reply to a question that was answered are added to its run", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await stage.router.route(reply("no"));
  await answer;
  await settle();
  await stage.router.route(reply("rather this", { message_id: 6 }));
  assert.deepEqual(stage.engine.steered.map(({ prompt }) => prompt), ["no", "rather this"]);
});

Deno.test("only the person who made the request answers a question in a group", async () => {
  const stage = botStage();
  const session = { chatId: String(GROUP), userId: "77" };
  const origin = { chatId: String(GROUP), messageId: 1, language: "en" } as const;
  const run = { ...RUN, session, origin };
  void stage.approvals.ask(run, REQUEST, new AbortController().signal);
  await settle();
  await stage.router.route(reply("yes", { chat: { id: GROUP, type: "supergroup" } }));
  assert.match(said(stage), /Only the person who sent the request/);
  assert.deepEqual([stage.engine.submitted, stage.engine.steered], [[], []]);
});

/** Sends a document with words in reply to the question, and waits until it is collected. */
async function replyWithFile(stage: BotStage): Promise<void> {
  const document = { file_id: "d", file_name: "style.md" };
  await stage.router.route(reply("", { text: undefined, caption: "do it like this", document }));
  await stage.clock.advance(1_200);
  await settle();
}

Deno.test("a file in reply to a question goes along with its words", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await replyWithFile(stage);
  assert.deepEqual(await answer, { decision: "decline", reason: "do it like this", who: "Ann" });
  assert.match(stage.engine.steered[0]?.prompt ?? "", /^do it like this[\s\S]*style\.md/);
  assert.deepEqual(stage.engine.submitted, []);
});

Deno.test("a file that an answer cannot take along is kept, which is said", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.refusesWords = "backend";
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  await replyWithFile(stage);
  assert.deepEqual(await answer, { decision: "decline", reason: "do it like this", who: "Ann" });
  assert.match(said(stage), /Denied, with your words as the reason[\s\S]*Kept for your next/);
  assert.deepEqual([stage.engine.steered, stage.engine.submitted], [[], []]);
});

Deno.test("what a reply to a question carries and Codex cannot get is named", async () => {
  const stage = botStage();
  stage.engine.running = RUN;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const answer = stage.approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const carried = { text: undefined, caption: "like in this", video: { file_id: "v" } };
  await (await stage.router.route(reply("", carried)))?.ended;
  assert.deepEqual(await answer, { decision: "decline", reason: "like in this", who: "Ann" });
  assert.match(said(stage), /Not passed on to Codex: a video/);
});
