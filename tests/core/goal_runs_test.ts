import assert from "node:assert/strict";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import type { Goal, GoalPolicy } from "../../src/core/codex/goal.ts";
import { ActiveRun } from "../../src/core/run/active_run.ts";
import { GoalRuns, letPass, mustGiveWay, pauseWork } from "../../src/core/run/goal_runs.ts";
import type { Run, StoredRun } from "../../src/core/run/run.ts";
import { developerThread } from "../../src/core/session/session.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryGoals } from "../fakes/memory_goals.ts";
import { MemoryRuns, MemorySessions } from "../fakes/memory_stores.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";

const KEY = { chatId: "1", userId: "1" };
const GOAL: Goal = {
  threadId: "t1",
  objective: "all is green",
  status: "paused",
  tokensUsed: 0,
  secondsUsed: 0,
};

function run(id: string, more: Partial<StoredRun> = {}): StoredRun {
  return {
    id,
    session: KEY,
    prompt: "hi",
    origin: { chatId: "1", messageId: 1, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
    status: "running",
    ...more,
  };
}

interface Scene {
  readonly goals: MemoryGoals;
  readonly runs: MemoryRuns;
  readonly sessions: MemorySessions;
  readonly goalRuns: GoalRuns;
  readonly queued: Run[];
  readonly asked: Run[];
}

function scene(policy: GoalPolicy): Scene {
  const goals = new MemoryGoals();
  const [runs, sessions] = [new MemoryRuns(), new MemorySessions()];
  const queued: Run[] = [];
  const asked: Run[] = [];
  const backend = Object.assign(new ScriptedBackend({}), { goals });
  const goalRuns = new GoalRuns({
    policy,
    runs,
    sessions,
    machines: onlyThisMachine(backend),
    newRunId: () => "g1",
    enqueue: (each) => void queued.push(each),
    ask: (each) => void asked.push(each),
    clock: new FakeClock(),
    log: new RecordingLog(),
  });
  return { goals, runs, sessions, goalRuns, queued, asked };
}

/** A run that comes upon a goal, to its end. */
function finds({ goalRuns }: Scene, goal: Goal | undefined, detached = false): void {
  const active = new ActiveRun(run("r1"));
  const tell = (told: Goal | undefined): void => {
    const event = told === undefined
      ? { type: "goal" as const }
      : { type: "goal" as const, goal: told };
    active.apply({ type: "turn.event", role: "developer", round: 1, event }, new Date(0));
    goalRuns.found(active);
  };
  active.apply({ type: "stage.started", role: "developer", round: 1 }, new Date(0));
  tell(GOAL);
  tell(goal);
  active.detached = detached;
  goalRuns.runEnded(active);
}

Deno.test("GoalRuns asks about a goal that a run came upon, stored before the run ends", () => {
  const ask = scene("ask");
  finds(ask, GOAL);
  assert.deepEqual(ask.asked.map(({ prompt, goal }) => [prompt, goal]), [
    ["all is green", { type: "adopt" }],
  ]);
  assert.deepEqual(ask.runs.runs.get("g1")?.confirmation, { type: "goal-found" });
  assert.equal(ask.queued.length, 0);
});

Deno.test("GoalRuns lets the goal go on by itself where that is the policy, and forgets one that is over", () => {
  const on = scene("on");
  finds(on, GOAL);
  assert.deepEqual(on.queued.map(({ id }) => id), ["g1"]);
  const cases = [[{ ...GOAL, status: "complete" }, false], [undefined, false], [
    GOAL,
    true,
  ]] as const;
  for (const [goal, detached] of cases) {
    const over = scene("ask");
    finds(over, goal, detached);
    assert.deepEqual([over.asked, over.queued], [[], []]);
    assert.equal(over.runs.runs.get("g1")?.status, "finished");
  }
});

Deno.test("GoalRuns clears what a person does not want, and halts what was left at work", async () => {
  const { goalRuns, goals, sessions } = scene("ask");
  const developer = developerThread("t1", { workingDirectory: "/w" });
  await sessions.change(KEY, (session) => ({ ...session, developerThread: developer }));
  goals.goals.set("t1", { ...GOAL, status: "active" });
  const left = run("g1", { prompt: GOAL.objective, goal: { type: "set" } });
  await goalRuns.halt(left);
  assert.deepEqual([goals.halted, goals.goals.get("t1")?.status], [["t1"], "paused"]);
  // Nobody was asked about it, or it would have replaced this one.
  await goalRuns.clear(left);
  await goalRuns.clear({ ...left, confirmation: { type: "goal-replaces", objective: "x" } });
  await goalRuns.clear({ ...left, prompt: "another", confirmation: { type: "goal-found" } });
  assert.equal(goals.goals.size, 1);
  await goalRuns.clear({ ...left, confirmation: { type: "interrupted", step: "goal" } });
  assert.equal(goals.goals.size, 0);
});

Deno.test("a goal gives way to requests, not to itself", () => {
  const goal = new ActiveRun(run("g1", { goal: { type: "set" } }));
  const request = new ActiveRun(run("r1"));
  letPass(goal, goal);
  assert.equal(goal.rounds.stop, undefined);
  letPass(request, goal);
  assert.equal(goal.rounds.stop, "gives-way");
  assert.deepEqual([mustGiveWay(goal, [request]), mustGiveWay(goal, [])], [true, false]);
  assert.equal(mustGiveWay(request, [request]), false);
});

Deno.test("a goal that a person paused stays so, whatever else would stop it, and tells who listens late", () => {
  const { rounds } = new ActiveRun(run("g1", { goal: { type: "set" } }));
  let stopped = 0;
  const ignore = rounds.onStop(() => stopped++);
  rounds.onStop(() => stopped++);
  ignore();
  rounds.stopAfterRound("paused");
  rounds.stopAfterRound("gives-way");
  assert.deepEqual([rounds.stop, stopped], ["paused", 1]);
  rounds.onStop(() => stopped++);
  assert.equal(stopped, 2);
});

Deno.test("a goal that Codex does not have yet is not set when a person pauses it", () => {
  const starting = new ActiveRun(run("g1", { goal: { type: "set" } }));
  assert.equal(pauseWork(starting), "dropped");
  assert.deepEqual([starting.controller.signal.aborted, starting.rounds.stop], [true, undefined]);
  const known = new ActiveRun(run("g2", { goal: { type: "set" } }));
  known.rounds.reachCodex = true;
  const resumed = new ActiveRun(run("g3", { goal: { type: "resume" } }));
  const begun = new ActiveRun(run("g4", { goal: { type: "set" }, interruptedStep: "goal" }));
  for (const active of [known, resumed, begun]) {
    assert.equal(pauseWork(active), "after-round");
    assert.deepEqual([active.controller.signal.aborted, active.rounds.stop], [false, "paused"]);
  }
  assert.equal(pauseWork(new ActiveRun(run("r1"))), undefined);
});
