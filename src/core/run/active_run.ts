/** Runs in the hands of this process, and how what happens to them reaches everyone who watches. */
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import type { Profile } from "../session/settings.ts";
import type { RunView } from "./engine.ts";
import type { RunEvent } from "./events.ts";
import type { StoredRun } from "./run.ts";
import type { RunLog } from "./run_log.ts";
import { currentStage, newRunState, reduceRun, type RunChange } from "./run_state.ts";
import type { RunObserver, RunState } from "./run_state.ts";
import { RunAdditions } from "./steering.ts";

/** A run that waits or is at work, with the handles that a state cannot hold. */
export class ActiveRun {
  readonly run: StoredRun;
  /** Aborted to stop it. */
  readonly controller = new AbortController();
  readonly additions: RunAdditions;
  /** Set once the run has begun. */
  profile?: Profile;
  /** What is asked, with the paths under which Codex finds the files; set once the run has begun. */
  prompt?: string;
  /** True when the end of the program stops it, and not a person. */
  suspended = false;
  /** True after `/new`: the session it belonged to is gone and must not be written to. */
  detached = false;
  #state: RunState;

  /** @param log of the process that began it */
  constructor(run: StoredRun, log?: RunLog) {
    this.run = run;
    this.additions = new RunAdditions(run.additions);
    this.#state = newRunState(run, log);
  }

  get state(): RunState {
    return this.#state;
  }

  apply(event: RunEvent, at: Date): RunChange {
    const { run, profile, detached } = this;
    const before = this.#state;
    this.#state = reduceRun(before, event, at);
    const change = { run, detached, event, at, before, state: this.#state };
    return profile === undefined ? change : { ...change, profile };
  }

  /** Stops it such that the next start finds it. */
  suspend(): void {
    this.suspended = true;
    this.controller.abort();
  }

  /** As others see it: ages instead of times. */
  view(now: Date): RunView {
    const { mode, startedAt } = this.#state;
    const stage = currentStage(this.#state);
    const age = (since: Date): number => Math.max(0, now.getTime() - since.getTime());
    return {
      run: this.run,
      mode,
      ageMs: startedAt === undefined ? 0 : age(startedAt),
      ...(this.profile?.machine === undefined ? {} : { machine: this.profile.machine }),
      ...(stage === undefined
        ? {}
        : { stage: { role: stage.role, round: stage.round, ageMs: age(stage.startedAt) } }),
    };
  }
}

export interface RunReporterDependencies {
  readonly chat: Pick<ChatPort, "show">;
  readonly observers: readonly RunObserver[];
  readonly clock: Clock;
}

/** Applies events to runs and tells who watches. */
export class RunReporter {
  readonly #deps: RunReporterDependencies;

  constructor(deps: RunReporterDependencies) {
    this.#deps = deps;
  }

  /** Tells everyone of a run at work; nobody, once the run is over. */
  report(active: ActiveRun, event: RunEvent): void {
    const change = this.record(active, event);
    if (change !== undefined) this.#deps.chat.show(change);
  }

  /** Tells the observers alone. @returns undefined when the run is over, and nobody was told */
  record(active: ActiveRun, event: RunEvent): RunChange | undefined {
    const { status } = active.state;
    if (status === "finished" || status === "suspended") return undefined;
    const change = active.apply(event, this.#deps.clock.now());
    for (const observer of this.#deps.observers) observer.observe(change);
    return change;
  }

  /** Tells the front-end alone: the run is not at work. */
  show(active: ActiveRun, event: RunEvent): void {
    this.#deps.chat.show(active.apply(event, this.#deps.clock.now()));
  }
}
