/** What the chat shows of a goal: at work, asked about, passed by a request, and at its end. */
import assert from "node:assert/strict";
import type { Goal, GoalEnd } from "../../../src/core/codex/goal.ts";
import type { RunEvent, RunOutcome } from "../../../src/core/run/events.ts";
import type { ConfirmationReason, StoredRun } from "../../../src/core/run/run.ts";
import { newRunState, reduceRun, type RunState } from "../../../src/core/run/run_state.ts";
import { answerText } from "../../../src/bot/presenter/answer_text.ts";
import { drawStatus, statusButtons } from "../../../src/bot/presenter/status_message.ts";
import { type Texts, textsFor } from "../../../src/texts/texts.ts";

const [EN, KO] = [textsFor("en"), textsFor("ko")];
const AT = new Date("2026-01-02T03:04:05Z");
const FACTS = { now: AT, shortId: "g1g1g", redact: (text: string) => text.replace("hush", "••••") };
const GOAL: Goal = {
  threadId: "t1",
  objective: "all is green, hush",
  status: "active",
  tokenBudget: 200_000,
  tokensUsed: 12_300,
  secondsUsed: 840,
};
const SHOWN = {
  id: "g1g1g1",
  session: { chatId: "1", userId: "1" },
  goal: { type: "set" },
} as const;

function goalState(more: Partial<StoredRun> = {}): RunState {
  const goal = { type: "set", timeBudgetMs: 7_200_000 } as const;
  return newRunState({ prompt: GOAL.objective, goal, ...more });
}

function working(): RunState {
  const events: readonly RunEvent[] = [
    { type: "run.started", mode: "single" },
    { type: "goal.changed", goal: GOAL },
    { type: "stage.started", role: "developer", round: 3 },
  ];
  return events.reduce((state, event) => reduceRun(state, event, AT), goalState());
}

function ended(outcome: RunOutcome): RunState {
  return reduceRun(working(), { type: "run.finished", outcome, latencyMs: 5_000 }, AT);
}

const text = (state: RunState, texts: Texts = EN): string => drawStatus(state, texts, FACTS).text;
const labels = (state: RunState, texts: Texts = EN): string[] =>
  statusButtons(state, SHOWN, texts).flat().map(({ label }) => label);

Deno.test("a goal at work shows its round, what it is, and what was used of its budget", () => {
  assert.equal(
    text(working()),
    "🎯 Goal · round 3\nall is green, ••••\n12.3k of 200k tokens · 14 min of 2 h",
  );
  assert.equal(
    text(working(), KO),
    "🎯 목표 · 3라운드\nall is green, ••••\n토큰 12.3k / 200k · 14분 / 2시간",
  );
  assert.deepEqual(labels(working()), ["Pause", "Stop", "Log"]);
});

Deno.test("each question about a goal says what happened, and has words of its own on its buttons", () => {
  const cases: readonly [ConfirmationReason, RegExp, readonly string[]][] = [
    [{ type: "goal-found" }, /no request here works on:\nall is green, ••••/, [
      "Let it go on",
      "Stop",
    ]],
    [{ type: "interrupted", step: "goal" }, /program stopped while/, ["Resume", "Clear"]],
    [
      { type: "goal-replaces", objective: "the other" },
      /another goal:\nthe other\nReplace it with: all is green/,
      ["Replace it", "Keep it"],
    ],
    [{ type: "old", offlineMs: 7_200_000 }, /offline for 2 h/, ["Continue", "Discard"]],
  ];
  for (const [reason, words, buttons] of cases) {
    const state = reduceRun(goalState(), { type: "run.offered", reason }, AT);
    assert.match(text(state), words);
    assert.match(text(state, KO), /[가-힣]/);
    assert.match(text(state), /\/continue g1g1g/);
    assert.deepEqual(labels(state), buttons);
  }
});

Deno.test("a goal that a request passes says so, and so does the request", () => {
  const goal = reduceRun(working(), { type: "run.queued", position: 1 }, AT);
  assert.match(text(goal), /^⏸ Goal paused for your message.*\nall is green, ••••\n/);
  const passing = { type: "run.queued", position: 1, behindGoal: true } as const;
  assert.match(text(reduceRun(newRunState(), passing, AT)), /after the present round of the goal/);
});

Deno.test("each end of a goal is named, and leads on where it can go on", () => {
  const cases: readonly [GoalEnd, RegExp, readonly string[]][] = [
    ["complete", /^🎯 Goal reached · 3 rounds · 5 s/, ["Log"]],
    ["paused", /^⏸ Goal paused · 3 rounds/, ["Log", "Resume", "Clear"]],
    ["blocked", /^🚧 Goal blocked/, ["Log", "Resume", "Clear"]],
    ["time-budget", /^⏱ Time used up, goal paused/, ["Log", "Clear"]],
    ["cleared", /^🗑 Goal cleared/, ["Log"]],
  ];
  for (const [end, words, buttons] of cases) {
    const answer = { text: "report", goal: { end, rounds: 3 } };
    const state = ended({ status: "answered", answer });
    assert.match(text(state), words);
    assert.deepEqual(labels(state), buttons, end);
    const told = answerText({ status: "answered", answer }, EN, {
      runId: "r",
      echo: false,
      state,
      redact: (text) => text,
    });
    assert.match(told?.heading?.text ?? "", /Goal|Time/);
    assert.equal(told?.markdown, "report");
  }
  assert.match(text(ended({ status: "cancelled" })), /^⏹ Stopped, goal paused[\s\S]*\/goal resume/);
  const news = { type: "not-stopped", machine: "wss://build" } as const;
  const state = { ...ended({ status: "cancelled" }), news: [news] };
  assert.match(text(state), /^⚠️ Stopped here, goal not paused yet[\s\S]*as soon as its machine/);
});
