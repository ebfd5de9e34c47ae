/** The work on goals with the real Codex: when it begins, what ends it, and that nothing runs unseen. */
import assert from "node:assert/strict";
import type { Turn, TurnOptions, TurnResult } from "../../../src/core/codex/codex.ts";
import type { CodexGoals, GoalPolicy, GoalPursuit } from "../../../src/core/codex/goal.ts";
import { localAppServer } from "../../../src/integrations/codex/app_server/backend.ts";
import { localSettings, setUpStage, type Stage } from "../../contracts/codex_stage.ts";
import { NEWEST } from "../../support/codex_versions.ts";
import type { ReceivedRequest, Step } from "../../support/responses_api.ts";

const isRound = ({ goalRound }: ReceivedRequest): boolean => goalRound !== undefined;

function test(
  name: string,
  body: (stage: Stage) => Promise<void>,
  goals: GoalPolicy = "ask",
): void {
  Deno.test(`AppServerGoals ${name}`, async () => {
    await using stage = await setUpStage(async (setup) =>
      localAppServer({ ...await localSettings(NEWEST, "app-server", setup), goals })
    );
    await body(stage);
  });
}

function goalsOf({ backend }: Pick<Stage, "backend">): CodexGoals {
  assert.ok(backend.goals !== undefined);
  return backend.goals;
}

function turns(signal = new AbortController().signal): TurnOptions {
  return { signal, approve: () => Promise.reject(new Error("no approval was expected")) };
}

/** Follows the work to its end. */
async function followed({ rounds }: GoalPursuit): Promise<TurnResult[]> {
  const results: TurnResult[] = [];
  for await (const turn of rounds) {
    await Array.fromAsync(turn.events);
    results.push(await turn.result);
  }
  return results;
}

function script(stage: Stage, ...steps: readonly Step[]): void {
  stage.api.script({ when: isRound, steps });
}

function rounds({ api }: Stage): number {
  return api.requests.filter(isRound).length;
}

test(
  "takes the model's tools away where goals are off, also of a resumed thread",
  async (stage) => {
    const thread = stage.thread();
    await stage.run(thread, "one");
    await using other = await stage.another();
    await stage.backend.close();
    await stage.run(other.backend.resumeThread(thread.id ?? "", stage.options), "two");
    assert.equal(stage.api.requests.length, 2);
    for (const { tools } of stage.api.requests) {
      assert.ok(
        !tools.includes("create_goal"),
        `${tools}`,
      );
    }
  },
  "off",
);

test("begins a conversation with the goal, and ends with its budget until it is raised", async (stage) => {
  script(stage, { message: "a part" });
  const goals = goalsOf(stage);
  const start = { type: "set", objective: "all of it", tokenBudget: 150 } as const;
  const pursuit = await goals.pursue(undefined, stage.options, start, turns());
  const results = await followed(pursuit);
  assert.deepEqual(results.map(({ status, answer }) => [status, answer]), [
    ["completed", "a part"],
    ["completed", "a part"],
  ]);
  const { status, tokenBudget, objective } = pursuit.goal() ?? {};
  assert.deepEqual([status, tokenBudget, objective], ["budget-limited", 150, "all of it"]);
  await pursuit.end();

  const raised = { type: "resume", tokenBudget: 300 } as const;
  const more = await goals.pursue(pursuit.threadId, stage.options, raised, turns());
  assert.ok((await followed(more)).length > 0);
  assert.equal(more.goal()?.status, "budget-limited");
  await more.end();
  // Another goal begins with nothing used.
  await goals.pursue(pursuit.threadId, stage.options, { ...start, objective: "anew" }, turns())
    .then((anew) => followed(anew).then(() => anew.end()));
  assert.equal((await goals.get(pursuit.threadId))?.objective, "anew");
  await goals.clear(pursuit.threadId);
  assert.equal(await goals.get(pursuit.threadId), undefined);
});

test("ends with a round that fails, and with a stop, after which nothing begins", async (stage) => {
  script(stage, { status: 500 });
  const goals = goalsOf(stage);
  const start = { type: "set", objective: "all of it" } as const;
  const pursuit = await goals.pursue(undefined, stage.options, start, turns());
  assert.deepEqual((await followed(pursuit)).map(({ status }) => status), ["failed"]);
  assert.equal(pursuit.goal()?.status, "blocked");
  await pursuit.end();

  script(stage, { silent: true });
  const stop = new AbortController();
  const again = await goals.pursue(
    pursuit.threadId,
    stage.options,
    { type: "resume" },
    turns(stop.signal),
  );
  const following = followed(again);
  await stage.api.received((request) => isRound(request) && rounds(stage) === 2);
  stop.abort();
  assert.deepEqual((await following).map(({ status }) => status), ["interrupted"]);
  await again.end();
  assert.equal(again.goal()?.status, "paused");
  const thread = stage.backend.resumeThread(pursuit.threadId, stage.options);
  assert.equal((await stage.run(thread, "and now")).result.answer, "ok: and now");
  assert.equal(rounds(stage), 2);
});

test("pauses after the present round", async (stage) => {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  script(stage, { until, then: { message: "the last" } });
  const start = { type: "set", objective: "all of it" } as const;
  const pursuit = await goalsOf(stage).pursue(undefined, stage.options, start, turns());
  const following = followed(pursuit);
  await stage.api.received(isRound);
  await pursuit.pause();
  resolve();
  assert.deepEqual((await following).map(({ answer }) => answer), ["the last"]);
  assert.equal(pursuit.goal()?.status, "paused");
  await pursuit.end();
  assert.equal(rounds(stage), 1);
});

test("pauses a goal that was left at work before its thread is loaded, and tells it", async (stage) => {
  script(stage, { silent: true });
  const start = { type: "set", objective: "all of it" } as const;
  const pursuit = await goalsOf(stage).pursue(undefined, stage.options, start, turns());
  const first = Promise.withResolvers<Turn>();
  const reading = (async () => {
    for await (const turn of pursuit.rounds) first.resolve(turn);
  })();
  const turn = await first.promise;
  await stage.api.received(isRound);
  const settled = turn.result;
  await stage.backend.close();
  await settled;
  await reading;
  await using other = await stage.another();
  assert.equal((await goalsOf(other).get(pursuit.threadId))?.status, "active");
  const thread = other.backend.resumeThread(pursuit.threadId, stage.options);
  const { events, result } = await stage.run(thread, "hello");
  assert.equal(result.answer, "ok: hello");
  const told = events.flatMap((event) => event.type === "goal" ? [event.goal] : []);
  // Codex tells it once more when the thread is loaded.
  const words = new Set(told.map((goal) => `${goal?.status}: ${goal?.objective}`));
  assert.deepEqual([...words], ["paused: all of it"]);
  assert.equal(rounds(stage), 1);
  assert.equal(await goalsOf(other).halt(pursuit.threadId), undefined);
});
