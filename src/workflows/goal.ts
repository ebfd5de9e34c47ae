/**
 * The workflow of a goal: Codex takes one turn after another of its own accord, each of which is a
 * stage, until the goal is reached or something stops it. Whatever ends the work, no turn begins
 * behind it.
 */
import { pause } from "../core/deadline.ts";
import {
  endOf,
  type Goal,
  type GoalEnd,
  type GoalPursuit,
  type GoalStart,
} from "../core/codex/goal.ts";
import type { BackendKind, Turn, TurnResult } from "../core/codex/codex.ts";
import { RunCancelledError, StageError, unreachable } from "../core/errors.ts";
import type { Answer, RunEvent } from "../core/run/events.ts";
import type { GoalWork } from "../core/run/goal_rounds.ts";
import type { RunRequest, Workflow } from "../core/run/workflow.ts";
import {
  type AgentDependencies,
  recordRound,
  startedCodex,
  threadOptions,
  uncancelled,
} from "./agents.ts";
import { completedOrThrow, followTurn, type Stage, turnOptions } from "./stage.ts";

const SECOND_MS = 1_000;

/** So many rounds in a row without a command, a tool or a change are no work, and cost tokens. */
const MOST_IDLE_ROUNDS = 10;

/** A restart in the middle of it asks, as rounds change files. */
export const GOAL_STEP = "goal";

const TIME_IS_UP = `The time that the person gave this goal is used up. Do not begin anything new:
bring what you are doing to a clean state, then report what is done and what is left.`;

interface GoalRequest extends RunRequest {
  readonly goal: GoalWork;
}

export function createGoalWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(asked: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const request = goalRequest(asked);
      const pursuit = yield* begin(deps, request);
      if (typeof pursuit === "string") return answer(request, "", pursuit);
      const over = new AbortController();
      const stopListening = request.goal.rounds.onStop(() => void pursuit.pause());
      try {
        yield changed(pursuit.goal());
        return yield* followRounds(deps, request, pursuit, over.signal);
      } finally {
        over.abort();
        stopListening();
        await pursuit.end();
      }
    },
  };
}

/** @throws {TypeError} when the request has no goal */
function goalRequest(request: RunRequest): GoalRequest {
  const { goal } = request;
  if (goal === undefined) throw new TypeError("The run has no goal");
  return { ...request, goal };
}

/** @returns why there is nothing to work on, where that is so */
async function* begin(
  deps: AgentDependencies,
  request: GoalRequest,
): AsyncGenerator<RunEvent, GoalPursuit | GoalEnd> {
  const stage: Stage = { role: "developer", round: request.goal.rounds.count + 1 };
  const codex = yield* startedCodex(deps, request, stage);
  const { goals, kind } = codex;
  if (goals === undefined) throw noGoals(kind);
  const { developerThreadId: threadId, goal: { rounds }, recording } = request;
  // A round of an earlier process has its record.
  rounds.count = Math.max(rounds.count, recording.lastRound());
  const { wish } = request.goal;
  if (threadId === undefined && (rounds.count > 0 || wish.type !== "set")) return "left";
  const start = startOf(request, threadId === undefined ? undefined : await goals.get(threadId));
  const stop = stopped(rounds.stop);
  if (stop !== undefined) return stop;
  rounds.reachCodex = true;
  if (typeof start === "string") return start;
  await uncancelled(request, recording.begin(codex, request.signal));
  request.steps.open(GOAL_STEP, false);
  const options = threadOptions(request, "developer");
  const pursuit = await goals.pursue(threadId, options, start, turnOptions(request));
  if (!request.signal.aborted) return pursuit;
  await pursuit.end();
  throw new RunCancelledError("The run was stopped");
}

/** @returns how it has ended where it is complete, or another goal than the run's */
function startOf(
  { prompt, goal: { wish, rounds }, interruptedStep }: GoalRequest,
  known: Goal | undefined,
): GoalStart | GoalEnd {
  const budget = wish.tokenBudget === undefined ? {} : { tokenBudget: wish.tokenBudget };
  const begun = rounds.count > 0 || interruptedStep === GOAL_STEP;
  if (wish.type === "set" && (!begun || known === undefined)) {
    // One that was set and lost again before its first round is set anew, one that was cleared is not.
    return rounds.count > 0 ? "cleared" : { type: "set", objective: prompt, ...budget };
  }
  if (known === undefined || known.objective !== prompt) return "cleared";
  if (known.status === "complete") return "complete";
  return { type: "resume", ...(begun ? {} : budget) };
}

async function* followRounds(
  deps: AgentDependencies,
  request: GoalRequest,
  pursuit: GoalPursuit,
  over: AbortSignal,
): AsyncGenerator<RunEvent, Answer> {
  const { rounds } = request.goal;
  let report = "";
  let idle = 0;
  let present: Turn | undefined;
  // Does not reject: it ends with the work.
  void keepTime(deps, request, pursuit, { over, turn: () => present });
  for await (const turn of pursuit.rounds) {
    if (report !== "") yield { type: "goal.reported", round: rounds.count, text: report };
    report = "";
    present = turn;
    const { result, worked } = yield* followRound(deps, request, turn);
    report = result.answer;
    yield* recordRound(deps, request, rounds.count);
    present = undefined;
    idle = worked ? 0 : idle + 1;
    if (idle >= MOST_IDLE_ROUNDS) rounds.stopAfterRound("idle");
    yield changed(pursuit.goal());
  }
  if (request.signal.aborted) throw new RunCancelledError("The run was stopped");
  const goal = pursuit.goal();
  const end = endOf(goal) ?? "paused";
  const goesOn = rounds.stop === "gives-way" || rounds.stop === "suspended";
  if (goesOn && end === "paused" && report !== "") {
    yield { type: "goal.reported", round: rounds.count, text: report };
  }
  return answer(request, report, end === "paused" ? stopped(rounds.stop) ?? end : end);
}

/** @throws {StageError} when the round failed: Codex begins no further one */
async function* followRound(
  { clock }: AgentDependencies,
  request: GoalRequest,
  turn: Turn,
): AsyncGenerator<RunEvent, { readonly result: TurnResult; readonly worked: boolean }> {
  const stage: Stage = { role: "developer", round: ++request.goal.rounds.count };
  yield { type: "stage.started", ...stage };
  const startedAt = clock.monotonic();
  const events = followTurn(stage, turn, request, { clock, startedAt });
  let worked = false;
  let next = await events.next();
  for (; !next.done; next = await events.next()) {
    worked ||= isWork(next.value);
    yield next.value;
  }
  return { result: completedOrThrow(stage, next.value), worked };
}

/** Anything but thinking and talking. */
function isWork(event: RunEvent): boolean {
  if (event.type !== "turn.event" || event.event.type !== "item.completed") return false;
  const { type } = event.event.item;
  return type !== "message" && type !== "reasoning";
}

/** Stops the work when its time is used up; the round at work is told to come to an end. */
async function keepTime(
  { clock }: AgentDependencies,
  { goal: { wish, rounds } }: GoalRequest,
  pursuit: GoalPursuit,
  { over, turn }: { readonly over: AbortSignal; readonly turn: () => Turn | undefined },
): Promise<void> {
  if (wish.timeBudgetMs === undefined) return;
  const leftMs = wish.timeBudgetMs - (pursuit.goal()?.secondsUsed ?? 0) * SECOND_MS;
  if (leftMs > 0 && !await pause(clock, leftMs, over)) return;
  rounds.stopAfterRound("time-budget");
  // It may be over, or take nothing in: then it ends by itself.
  await turn()?.steer(TIME_IS_UP).catch(() => undefined);
}

function stopped(stop: GoalWork["rounds"]["stop"]): GoalEnd | undefined {
  switch (stop) {
    case undefined:
      return undefined;
    case "suspended":
    case "paused":
      return "paused";
    case "gives-way":
    case "time-budget":
    case "idle":
      return stop;
    default:
      return unreachable(stop);
  }
}

function answer({ goal: { rounds } }: GoalRequest, text: string, end: GoalEnd): Answer {
  return { text, goal: { end, rounds: rounds.count } };
}

function changed(goal: Goal | undefined): RunEvent {
  return goal === undefined ? { type: "goal.changed" } : { type: "goal.changed", goal };
}

function noGoals(kind: BackendKind): StageError {
  const trouble = { kind: "unsupported", wish: "goals", elsewhere: kind === "mcp" } as const;
  return new StageError("This Codex has no goals", { trouble });
}
