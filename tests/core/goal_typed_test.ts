import assert from "node:assert/strict";
import fc from "fast-check";
import { readTypedGoal } from "../../src/core/text/goal_typed.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

Deno.test("readTypedGoal() reads budgets at the beginning, in any order and both languages", () => {
  const cases: readonly [string, ReturnType<typeof readTypedGoal>][] = [
    ["all tests pass", { objective: "all tests pass" }],
    ["200k tokens 2h all tests pass", {
      objective: "all tests pass",
      tokenBudget: 200_000,
      timeBudgetMs: 2 * HOUR_MS,
    }],
    ["2h, 200k: all tests pass", {
      objective: "all tests pass",
      tokenBudget: 200_000,
      timeBudgetMs: 2 * HOUR_MS,
    }],
    ["1.5M tokens port it", { objective: "port it", tokenBudget: 1_500_000 }],
    ["50000 tokens port it", { objective: "port it", tokenBudget: 50_000 }],
    ["1h30m port it", { objective: "port it", timeBudgetMs: 90 * MINUTE_MS }],
    ["90 minutes port it", { objective: "port it", timeBudgetMs: 90 * MINUTE_MS }],
    ["토큰 줄이기", { objective: "토큰 줄이기" }],
    ["20k 토큰 2시간 모든 테스트 통과", {
      objective: "모든 테스트 통과",
      tokenBudget: 20_000,
      timeBudgetMs: 2 * HOUR_MS,
    }],
    ["30분 정리", { objective: "정리", timeBudgetMs: 30 * MINUTE_MS }],
    ["20만 토큰 2시간 정리", {
      objective: "정리",
      tokenBudget: 200_000,
      timeBudgetMs: 2 * HOUR_MS,
    }],
    ["400k", { objective: "", tokenBudget: 400_000 }],
    ["4h", { objective: "", timeBudgetMs: 4 * HOUR_MS }],
  ];
  for (const [typed, goal] of cases) assert.deepEqual(readTypedGoal(typed), goal, typed);
});

Deno.test("readTypedGoal() reads a budget as large as it is written", () => {
  const tokens: readonly [string, number][] = [
    ["200,000 tokens", 200_000],
    ["1,000,000 tokens", 1_000_000],
    ["200_000 tokens", 200_000],
    ["200 000 tokens", 200_000],
    ["200.000 tokens", 200_000],
    ["50,000토큰", 50_000],
    ["1,500k", 1_500_000],
    ["1.125M tokens", 1_125_000],
    ["1,5M tokens", 1_500_000],
    ["20만토큰", 200_000],
    ["1.5만 토큰", 15_000],
  ];
  for (const [typed, tokenBudget] of tokens) {
    assert.deepEqual(
      readTypedGoal(`${typed} port it`),
      { objective: "port it", tokenBudget },
      typed,
    );
  }
  const times: readonly [string, number][] = [
    ["1h30", 90 * MINUTE_MS],
    ["2H05", 125 * MINUTE_MS],
    ["1.5h", 90 * MINUTE_MS],
    ["1,5h", 90 * MINUTE_MS],
    ["1시간 30분", 90 * MINUTE_MS],
    ["600h", 600 * HOUR_MS],
  ];
  for (const [typed, timeBudgetMs] of times) {
    const read = readTypedGoal(`${typed} port it`);
    assert.deepEqual(read, { objective: "port it", timeBudgetMs }, typed);
  }
});

Deno.test("readTypedGoal() leaves numbers to the objective that are no budget", () => {
  const objectives = [
    "3 failing tests are fixed",
    "2 hourly jobs run",
    "0.4 tokens are leaked",
    "finish within 2h",
    "5 minutesof video",
  ];
  for (const typed of objectives) {
    assert.deepEqual(readTypedGoal(typed), { objective: typed });
  }
});

Deno.test("readTypedGoal() tells a budget of nothing or less from an objective", () => {
  const cases: readonly [string, string][] = [
    ["0 tokens port it", "0 tokens"],
    ["0 tokens", "0 tokens"],
    ["0k: port it", "0k"],
    ["0.0001k tokens port it", "0.0001k tokens"],
    ["-5h port it", "-5h"],
    ["−30m port it", "−30m"],
    ["-200k tokens", "-200k tokens"],
    ["0h port it", "0h"],
    ["0h00 port it", "0h00"],
    ["2h 0 tokens port it", "0 tokens"],
    ["200k tokens, -1h port it", "-1h"],
    ["0만 토큰 정리", "0만 토큰"],
    ["0시간 정리", "0시간"],
  ];
  for (const [typed, noBudget] of cases) {
    assert.equal(readTypedGoal(typed).noBudget, noBudget, typed);
  }
  for (const typed of ["-5 is handled", "- 5h of video", "--fix works", "port it in 0 tokens"]) {
    assert.deepEqual(readTypedGoal(typed), { objective: typed });
  }
});

Deno.test("readTypedGoal() loses no word of what follows the budgets", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 999 }), (words, count) => {
      const objective = `do ${words}`.trim();
      const read = readTypedGoal(`${count}k tokens ${count}h ${objective}`);
      assert.equal(read.objective, objective);
      assert.equal(read.tokenBudget, count * 1_000);
      assert.equal(readTypedGoal(objective).objective, objective);
    }),
  );
});
