import assert from "node:assert/strict";
import { cancelSentences } from "../../src/commands/queue.ts";
import { FileError } from "../../src/core/errors.ts";
import type { RunView } from "../../src/core/run/engine.ts";
import type { Run } from "../../src/core/run/run.ts";
import { NO_PROGRESS } from "../../src/core/run/run_progress.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { type BotStage, botStage, GROUP, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

function run(id: string, prompt: string): Run {
  return {
    id,
    session: { chatId: String(OWNER), userId: String(OWNER) },
    prompt,
    origin: { chatId: String(OWNER), messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

async function asked(stage: BotStage): Promise<{ text: string; buttons: string[] }> {
  await (await stage.router.route(messageFrom(OWNER, "/queue")))?.ended;
  const [message] = stage.outbox.sent;
  const buttons = (message?.buttons ?? []).flat().flatMap((button) =>
    "data" in button ? [`${button.label}=${button.data}`] : []
  );
  return { text: message?.content.text ?? "", buttons };
}

Deno.test("/queue with nothing in it says so", async () => {
  const { text, buttons } = await asked(botStage());
  assert.deepEqual([text, buttons], ["Nothing is running or queued.", []]);
});

Deno.test("/queue tells what runs, what waits, and what waits for a word, with the words for it", async () => {
  const stage = botStage();
  stage.engine.running = run("r1", "first\nof all");
  stage.engine.waiting = [run("r2", "second"), run("r3", "third")];
  stage.engine.toConfirm = [run("abcdefgh", "an old one")];
  const { text, buttons } = await asked(stage);
  assert.equal(
    text,
    "Queue\n\nNow: Starting, 0 s\nfirst of all\n\nQueued\n1. second\n2. third\n\n" +
      "On hold\nan old one\n    Or type /continue abcde or /drop abcde",
  );
  assert.deepEqual(buttons, ["Cancel current=c:r1", "Cancel 1=c:r2", "Cancel 2=c:r3"]);
});

Deno.test("/cancel says what waits for the next start while the program ends", async () => {
  const stage = botStage();
  stage.engine.waiting = [run("r2", "second"), run("r3", "third")];
  await (await stage.router.route(messageFrom(OWNER, "/cancel")))?.ended;
  assert.equal(
    stage.outbox.sent[0]?.content.text,
    "Nothing is running.\n2 queued requests still wait; /cancel all removes them.",
  );
});

Deno.test("what is stopped is called what it is, and no goal is paused that was never set", () => {
  const stopped = {
    run: run("r1", "it"),
    mode: "single",
    progress: NO_PROGRESS,
    ageMs: 0,
  } as const;
  const goal = { objective: "all tests pass" };
  const cases: readonly (readonly [Partial<RunView>, RegExp])[] = [
    [{}, /^Stopping the current request \(Starting\)\.$/],
    [{ task: "checks" }, /\(Checking\)/],
    [{ task: "compact" }, /\(Summarizing/],
    [{ stage: { role: "developer", round: 1, ageMs: 0 } }, /\(Developing\)/],
    [{ goal: { ...goal, unset: true } }, /^Stopping the current request \(Starting\)\.$/],
    [{ goal }, /^Stopping the goal: [^]*resume` goes on\.$/],
  ];
  for (const [view, says] of cases) {
    const report = { stopped: { ...stopped, ...view }, dropped: 0, remaining: 0 };
    assert.match(cancelSentences(report, textsFor("en")).join("\n"), says);
  }
});

Deno.test("/queue counts what would make the message too long", async () => {
  const stage = botStage();
  stage.engine.waiting = Array.from({ length: 12 }, (_, index) => run(`r${index}`, `n${index}`));
  const { text, buttons } = await asked(stage);
  assert.match(text, /10\. n9\n… and 2 more$/);
  assert.equal(buttons.length, 10);
});

Deno.test("/cancel with nothing to cancel names what runs in topics of the chat", async () => {
  const stage = botStage();
  const inTopic = run("r1", "first");
  const session = { ...inTopic.session, topicId: "9" };
  stage.engine.inTopics = [{
    run: { ...inTopic, session },
    mode: "single",
    progress: NO_PROGRESS,
    ageMs: 0,
  }];
  await (await stage.router.route(messageFrom(OWNER, "/cancel")))?.ended;
  const [message] = stage.outbox.sent;
  assert.equal(
    message?.content.text,
    "Nothing is running here. In topics of this chat:\n\n" +
      "Now: Starting, 0 s\nfirst",
  );
  assert.deepEqual(message?.buttons, [[{ label: "Cancel 1", data: "c:r1:9" }]]);
});

Deno.test("a second status message, left behind by a lost connection, says where the request is shown", async () => {
  const stage = botStage();
  stage.statusMessages.remember("r1", 70);
  await stage.router.route(pressOf("s:r1", 71));
  await stage.router.route(pressOf("s:r1", 70));
  assert.deepEqual(
    stage.outbox.edited.map(({ messageId, content }) => [messageId, content.text]),
    [[71, "Another message shows this request."]],
  );
});

function pressOf(data: string, messageId: number): unknown {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private", first_name: "Ann" };
  const message = { message_id: messageId, date: 1_767_000_000, chat };
  return { update_id: messageId, callback_query: { id: `q${messageId}`, from, data, message } };
}

Deno.test("a status message that got lost is that of its request again when it is pressed", async () => {
  const stage = botStage();
  stage.engine.running = run("r1", "first");
  await stage.router.route(pressOf("s:r1", 71));
  assert.equal(stage.statusMessages.find("r1"), 71);
  assert.equal(stage.outbox.edited.length, 0);
  await stage.router.route(pressOf("s:r0", 72));
  assert.deepEqual(
    stage.outbox.edited.map(({ messageId, content }) => [messageId, content.text]),
    [[72, "This request has ended."]],
  );
});

Deno.test("a status message that got lost says nothing false to somebody else who presses it", async () => {
  const stage = botStage();
  stage.engine.running = run("r1", "first");
  const from = { id: OWNER, is_bot: false, first_name: "Ann" };
  const bot = { id: 9, is_bot: true, first_name: "Bot" };
  const bob = { id: 43, is_bot: false, first_name: "Bob" };
  const chat = { id: GROUP, type: "supergroup", title: "Team" };
  const request = { message_id: 1, date: 1, chat, from: bob, text: "first" };
  const message = { message_id: 71, date: 1, chat, from: bot, reply_to_message: request };
  const query = { id: "q", from, data: "s:r0", message };
  await stage.router.route({ update_id: 1, callback_query: query });
  assert.deepEqual(stage.outbox.edited, []);
  assert.deepEqual(stage.outbox.toasts, ["This button is for the person who asked."]);
});

async function cancelled(stage: BotStage): Promise<string | undefined> {
  await (await stage.router.route(messageFrom(OWNER, "/cancel")))?.ended;
  return stage.outbox.sent[0]?.content.text;
}

function view(facts: Partial<RunView>): RunView {
  return { run: run("r1", "first"), mode: "single", progress: NO_PROGRESS, ageMs: 0, ...facts };
}

Deno.test("/cancel says that others wait on where the first one waited for a limit or a folder", async () => {
  const stage = botStage();
  const held = { until: "2026-01-01T00:00:00.000Z" };
  stage.engine.cancelled = { stopped: view({ held }), dropped: 0, remaining: 2 };
  assert.equal(
    await cancelled(stage),
    "Stopping the current request (held by the usage limit).\n" +
      "2 queued requests still wait; /cancel all removes them.",
  );
  const other = botStage();
  const folderWait = { runId: "r9", own: true, needsDecision: false, ahead: 1 };
  other.engine.cancelled = { stopped: view({ folderWait }), dropped: 0, remaining: 1 };
  assert.equal(
    await cancelled(other),
    "Stopping the current request (waiting for the folder).\n" +
      "1 queued request still waits; /cancel all removes it.",
  );
});

Deno.test("/cancel all tells requests on hold from queued ones that it removes", async () => {
  const stage = botStage();
  stage.engine.cancelled = { dropped: 0, droppedOnHold: 1, remaining: 0 };
  assert.equal(await cancelled(stage), "1 request on hold removed.");
  const both = botStage();
  both.engine.cancelled = { stopped: view({}), dropped: 2, droppedOnHold: 3, remaining: 0 };
  assert.equal(
    await cancelled(both),
    "Stopping the current request (Starting).\n2 queued requests removed.\n" +
      "3 requests on hold removed.",
  );
});

Deno.test("/cancel says what it stopped, also where the session cannot be read", async () => {
  const stage = botStage();
  stage.engine.cancelled = { stopped: view({}), dropped: 0, remaining: 0 };
  stage.sessions.readFailure = new FileError("Cannot read 42.json", {
    trouble: { kind: "storage", why: "newer", path: "42.json" },
  });
  assert.match(
    await cancelled(stage) ?? "",
    /^Stopping the current request \(Starting\)\.\nCannot use 42\.json: a newer version/,
  );
});
