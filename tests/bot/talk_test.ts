/** Tests words to a running request on their way to the engine, and the replies to them. */
import assert from "node:assert/strict";
import { StorageError } from "../../src/core/errors.ts";
import type { Run } from "../../src/core/run/run.ts";
import { diskFailure } from "../fakes/disk_failure.ts";
import { settle } from "../fakes/fake_clock.ts";
import {
  type BotStage,
  botStage,
  messageFrom,
  OWNER,
  QUESTION_MESSAGE,
} from "../fuzz/bot_stage.ts";

const RUNNING: Run = {
  id: "r1",
  session: { chatId: String(OWNER), userId: String(OWNER) },
  prompt: "build it",
  origin: { chatId: String(OWNER), messageId: 1, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};

function replyTo(messageId: number, text: string, quote?: string): unknown {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private" };
  const bot = { id: 9, is_bot: true, first_name: "Bot", username: "our_bot" };
  const reply_to_message = { message_id: messageId, from: bot, text: "Developing" };
  const quoted = quote === undefined ? {} : { quote: { text: quote } };
  const message = { message_id: 5, date: 1, chat, from, text, reply_to_message, ...quoted };
  return { update_id: 1, message };
}

function saidBy({ outbox }: BotStage): string[] {
  return outbox.sent.map(({ content }) => content.text);
}

Deno.test("a reply to the status message of the running request steers it, without the quote", async () => {
  const stage = botStage();
  stage.engine.running = RUNNING;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  stage.statusMessages.remember("r1", 7);
  await stage.router.route(replyTo(7, "in green", "Developing"));
  await Promise.resolve();
  assert.deepEqual(stage.engine.steered.map(({ prompt }) => prompt), ["in green"]);
  assert.deepEqual(stage.outbox.reactions, ["👀", "✍"]);
  assert.deepEqual(saidBy(stage), []);
});

Deno.test("a reply to an old status message is a request, without the quote", async () => {
  const stage = botStage();
  stage.engine.running = RUNNING;
  stage.statusMessages.remember("r0", 6);
  await stage.router.route(replyTo(6, "in green", "Done"));
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["in green"]);
  assert.deepEqual(stage.engine.steered, []);
});

Deno.test("a reply to another message of the bot is a request, with the quote", async () => {
  const stage = botStage();
  stage.engine.running = RUNNING;
  stage.statusMessages.remember("r1", 7);
  await stage.router.route(replyTo(8, "in green", "the answer"));
  assert.match(stage.engine.submitted[0]?.prompt ?? "", /^in green[\s\S]*the answer/);
  assert.deepEqual(stage.engine.steered, []);
});

for (
  const [reason, said] of [
    ["backend", /takes nothing in while it works/],
    ["stage", /The current stage takes nothing in/],
    ["ended", /could not take this at that moment/],
  ] as const
) {
  Deno.test(`/steer says that its words wait: ${reason}`, async () => {
    const stage = botStage();
    stage.engine.steering = { type: "queued", reason };
    await stage.router.route(messageFrom(OWNER, "/steer in green"));
    assert.match(saidBy(stage).join(), said);
    assert.deepEqual(stage.outbox.reactions, ["👀"]);
  });
}

Deno.test("/steer says so when Codex refuses the words in the end", async () => {
  const stage = botStage();
  stage.engine.steering = { type: "kept", end: Promise.resolve("queued") };
  await stage.router.route(messageFrom(OWNER, "/steer in green"));
  await Promise.resolve();
  assert.match(saidBy(stage).join(), /its own request/);
  assert.deepEqual(stage.outbox.reactions, ["👀"]);
});

Deno.test("/steer that is routed twice says nothing twice", async () => {
  const stage = botStage();
  stage.engine.steering = { type: "repeated" };
  await stage.router.route(messageFrom(OWNER, "/steer in green"));
  assert.deepEqual(saidBy(stage), []);
});

for (const text of ["/steer in green", "/retry"]) {
  Deno.test(`${text} waits while the disk is full, and does not claim to be stored`, async () => {
    const stage = botStage();
    stage.engine.last = { prompt: "build it" };
    stage.engine.failure = diskFailure();
    await assert.rejects(stage.router.route(messageFrom(OWNER, text)), StorageError);
    assert.deepEqual(stage.outbox.reactions, []);
    assert.deepEqual(saidBy(stage), []);
  });
}

Deno.test("/retry submits the last request again, with its files", async () => {
  const stage = botStage();
  const attachments = [{ kind: "image", path: "/inbox/a.png", name: "a.png" }] as const;
  stage.engine.last = { prompt: "build it", attachments };
  await stage.router.route(messageFrom(OWNER, "/retry"));
  const [run] = stage.engine.submitted;
  assert.deepEqual([run?.prompt, run?.attachments], ["build it", attachments]);
  assert.equal(run?.origin.messageId, 5);
  assert.deepEqual(saidBy(stage), []);
});

/** What Telegram sends of a command in reply to this message. */
function commandOn(replied: Record<string, unknown>, text = "/steer like this"): unknown {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private" };
  const length = text.split(" ")[0]?.length ?? 0;
  const entities = [{ type: "bot_command", offset: 0, length }];
  const reply_to_message = { message_id: 3, from, ...replied };
  const message = { message_id: 5, date: 1, chat, from, text, entities, reply_to_message };
  return { update_id: 1, message };
}

Deno.test("/steer in reply to a message brings its words and its file along", async () => {
  const stage = botStage();
  stage.engine.running = RUNNING;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  await (await stage.router.route(commandOn({ text: "two spaces" })))?.ended;
  const document = { file_id: "d", file_name: "style.md" };
  await (await stage.router.route(commandOn({ document })))?.ended;
  const [words, file] = stage.engine.steered.map(({ prompt }) => prompt);
  assert.match(words ?? "", /^like this[\s\S]*Quoted[\s\S]*two spaces/);
  assert.match(file ?? "", /^like this[\s\S]*style\.md/);
  assert.deepEqual(stage.engine.submitted, []);
});

Deno.test("/steer in the caption of a file adds both to the running request", async () => {
  const stage = botStage();
  stage.engine.running = RUNNING;
  stage.engine.steering = { type: "kept", end: Promise.resolve("taken") };
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private" };
  const photo = [{ file_id: "p" }];
  const message = { message_id: 5, date: 1, chat, from, photo, caption: "/steer like this" };
  await stage.router.route({ update_id: 1, message });
  await stage.clock.advance(1_200);
  await settle();
  assert.match(stage.engine.steered[0]?.prompt ?? "", /^like this[\s\S]*photo-5\.jpg/);
});

Deno.test("a command of Codex's own brings along what it replies to", async () => {
  const stage = botStage();
  await (await stage.router.route(commandOn({ text: "the plan" }, "/frobnicate it")))?.ended;
  assert.match(stage.engine.submitted[0]?.prompt ?? "", /^\/frobnicate it[\s\S]*the plan/);
});

Deno.test("a reply to the answer of a command quotes it as the program's", async () => {
  const stage = botStage();
  await stage.router.route(messageFrom(OWNER, "/queue"));
  await settle();
  await (await stage.router.route(replyTo(QUESTION_MESSAGE, "what is that?")))?.ended;
  const [{ prompt } = { prompt: "" }] = stage.engine.submitted;
  assert.match(prompt, /^what is that\?[\s\S]*message of the program[\s\S]*Developing/);
  assert.doesNotMatch(prompt, /earlier answer/);
});
