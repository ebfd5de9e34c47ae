/** The workflow of a goal: what it reports of the rounds, and what it makes of their end. */
import assert from "node:assert/strict";
import {
  onlyThisMachine,
  type Turn,
  type TurnEvent,
  type TurnResult,
} from "../../src/core/codex/codex.ts";
import type { Goal, GoalPursuit, GoalStart, GoalWish } from "../../src/core/codex/goal.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import { GoalRounds } from "../../src/core/run/goal_rounds.ts";
import { RunAdditions } from "../../src/core/run/steering.ts";
import { createGoalWorkflow } from "../../src/workflows/goal.ts";
import { NO_RECORDING } from "../fakes/memory_snapshots.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryGoals } from "../fakes/memory_goals.ts";
import { MemorySteps } from "../fakes/memory_steps.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";

const GOAL: Goal = {
  threadId: "t1",
  objective: "all is green",
  status: "active",
  tokensUsed: 0,
  secondsUsed: 0,
};
const HOUR_MS = 3_600_000;

/** A round that reports this, with what the goal is then. */
interface Round {
  readonly answer: string;
  readonly status?: TurnResult["status"];
  readonly then?: Goal["status"];
  /** What happens in it, after it has begun. */
  readonly meanwhile?: () => Promise<void>;
}

/** Goals whose rounds are written down. */
class ScriptedGoals extends MemoryGoals {
  readonly starts: GoalStart[] = [];
  readonly steered: string[] = [];
  readonly calls: string[] = [];
  readonly #rounds: readonly Round[];
  #goal: Goal = GOAL;

  constructor(rounds: readonly Round[]) {
    super();
    this.#rounds = rounds;
  }

  override pursue(...asked: readonly unknown[]): Promise<GoalPursuit> {
    const [, , start] = asked;
    if (isStart(start)) this.starts.push(start);
    return Promise.resolve({
      threadId: "t1",
      rounds: this.#play(),
      goal: () => this.#goal,
      pause: () => {
        this.calls.push("pause");
        this.#goal = { ...this.#goal, status: "paused" };
        return Promise.resolve();
      },
      end: () => {
        this.calls.push("end");
        return Promise.resolve();
      },
    });
  }

  async *#play(): AsyncGenerator<Turn> {
    for (const { answer, status = "completed", then, meanwhile } of this.#rounds) {
      if (this.#goal.status !== "active") return;
      const { promise: result, resolve } = Promise.withResolvers<TurnResult>();
      const steered = this.steered;
      const failure = status === "failed"
        ? { failure: { kind: "other", message: "no", trouble: { kind: "ended" } } as const }
        : {};
      yield {
        result,
        steer: (text) => {
          steered.push(text);
          return Promise.resolve();
        },
        events: (async function* (): AsyncGenerator<TurnEvent> {
          yield { type: "started", threadId: "t1", turnId: "u" } as const;
          await meanwhile?.();
          resolve({ status, answer, diff: "", changedFiles: [], ...failure });
        })(),
      };
      if (then !== undefined) this.#goal = { ...this.#goal, status: then };
    }
  }
}

function isStart(value: unknown): value is GoalStart {
  return typeof value === "object" && value !== null && "type" in value;
}

interface Played {
  readonly events: readonly RunEvent[];
  readonly end: unknown;
  readonly rounds: GoalRounds;
}

async function play(
  goals: MemoryGoals,
  {
    wish = { type: "set" },
    rounds = new GoalRounds(),
    clock = new FakeClock(),
    threadId,
  }: {
    readonly wish?: GoalWish;
    readonly rounds?: GoalRounds;
    readonly clock?: FakeClock;
    readonly threadId?: string;
  } = {},
): Promise<Played> {
  const backend = Object.assign(new ScriptedBackend({}), { goals });
  const running = createGoalWorkflow({ machines: onlyThisMachine(backend), clock }).run({
    additions: new RunAdditions(),
    runId: "run",
    prompt: GOAL.objective,
    goal: { wish, rounds },
    images: [],
    mode: "single",
    profile: {
      name: "default",
      workingDirectory: "/project",
      sandbox: "read-only",
      approvalPolicy: "never",
      agents: {
        single: { developer: {} },
        plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
      },
    },
    history: [],
    notes: [],
    recording: NO_RECORDING,
    ...(threadId === undefined ? {} : { developerThreadId: threadId }),
    steps: new MemorySteps(),
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  const events: RunEvent[] = [];
  try {
    for (let next = await running.next();; next = await running.next()) {
      if (next.done) return { events, end: next.value, rounds };
      events.push(next.value);
    }
  } catch (error) {
    return { events, end: error, rounds };
  }
}

const reports = ({ events }: Played): unknown[] =>
  events.flatMap((event) => event.type === "goal.reported" ? [[event.round, event.text]] : []);

Deno.test("each round is a stage; its report is told when another follows, the last one is the answer", async () => {
  const goals = new ScriptedGoals([
    { answer: "one" },
    { answer: "two" },
    { answer: "three", then: "complete" },
  ]);
  const played = await play(goals, { wish: { type: "set", tokenBudget: 9 } });
  assert.deepEqual(goals.starts, [{ type: "set", objective: GOAL.objective, tokenBudget: 9 }]);
  assert.deepEqual(reports(played), [[1, "one"], [2, "two"]]);
  assert.deepEqual(played.end, { text: "three", goal: { end: "complete", rounds: 3 } });
  const stages = played.events.flatMap((event) =>
    event.type === "stage.started" ? event.round : []
  );
  assert.deepEqual(stages, [1, 2, 3]);
  assert.deepEqual(goals.calls, ["end"]);
});

Deno.test("Codex may have the goal from the moment in which it is set, and not before", async () => {
  const rounds = new GoalRounds();
  const seen: boolean[] = [];
  class Watched extends ScriptedGoals {
    override get(threadId: string): Promise<Goal | undefined> {
      seen.push(rounds.reachCodex);
      return super.get(threadId);
    }
  }
  await play(new Watched([{ answer: "one", then: "complete" }]), { rounds, threadId: "t1" });
  assert.deepEqual([...seen, rounds.reachCodex], [false, true]);
  const stopped = new GoalRounds();
  stopped.stopAfterRound("suspended");
  await play(new ScriptedGoals([]), { rounds: stopped });
  assert.equal(stopped.reachCodex, false);
});

Deno.test("a round that fails ends the run with its failure, after what was reported before", async () => {
  const goals = new ScriptedGoals([{ answer: "one" }, { answer: "", status: "failed" }]);
  const played = await play(goals);
  assert.deepEqual(reports(played), [[1, "one"]]);
  assert.ok(played.end instanceof Error && played.end.message.includes("no"));
  assert.deepEqual(goals.calls, ["end"]);
});

Deno.test("it gives way after the present round, and goes on with the rounds that are left", async () => {
  const rounds = new GoalRounds();
  const goals = new ScriptedGoals([
    { answer: "one", meanwhile: () => Promise.resolve(rounds.stopAfterRound("gives-way")) },
    { answer: "two" },
  ]);
  const first = await play(goals, { rounds });
  assert.deepEqual(first.end, { text: "one", goal: { end: "gives-way", rounds: 1 } });
  assert.deepEqual(reports(first), [[1, "one"]]);
  rounds.goOn();
  const more = new ScriptedGoals([{ answer: "two", then: "complete" }]);
  more.goals.set("t1", { ...GOAL, status: "paused" });
  const second = await play(more, { rounds, threadId: "t1" });
  assert.deepEqual(more.starts, [{ type: "resume" }]);
  assert.deepEqual(second.end, { text: "two", goal: { end: "complete", rounds: 2 } });
  // Meanwhile it was cleared, or became another one.
  rounds.goOn();
  const cleared = await play(new ScriptedGoals([]), { rounds, threadId: "t1" });
  assert.deepEqual(cleared.end, { text: "", goal: { end: "cleared", rounds: 2 } });
});

Deno.test("when the time is used up, the round is told to come to an end, and none follows", async () => {
  const clock = new FakeClock();
  const goals = new ScriptedGoals([
    { answer: "so far", meanwhile: () => clock.advance(HOUR_MS) },
    { answer: "never" },
  ]);
  const wish = { type: "set", timeBudgetMs: HOUR_MS } as const;
  const played = await play(goals, { wish, clock });
  assert.deepEqual(played.end, { text: "so far", goal: { end: "time-budget", rounds: 1 } });
  assert.match(goals.steered.join(), /time that the person gave this goal is used up/);
  assert.deepEqual(goals.calls, ["pause", "end"]);
});
