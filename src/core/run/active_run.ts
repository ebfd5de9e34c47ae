/** Holds the runs of this process and reports what happens to them. */
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import type { Profile } from "../session/settings.ts";
import type { RunView } from "./engine.ts";
import type { RunEvent } from "./events.ts";
import { GoalRounds } from "./goal_rounds.ts";
import { awaitsGo } from "./plan_state.ts";
import type { LastRequest, RunSettings, StoredRun } from "./run.ts";
import { type RunLog, stagesMs } from "./run_log.ts";
import { currentStage, newRunState, reduceRun, type RunChange, workingMode } from "./run_state.ts";
import type { RunObserver, RunState } from "./run_state.ts";
import { RunAdditions } from "./steering.ts";

/** A run that is queued or at work: its state, and handles that a state cannot have. */
export class ActiveRun {
  #run: StoredRun;
  /** Aborted to stop it. */
  readonly controller = new AbortController();
  readonly additions: RunAdditions;
  /** Of the work on a goal. */
  readonly rounds = new GoalRounds();
  /** Set when the run begins. */
  profile?: Profile;
  /** The request with the paths under which Codex finds its files; set when the run begins. */
  prompt?: string;
  /**
   * How long it has waited to begin at the head of its queue, or for a Go, in this process, in
   * milliseconds.
   */
  waitedMs = 0;
  /** How long the stages took that ended in earlier processes, in milliseconds. */
  readonly earlierMs: number;
  /** True when it is stopped by the end of the program, not by a person. */
  suspended = false;
  /** True after `/new`: its session has begun anew and must not get anything of it. */
  detached = false;
  #state: RunState;

  /** @param log of an earlier process that began it */
  constructor(run: StoredRun, log?: RunLog) {
    this.#run = run;
    this.additions = new RunAdditions(
      run.additions,
      () => this.controller.signal.aborted && !this.suspended,
    );
    this.#state = newRunState(run, log);
    this.earlierMs = log === undefined ? 0 : stagesMs(log);
  }

  get run(): StoredRun {
    return this.#run;
  }

  /** Replaces words and files of a run that has not begun. */
  reword({ prompt, attachments }: LastRequest): void {
    const { attachments: _before, ...rest } = this.#run;
    this.#run = { ...rest, prompt, ...(attachments === undefined ? {} : { attachments }) };
  }

  /** Keeps what a run that has not begun works under, whatever its session gets. */
  keepSettings(settings: RunSettings): void {
    this.#run = { ...this.#run, ...settings };
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

  /** Whether it waits at the head of its queue: nothing of it has begun. */
  get isWaiting(): boolean {
    return this.#state.held !== undefined || this.#state.folderWait !== undefined;
  }

  /** Whether it may wait for days, and has changed nothing yet. */
  get waitsForDays(): boolean {
    return this.isWaiting || awaitsGo(this.#state);
  }

  /** Whether it is left to the next start without having changed anything. */
  get isLeft(): boolean {
    return this.#state.status === "suspended" && this.waitsForDays;
  }

  /** Stops it so that the next start resumes it. */
  suspend(): void {
    this.suspended = true;
    this.controller.abort();
  }

  /** The run as front-ends see it, with ages instead of times. */
  view(now: Date): RunView {
    const { startedAt, progress, held, folderWait, goal } = this.#state;
    const stage = currentStage(this.#state);
    const age = (since: Date): number => Math.max(0, now.getTime() - since.getTime());
    return {
      run: this.run,
      ...(this.run.task === undefined ? {} : { task: this.run.task }),
      mode: workingMode(this.#state),
      progress,
      ageMs: startedAt === undefined ? 0 : age(startedAt),
      ...(held === undefined ? {} : { held }),
      ...(folderWait === undefined ? {} : { folderWait }),
      ...(goal === undefined ? {} : { goal }),
      ...(this.rounds.stop === undefined ? {} : { roundStop: this.rounds.stop }),
      ...(awaitsGo(this.#state) ? { awaitsGo: true as const } : {}),
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

/** Applies events to runs and tells the observers and the front-end. */
export class RunReporter {
  readonly #deps: RunReporterDependencies;

  constructor(deps: RunReporterDependencies) {
    this.#deps = deps;
  }

  /** Reports an event of a run at work to all; does nothing when the run is over. */
  report(active: ActiveRun, event: RunEvent): void {
    const change = this.record(active, event);
    if (change !== undefined) this.#deps.chat.show(change);
  }

  /** Reports it to the observers only. @returns undefined when the run is over and nobody was told */
  record(active: ActiveRun, event: RunEvent): RunChange | undefined {
    const { status } = active.state;
    if (status === "finished" || status === "suspended") return undefined;
    const change = active.apply(event, this.#deps.clock.now());
    for (const observer of this.#deps.observers) observer.observe(change);
    return change;
  }

  /** Shows an event of a run that is not at work to the front-end only. */
  show(active: ActiveRun, event: RunEvent): void {
    this.#deps.chat.show(active.apply(event, this.#deps.clock.now()));
  }
}
