import assert from "node:assert/strict";
import type { TurnEvent } from "../../src/core/codex/codex.ts";
import { type CodexNews, newsIn } from "../../src/core/codex/news.ts";
import { ToldNews } from "../../src/core/run/told_news.ts";
import { newRunState, reduceRun } from "../../src/core/run/run_state.ts";
import type { RunEvent } from "../../src/core/run/events.ts";

const ANN = { chatId: "1", userId: "1" };
const BOB = { chatId: "2", userId: "2" };
const AGENT = { threadId: "child", name: "helper" };

const turn = (event: TurnEvent): RunEvent => ({
  type: "turn.event",
  role: "developer",
  round: 1,
  event,
});
const news = (each: CodexNews): TurnEvent => ({ type: "news", news: each });
const typo: CodexNews = { type: "config-warning", text: "a typo" };

function isNew(told: ToldNews, session: typeof ANN, event: TurnEvent): boolean {
  const marked = told.marked(session, turn(event));
  return marked.type === "turn.event" && newsIn(marked.event) !== undefined;
}

Deno.test("ToldNews tells each session the same once, a sub-agent's too", () => {
  const told = new ToldNews();
  const ofAgent: TurnEvent = { type: "agent.event", agent: AGENT, event: news(typo) };
  assert.deepEqual(
    [news(typo), news(typo), news({ type: "warning", text: "a typo" }), ofAgent]
      .map((event) => isNew(told, ANN, event)),
    [true, false, false, false],
  );
  assert.equal(isNew(told, BOB, ofAgent), true);
});

Deno.test("ToldNews tells again what explains how a request came out", () => {
  const told = new ToldNews();
  const blocked = news({ type: "hook.blocked", hook: "stop", text: "no" });
  assert.deepEqual([1, 2].map(() => isNew(told, ANN, blocked)), [true, true]);
});

Deno.test("the state of a run has its news once, its log has all of them", () => {
  const told = new ToldNews();
  const compacted = news({ type: "compacted" });
  const events = [
    news(typo),
    news(typo),
    { type: "agent.event", agent: AGENT, event: compacted } as const,
    news({ type: "unknown-end", status: "hibernated" }),
  ];
  const state = events.reduce(
    (before, event) => reduceRun(before, told.marked(ANN, turn(event)), new Date(0)),
    newRunState(),
  );
  assert.deepEqual(state.news.map(({ type }) => type), ["config-warning", "unknown-end"]);
  assert.deepEqual(state.log.entries.map(({ kind, text }) => `${kind}: ${text}`), [
    "warning: a typo",
    "warning: a typo",
    "warning: conversation compacted",
    'warning: Codex ended the turn with the unknown status "hibernated"',
  ]);
});
