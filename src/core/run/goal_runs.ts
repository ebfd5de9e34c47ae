/**
 * Keeps the work on goals in the hands of people: makes a run of each goal that Codex sets itself,
 * lets requests pass a goal at work, and halts what an earlier process left at work.
 */
import type { Clock } from "../clock.ts";
import type { Machines } from "../codex/codex.ts";
import type { GoalPolicy } from "../codex/goal.ts";
import { pause } from "../deadline.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SessionStore } from "../session/session.ts";
import type { ActiveRun } from "./active_run.ts";
import type { GoalPause } from "./goal_rounds.ts";
import type { ConfirmationReason, Run, RunStore, StoredRun } from "./run.ts";

interface GoalRunsDependencies {
  readonly policy: GoalPolicy;
  readonly runs: Pick<RunStore, "create" | "handedOver">;
  readonly sessions: Pick<SessionStore, "peek">;
  readonly machines: Machines;
  readonly newRunId: () => string;
  /** Queues a stored run. */
  readonly enqueue: (run: Run) => void;
  /** Asks whether a stored run is wanted. */
  readonly ask: (run: Run, reason: ConfirmationReason) => void;
  readonly clock: Clock;
  readonly log: Log;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export class GoalRuns {
  readonly #deps: GoalRunsDependencies;
  /** The stored runs of goals that were found, by the run that came upon them. */
  readonly #found = new Map<string, Run>();
  readonly #closing = new AbortController();

  constructor(deps: GoalRunsDependencies) {
    this.#deps = deps;
  }

  /** Stores a run of the goal at once, so that the person is asked even after a crash. */
  found({ run, state, detached }: ActiveRun): void {
    const { policy, runs, newRunId, clock, log } = this.#deps;
    const goal = state.foundGoal;
    if (goal === undefined || goal.status === "complete" || detached) return;
    if (policy === "off" || this.#found.has(run.id)) return;
    const { session, origin } = run;
    const createdAt = clock.now().toISOString();
    const wish = { type: "adopt" } as const;
    const adopted = { id: newRunId(), session, origin, createdAt, prompt: goal.objective };
    try {
      const reason = policy === "ask" ? { type: "goal-found" } as const : undefined;
      const stored = { ...adopted, goal: wish };
      if (runs.create(stored, `goal:${run.id}`, reason)) this.#found.set(run.id, stored);
    } catch (error) {
      // It is paused and stays so: nothing runs unseen.
      log.error("goal.not-kept", { run: run.id, error: describeError(error) });
    }
  }

  /** Asks about the goal that a run came upon, or queues the work on it, now that the run is over. */
  runEnded({ run: { id }, state, detached }: ActiveRun): void {
    const run = this.#found.get(id);
    this.#found.delete(id);
    if (run === undefined || state.status === "suspended") return;
    const goal = state.foundGoal;
    if (goal === undefined || goal.status === "complete" || detached) this.#forget(run);
    else if (this.#deps.policy === "ask") this.#deps.ask(run, { type: "goal-found" });
    else this.#deps.enqueue(run);
  }

  /** Clears the goal that a person was asked about and does not want. Never rejects. */
  async clear(run: StoredRun): Promise<void> {
    if (run.goal === undefined || run.confirmation === undefined) return;
    if (run.confirmation.type === "goal-replaces") return;
    try {
      const place = await this.#placeOf(run);
      const goal = await place?.goals?.get(place.threadId);
      if (goal?.objective === run.prompt) await place?.goals?.clear(place.threadId);
    } catch (error) {
      // It stays paused.
      this.#deps.log.warn("goal.not-cleared", { run: run.id, error: describeError(error) });
    }
  }

  /**
   * Pauses what an earlier process left at work, as soon as its machine can be reached: a machine
   * elsewhere goes on with it while nobody is connected. Never rejects.
   */
  async halt(run: Run): Promise<void> {
    const { clock, log } = this.#deps;
    let pauseMs = FIRST_PAUSE_MS;
    do {
      try {
        const place = await this.#placeOf(run);
        const halted = await place?.goals?.halt(place.threadId);
        if (halted !== undefined) log.info("goal.halted", { run: run.id });
        return;
      } catch (error) {
        log.warn("goal.not-halted", { run: run.id, error: describeError(error) });
      }
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    } while (await pause(clock, pauseMs, this.#closing.signal));
  }

  close(): void {
    this.#closing.abort();
  }

  async #placeOf({ session: key }: Run): Promise<
    | { readonly goals: ReturnType<Machines["codexOn"]>["goals"]; readonly threadId: string }
    | undefined
  > {
    const { developerThread: thread } = await this.#deps.sessions.peek(key);
    if (thread === undefined) return undefined;
    const codex = this.#deps.machines.codexOn(thread.machine);
    // Which Codex it is, and whether it has goals, may show at its start only.
    await codex.start(this.#closing.signal);
    return { goals: codex.goals, threadId: thread.id };
  }

  #forget(run: Run): void {
    try {
      this.#deps.runs.handedOver(run.id);
    } catch (error) {
      this.#deps.log.error("run.not-recorded", { run: run.id, error: describeError(error) });
    }
  }
}

/** Lets a request pass the goal at work, after the present round: the goal may take hours. */
export function letPass({ run: { goal } }: ActiveRun, running: ActiveRun | undefined): void {
  const passes = goal === undefined || goal.type === "set";
  const isOther = running?.run.goal !== undefined && running.run.goal !== goal;
  if (passes && isOther) running.rounds.stopAfterRound("gives-way");
}

/** Tells of a run whether it was to set the goal that this one takes the place of. */
export function isReplacedBy({ goal }: Run): (active: ActiveRun) => boolean {
  return ({ run }) => run.goal?.type === "set" && run.prompt === goal?.replaces;
}

/**
 * Lets the work on a goal end with its present round; stops what waits at the head of its queue, or
 * has not set its goal yet.
 * @returns undefined where nothing works on a goal
 */
export function pauseWork(running: ActiveRun | undefined): GoalPause | undefined {
  if (running?.run.goal === undefined) return undefined;
  if (!running.isWaiting && !isYetToBeSet(running)) {
    running.rounds.stopAfterRound("paused");
    return "after-round";
  }
  running.controller.abort();
  return "dropped";
}

/** Whether Codex knows nothing yet of a goal that nobody has worked on. */
function isYetToBeSet({ run: { goal, interruptedStep }, rounds }: ActiveRun): boolean {
  return goal?.type === "set" && interruptedStep === undefined && !rounds.reachCodex;
}

/** Whether requests wait that come before the work on the goal. */
export function mustGiveWay(
  { run, controller }: ActiveRun,
  waiting: readonly ActiveRun[],
): boolean {
  const passing = waiting.some(({ run: { goal } }) => goal === undefined);
  return run.goal !== undefined && passing && !controller.signal.aborted;
}
