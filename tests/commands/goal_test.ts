import assert from "node:assert/strict";
import type { Goal } from "../../src/core/codex/goal.ts";
import { developerThread } from "../../src/core/session/session.ts";
import type { Run } from "../../src/core/run/run.ts";
import { type BotStage, botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

const KEY = { chatId: String(OWNER), userId: String(OWNER) };
const GOAL: Goal = {
  threadId: "t1",
  objective: "all tests pass",
  status: "paused",
  tokenBudget: 200_000,
  tokensUsed: 12_300,
  secondsUsed: 840,
};
const HOUR_MS = 3_600_000;

/** A stage with a conversation, and with its goal where one is given. */
async function staged(goal?: Goal, policy?: "ask" | "off"): Promise<BotStage> {
  const stage = botStage(undefined, undefined, undefined, policy);
  await stage.sessions.change(KEY, (session) => ({
    ...session,
    developerThread: developerThread("t1", { workingDirectory: "/project" }),
    goalTimeBudgetMs: 2 * HOUR_MS,
  }));
  if (goal !== undefined) stage.goals.goals.set("t1", goal);
  return stage;
}

function goalRun(): Run {
  return {
    id: "r1",
    session: KEY,
    prompt: GOAL.objective,
    goal: { type: "set" },
    origin: { chatId: KEY.chatId, messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}

async function says(stage: BotStage, text: string, language = "en"): Promise<string> {
  const before = stage.outbox.sent.length;
  const routed = await stage.router.route(messageFrom(OWNER, text, language));
  await routed?.ended;
  return stage.outbox.sent.slice(before).map(({ content }) => content.text).join("\n");
}

function buttons({ outbox }: BotStage): readonly (readonly string[])[] {
  return (outbox.sent.at(-1)?.buttons ?? []).flat().map((button) =>
    "data" in button ? [button.label, button.data] : []
  );
}

async function press(stage: BotStage, data: string): Promise<string | undefined> {
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private", first_name: "Ann" };
  const message = { message_id: 70, date: 1_767_000_000, chat };
  const callback_query = { id: "q1", from, data, message };
  const routed = await stage.router.route({ update_id: 9, callback_query });
  await routed?.ended;
  return stage.outbox.toasts.at(-1);
}

Deno.test("/goal says what a goal is where there is none, in both languages", async () => {
  const stage = await staged();
  assert.match(await says(stage, "/goal"), /has no goal[\s\S]*\/goal 200k tokens 2h/);
  assert.match(await says(stage, "/goal", "ko"), /목표가 없습니다/);
  assert.match(await says(stage, "/goal resume"), /no goal to go on with/);
  assert.match(await says(stage, "/goal pause"), /No goal is at work/);
  assert.match(await says(botStage(), "/goal"), /has no goal/);
});

Deno.test("/goal shows objective, state and what was used of the budget, with what can be done", async () => {
  const stage = await staged(GOAL);
  assert.equal(
    await says(stage, "/goal"),
    "Goal · paused\nall tests pass\n12.3k of 200k tokens · 14 min of 2 h",
  );
  assert.deepEqual(buttons(stage), [["Resume", "goal:resume:t1"], ["Clear", "goal:clear:t1"]]);
  stage.goals.goals.set("t1", { ...GOAL, status: "budget-limited" });
  assert.match(await says(stage, "/goal", "ko"), /^목표 · 토큰 예산 소진/);
  assert.deepEqual(buttons(stage)[0], ["토큰 400k까지 늘리기", "goal:raise:t1"]);
  stage.goals.goals.set("t1", { ...GOAL, status: "complete" });
  assert.match(await says(stage, "/goal"), /^Goal · reached/);
  assert.deepEqual(buttons(stage), [["Clear", "goal:clear:t1"]]);
});

Deno.test("/goal pauses a goal at work that nobody follows, and no other", async () => {
  const stage = await staged({ ...GOAL, status: "active" });
  stage.engine.running = goalRun();
  assert.match(await says(stage, "/goal"), /^Goal · at work/);
  assert.deepEqual(buttons(stage)[0], ["Pause", "goal:pause:t1"]);
  stage.engine.held = {};
  assert.match(await says(stage, "/goal"), /^Goal · queued/);
  stage.engine.held = undefined;
  assert.deepEqual(stage.goals.halted, []);
  stage.engine.running = undefined;
  assert.match(await says(stage, "/goal"), /^Goal · paused/);
  assert.deepEqual(stage.goals.halted, ["t1"]);
});

Deno.test("/goal TEXT submits the work on it, and asks before it replaces another one", async () => {
  const stage = await staged();
  assert.equal(await says(stage, "/goal 20k tokens 1h port it"), "");
  const replacing = await staged(GOAL);
  await says(replacing, "/goal port it");
  assert.deepEqual(
    [stage, replacing].map(({ engine }) =>
      engine.submitted.map(({ prompt, goal }) => [prompt, goal])
    ),
    [
      [["port it", { type: "set", tokenBudget: 20_000, timeBudgetMs: HOUR_MS }]],
      [["port it", { type: "set", replaces: "all tests pass" }]],
    ],
  );
  // One that was asked for a moment ago, and that Codex does not have yet, is one, too.
  const hurried = await staged();
  hurried.engine.waiting = [goalRun()];
  await says(hurried, "/goal port it");
  assert.deepEqual(hurried.engine.submitted.map(({ goal }) => goal), [
    { type: "set", replaces: "all tests pass" },
  ]);
  const long = says(stage, `/goal ${"x".repeat(4_001)}`);
  // A text that may have been cut waits for its other parts.
  await stage.clock.advance(2_000);
  assert.match(await long, /room for 4000 characters/);
});

Deno.test("a word alone that steers, or nearly does, sets no goal of that name", async () => {
  const stage = await staged(GOAL);
  for (const word of ["stop", "Cancel", "`stop`"]) {
    assert.match(await says(stage, `/goal ${word}`), /^No goal is at work/);
  }
  assert.match(await says(stage, "/goal status"), /^Goal · paused/);
  assert.equal(
    await says(stage, "/goal puase"),
    "There is no /goal puase. Did you mean /goal pause?",
  );
  assert.deepEqual(stage.engine.submitted, []);
  stage.engine.running = goalRun();
  await says(stage, "/goal stop");
  assert.deepEqual(stage.engine.askedFor.at(-1), KEY);
  stage.engine.running = undefined;
  assert.match(await says(stage, "/goal delete"), /^Goal cleared/);
  assert.match(await says(stage, "/goal clear"), /has no goal/);
  for (const goal of ["x", "stop the leak", "refactor"]) await says(stage, `/goal ${goal}`);
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), [
    "x",
    "stop the leak",
    "refactor",
  ]);
});

Deno.test("/goal resume goes on with the budgets; a budget alone changes them", async () => {
  const stage = await staged(GOAL);
  await says(stage, "/goal resume");
  await says(stage, "/goal 400k tokens 4h");
  await press(stage, "goal:raise:t1");
  assert.deepEqual(stage.engine.submitted.map(({ goal }) => goal), [
    { type: "resume", timeBudgetMs: 2 * HOUR_MS },
    { type: "resume", tokenBudget: 400_000, timeBudgetMs: 4 * HOUR_MS },
    { type: "resume", tokenBudget: 400_000, timeBudgetMs: 2 * HOUR_MS },
  ]);
  stage.engine.running = goalRun();
  stage.engine.goalAtWork = true;
  assert.match(await says(stage, "/goal resume"), /at work already/);
  assert.match(await says(stage, "/goal 500k tokens"), /may use 500k tokens/);
  assert.equal(stage.goals.goals.get("t1")?.tokenBudget, 500_000);
  assert.match(await says(stage, "/goal 9h"), /\/goal pause first/);
  assert.match(await says(stage, "/goal pause"), /pauses after its present round/);
  stage.engine.roundStop = "paused";
  assert.match(await says(stage, "/goal", "ko"), /^목표 · 지금 라운드가 끝나면 일시 중지/);
  assert.equal(await says(stage, "/goal 9h"), "");
  assert.deepEqual(stage.engine.submitted.at(-1)?.goal, {
    type: "resume",
    timeBudgetMs: 9 * HOUR_MS,
  });
  stage.engine.running = undefined;
  stage.engine.waiting = [goalRun()];
  assert.match(await says(stage, "/goal 9h"), /\/goal pause first/);
  assert.match(await says(stage, "/goal pause", "ko"), /대기열에서 뺐습니다/);
});

Deno.test("/goal resume says what gives more time where all of it is used", async () => {
  const stage = await staged({ ...GOAL, secondsUsed: 2 * 3_600 });
  await says(stage, "/goal");
  assert.deepEqual(buttons(stage).map(([label]) => label), ["Clear"]);
  assert.equal(
    await says(stage, "/goal resume"),
    "The goal has used its time: 2 h. /goal 4h gives it more time in all and goes on.",
  );
  assert.match(await says(stage, "/goal 90 min"), /used its time: 2 h/);
  assert.equal(stage.engine.submitted.length, 0);
  await says(stage, "/goal 4h");
  assert.deepEqual(stage.engine.submitted.map(({ goal }) => goal), [
    { type: "resume", timeBudgetMs: 4 * HOUR_MS },
  ]);
});

Deno.test("buttons of a goal clear it, and mean nothing in another conversation", async () => {
  const stage = await staged(GOAL);
  assert.match(await press(stage, "goal:clear:t0") ?? "", /no longer works|old|stale|anymore/i);
  assert.equal(stage.goals.goals.size, 1);
  await press(stage, "goal:clear:t1");
  assert.equal(stage.goals.goals.size, 0);
  assert.equal(stage.outbox.sent.at(-1)?.content.text, "Goal cleared.");
});

Deno.test("/goal says that goals are switched off", async () => {
  const stage = await staged(GOAL, "off");
  assert.match(await says(stage, "/goal do it"), /switched off[\s\S]*goals = "ask"/);
  assert.match(await says(stage, "/goal", "ko"), /꺼져 있습니다/);
  assert.equal(stage.engine.submitted.length, 0);
});

Deno.test("/goal refuses a budget of nothing or less, and begins no work", async () => {
  for (const typed of ["0 tokens port it", "-5h port it", "2h 0k port it", "-1h"]) {
    const stage = await staged(GOAL);
    const said = await says(stage, `/goal ${typed}`);
    assert.match(said, /^"\S+( tokens)?" is no budget/, typed);
    assert.deepEqual(stage.engine.submitted, [], typed);
    assert.equal(stage.goals.goals.get("t1")?.tokenBudget, GOAL.tokenBudget);
  }
  assert.match(await says(await staged(), "/goal 0시간 정리", "ko"), /^"0시간"/);
});
