/** What counts against the budget of a run, and what does not. */
import assert from "node:assert/strict";
import type { TokenUsage } from "../../src/core/codex/codex.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import { prosePlan } from "../../src/core/run/plan.ts";
import { type RunBudget, RunMeter } from "../../src/core/run/run_budget.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const USAGE: TokenUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 60,
};
const FINISHED: RunEvent = {
  type: "stage.finished",
  stage: { role: "developer", round: 1, status: "completed", latencyMs: 1, usage: USAGE },
};
const PROPOSED: RunEvent = {
  type: "plan.proposed",
  revision: 1,
  plan: prosePlan("Do it."),
  answers: [],
  awaits: "go",
};
const AGREED: RunEvent = { type: "plan.decided", revision: 1, decision: { type: "go" } };

/** Lets a run tell of its work, and time pass behind each event. */
async function measured(
  budget: RunBudget,
  ...told: readonly (readonly [event: RunEvent, thenMs?: number])[]
): Promise<ReturnType<RunMeter["usedUp"]>> {
  const clock = new FakeClock();
  const meter = new RunMeter(budget, clock);
  const run = async function* (): AsyncGenerator<RunEvent, void> {
    for (const [event] of told) yield event;
  };
  let index = 0;
  for await (const _event of meter.measured(run())) await clock.advance(told[index++]?.[1] ?? 0);
  return meter.usedUp();
}

Deno.test("the tokens of all turns count together, those of an earlier process too", async () => {
  const budget = { maxTokens: 100 };
  const replayed: RunEvent = {
    type: "stage.replayed",
    step: "plan 1",
    role: "planner",
    round: 0,
    usage: USAGE,
  };
  const spent = { type: "tokens", budget: 100 } as const;
  assert.equal(await measured(budget, [FINISHED]), undefined);
  assert.deepEqual(await measured(budget, [FINISHED], [FINISHED]), spent);
  assert.deepEqual(await measured(budget, [replayed], [FINISHED]), spent);
  assert.equal(await measured({}, [FINISHED], [FINISHED]), undefined);
});

Deno.test("time counts while the run works, not while a person looks at its plan", async () => {
  const budget = { maxMs: 1_000 };
  assert.deepEqual(await measured(budget, [FINISHED, 1_000]), { type: "time", budgetMs: 1_000 });
  assert.equal(await measured(budget, [PROPOSED, 60_000], [AGREED, 999]), undefined);
  assert.deepEqual(await measured(budget, [PROPOSED, 60_000], [AGREED, 1_000]), {
    type: "time",
    budgetMs: 1_000,
  });
});
