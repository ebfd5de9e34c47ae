import type { BackendHealth } from "../../src/core/codex/codex.ts";
import type {
  CancelReport,
  Engine,
  QueueReport,
  RequestToRetry,
  RunView,
  StatusReport,
  SteerRefusal,
  SteerReport,
} from "../../src/core/run/engine.ts";
import type { GoalPause, RoundStop } from "../../src/core/run/goal_rounds.ts";
import type { HeldUntil } from "../../src/core/run/queue_holds.ts";
import type { LastRequest, Run } from "../../src/core/run/run.ts";
import { NO_PROGRESS } from "../../src/core/run/run_progress.ts";
import { newSession, type Session, type SessionKey } from "../../src/core/session/session.ts";
import type { Mode, Profile } from "../../src/core/session/settings.ts";

const CODEX: BackendHealth = {
  kind: "echo",
  command: "echo",
  version: "0.0.0",
  running: true,
  ready: true,
  restarts: 0,
};
export const PROFILE: Profile = {
  name: "default",
  workingDirectory: "/project",
  sandbox: "read-only",
  approvalPolicy: "never",
  agents: {
    single: { developer: {} },
    plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
  },
};

/** An engine that does nothing but record its calls. */
export class RecordingEngine implements Engine {
  readonly askedFor: SessionKey[] = [];
  readonly submitted: Run[] = [];
  readonly steered: Run[] = [];
  /** The report on words to the running request. */
  steering: SteerReport = { type: "request" };
  /** The running request of every session. */
  running: Run | undefined;
  /** How the usage limit holds it. */
  held: HeldUntil | undefined;
  waiting: readonly Run[] = [];
  toConfirm: readonly Run[] = [];
  inTopics: readonly RunView[] = [];
  last: LastRequest | undefined;
  codex = CODEX;
  /** The error of accepting a request, where it fails. */
  failure: Error | undefined;
  /** Ids of the runs that were cancelled, continued or dropped by a button. */
  readonly touchedRuns: string[] = [];

  readonly foreseen: SessionKey[] = [];

  foresee(session: SessionKey): void {
    this.foreseen.push(session);
  }

  submit(run: Run): boolean {
    this.askedFor.push(run.session);
    if (this.failure !== undefined) throw this.failure;
    this.submitted.push(run);
    return true;
  }

  steer(run: Run): SteerReport {
    this.askedFor.push(run.session);
    if (this.failure !== undefined) throw this.failure;
    this.steered.push(run);
    return this.steering;
  }

  /** New words of runs that wait. */
  readonly reworded: (readonly [runId: string, request: LastRequest])[] = [];

  rewordRun(_key: SessionKey, runId: string, request: LastRequest): boolean {
    if (!this.waiting.some(({ id }) => id === runId)) return false;
    this.reworded.push([runId, request]);
    return true;
  }

  /** Why the running request takes no words. */
  refusesWords: SteerRefusal | undefined;

  steerRefusal(): SteerRefusal | undefined {
    return this.refusesWords;
  }

  lastRequest(key: SessionKey): LastRequest | undefined {
    this.askedFor.push(key);
    return this.last;
  }

  queue(key: SessionKey): QueueReport {
    this.askedFor.push(key);
    const run = this.running;
    const stop = this.roundStop === undefined ? {} : { roundStop: this.roundStop };
    const held = this.held === undefined ? {} : { held: this.held };
    const active = run === undefined ? {} : {
      active: { run, mode: "single" as const, progress: NO_PROGRESS, ageMs: 0, ...stop, ...held },
    };
    return {
      ...active,
      waiting: this.waiting,
      awaitingConfirmation: this.toConfirm,
      inTopics: this.inTopics,
    };
  }

  /** What there was to stop. */
  cancelled: CancelReport = { dropped: 0, remaining: 0 };

  cancel(key: SessionKey): CancelReport {
    this.askedFor.push(key);
    return this.cancelled;
  }

  cancelRun(key: SessionKey, runId: string): boolean {
    return this.#touch(key, runId);
  }

  /** Whether a goal is at work. */
  goalAtWork = false;

  /** Why the running goal begins no further round. */
  roundStop: RoundStop | undefined;

  pauseGoal(key: SessionKey): GoalPause | undefined {
    this.askedFor.push(key);
    if (!this.goalAtWork) return undefined;
    return this.running === undefined ? "dropped" : "after-round";
  }

  continueRun(key: SessionKey, runId: string): boolean {
    return this.#touch(key, runId);
  }

  resumeHeld(key: SessionKey): boolean {
    this.askedFor.push(key);
    return false;
  }

  runBeside(key: SessionKey, runId: string): boolean {
    return this.#touch(key, runId);
  }

  isFolderBusy(): boolean {
    return false;
  }

  requestToRetry(key: SessionKey): RequestToRetry {
    const last = this.lastRequest(key);
    return last === undefined ? { type: "none" } : { type: "request", request: last };
  }

  repeated(): void {}

  retryRun(key: SessionKey, runId: string): boolean {
    return this.#touch(key, runId);
  }

  dropRun(key: SessionKey, runId: string): boolean {
    return this.#touch(key, runId);
  }

  awaitingConfirmation(key: SessionKey): readonly Run[] {
    this.askedFor.push(key);
    return [];
  }

  status(key: SessionKey): Promise<StatusReport> {
    const session = this.#session(key);
    const { active } = this.queue(key);
    return Promise.resolve({
      session,
      ...(active === undefined ? {} : { active }),
      profile: PROFILE,
      queued: 0,
      awaitingConfirmation: this.toConfirm.length,
      maxReviewRounds: 3,
      codex: this.codex,
    });
  }

  reset(key: SessionKey): Promise<CancelReport> {
    return Promise.resolve(this.cancel(key));
  }

  setMode(key: SessionKey, mode: Mode): Promise<Session> {
    return Promise.resolve({ ...this.#session(key), mode });
  }

  selectProfile(key: SessionKey): Promise<Profile | undefined> {
    this.askedFor.push(key);
    return Promise.resolve(undefined);
  }

  profiles(): ReturnType<Engine["profiles"]> {
    return { all: [{ ...PROFILE, codex: this.codex.kind }], default: "default" };
  }

  /** What every session remembers. */
  remembered: Partial<Session> = {};

  #session(key: SessionKey): Session {
    this.askedFor.push(key);
    return { ...newSession(key, "default", new Date(0)), ...this.remembered };
  }

  #touch(key: SessionKey, runId: string): boolean {
    this.askedFor.push(key);
    this.touchedRuns.push(runId);
    return false;
  }
}
