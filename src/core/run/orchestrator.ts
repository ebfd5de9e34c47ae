/**
 * The orchestrator: takes requests in, keeps one lane per session, and answers what people ask of
 * their session. What happens to a request once its turn has come stands in journey.ts.
 */
import { runAtWork, runView, suspend } from "./active_run.ts";
import type { CancelReport, Engine, QueueReport, StatusReport, SteerReport } from "./engine.ts";
import { describeError } from "../errors.ts";
import { RunExecutor, type RunExecutorDependencies } from "./run_executor.ts";
import { Confirmations } from "./confirmations.ts";
import type { LastRequest, Run, StoredRun } from "./run.ts";
import { newSession, type Session, type SessionKey } from "../session/session.ts";
import { type Lane, SessionLanes } from "./session_lanes.ts";
import { type Mode, type Profile, profileNamed, withChoices } from "../session/settings.ts";
import { Steering } from "./steering.ts";

export interface OrchestratorDependencies extends RunExecutorDependencies {
  readonly maxReviewRounds: number;
  /** How long nobody was here before this process, in milliseconds. */
  readonly downtimeMs: number;
  /** A request that waited longer than this for the program must be confirmed before it runs; milliseconds. */
  readonly askAfterMs: number;
}

export class Orchestrator implements Engine {
  readonly #deps: OrchestratorDependencies;
  readonly #executor: RunExecutor;
  readonly #lanes: SessionLanes;
  readonly #confirmations: Confirmations;
  readonly #steering: Steering;
  /** Runs that this process has taken up, until nothing is left of earlier ones. */
  #taken: Set<string> | undefined = new Set();
  #closing = false;

  constructor(deps: OrchestratorDependencies) {
    this.#deps = deps;
    this.#executor = new RunExecutor(deps);
    this.#lanes = new SessionLanes((lane, run) => this.#execute(lane, run));
    this.#confirmations = new Confirmations(deps);
    this.#steering = new Steering(deps, {
      submit: (run, sourceId) => this.submit(run, sourceId),
      enqueue: (run) => this.#enqueue(run),
    });
  }

  /**
   * Takes up what an earlier process left: delivers what was answered, goes on with what waited or
   * only read, and asks about everything else.
   * @returns false when the disk did not let it: call it again, which takes up only what is left
   */
  resume(): boolean {
    try {
      for (const run of this.#deps.runs.unfinished()) {
        if (this.#taken?.has(run.id) === false) this.#takeUp(run);
      }
      this.#taken = undefined;
      return true;
    } catch (error) {
      this.#deps.log.error("runs.not-resumed", { error: describeError(error) });
      return false;
    }
  }

  submit(run: Run, sourceId: string): boolean {
    const confirmation = this.#confirmations.reasonFor(run);
    if (!this.#deps.runs.create(run, sourceId, confirmation)) return false;
    this.#taken?.add(run.id);
    // While the program stops, the stored request is left for the next start.
    if (this.#closing) return true;
    if (confirmation === undefined) this.#enqueue({ ...run, status: "queued" });
    else this.#confirmations.show(run, confirmation);
    return true;
  }

  steer(run: Run, sourceId: string): SteerReport {
    return this.#steering.steer(run, sourceId, this.#lanes.lane(run.session)?.active);
  }

  lastRequest(key: SessionKey): LastRequest | undefined {
    return this.#deps.runs.lastRequest(key);
  }

  continueRun(key: SessionKey, runId: string): boolean {
    const run = this.#confirmations.find(key, runId) && this.#deps.runs.confirm(runId);
    if (!run) return false;
    this.#deps.log.info("run.accepted", { run: runId });
    this.#enqueue(run);
    return true;
  }

  dropRun(key: SessionKey, runId: string): boolean {
    const run = this.#confirmations.find(key, runId);
    if (run !== undefined) this.#drop(run);
    return run !== undefined;
  }

  awaitingConfirmation(key: SessionKey): readonly StoredRun[] {
    return this.#confirmations.of(key);
  }

  queue(key: SessionKey): QueueReport {
    const now = this.#deps.clock.monotonic();
    return {
      ...this.#activeRun(key),
      waiting: [...this.#lanes.lane(key)?.waiting ?? []],
      awaitingConfirmation: this.#confirmations.known(key),
      inTopics: this.#lanes.inTopics(key).map((each) => runView(each, now)),
    };
  }

  cancel(key: SessionKey, { all }: { readonly all: boolean }): CancelReport {
    const lane = this.#lanes.lane(key);
    const dropped = all
      ? [...lane?.waiting.splice(0) ?? [], ...this.#confirmations.known(key)]
      : [];
    for (const run of dropped) this.#drop(run);
    const { active: stopped } = this.#activeRun(key);
    lane?.active?.controller.abort();
    return {
      ...(stopped === undefined ? {} : { stopped }),
      dropped: dropped.length,
      remaining: lane?.waiting.length ?? 0,
    };
  }

  cancelRun(key: SessionKey, runId: string): boolean {
    const lane = this.#lanes.lane(key);
    if (lane?.active?.run.id === runId) {
      lane.active.controller.abort();
      return true;
    }
    const dropped = this.#lanes.remove(key, runId);
    if (lane === undefined || dropped === undefined) return false;
    this.#drop(dropped);
    this.#showPlaces(lane);
    return true;
  }

  async status(key: SessionKey): Promise<StatusReport> {
    const { profiles, machines, maxReviewRounds } = this.#deps;
    const { session, setAside } = await this.#deps.sessions.read(key);
    const profile = withChoices(profileNamed(profiles, session.profile), session);
    return {
      session,
      ...(setAside === undefined ? {} : { setAside }),
      profile,
      ...this.#activeRun(key),
      queued: this.#lanes.lane(key)?.waiting.length ?? 0,
      awaitingConfirmation: this.#confirmations.known(key).length,
      maxReviewRounds,
      codex: machines.codexOn(profile.machine).health(),
    };
  }

  async reset(key: SessionKey): Promise<CancelReport> {
    const lane = this.#lanes.lane(key);
    if (lane?.active !== undefined) lane.active.detached = true;
    const report = this.cancel(key, { all: true });
    const { profiles, clock, runs, recorder } = this.#deps;
    runs.forgetRequest(key);
    await this.#deps.sessions.change(key, () => newSession(key, profiles.default, clock.now()));
    recorder.forget(key);
    return report;
  }

  setMode(key: SessionKey, mode: Mode): Promise<Session> {
    return this.#deps.sessions.change(key, (session) => ({ ...session, mode }));
  }

  async selectProfile(key: SessionKey, name: string): Promise<Profile | undefined> {
    const profile = this.#deps.profiles.all.get(name.toLowerCase());
    if (profile === undefined) return undefined;
    await this.#deps.sessions.change(key, (session) => ({ ...session, profile: profile.name }));
    return profile;
  }

  profiles(): { readonly all: readonly Profile[]; readonly default: string } {
    const { profiles } = this.#deps;
    const { name } = profileNamed(profiles, profiles.default);
    return { all: [...profiles.all.values()], default: name };
  }

  /**
   * Waits for the runs at work, then stops those that remain; the next start finds them.
   * @param graceMs how long they may take to end by themselves
   */
  async close(graceMs: number): Promise<void> {
    const running = this.#lanes.active().length;
    if (running > 0) this.#deps.log.info("program.stopping", { running, grace_ms: graceMs });
    this.#closing = true;
    this.#lanes.close();
    const waited = new AbortController();
    const grace = this.#deps.clock.sleep(graceMs, waited.signal).catch(() => {
      // Aborted because every run has ended: nothing is left to wait for.
    });
    await Promise.race([this.#lanes.idle(), grace]);
    for (const active of this.#lanes.active()) suspend(active);
    await this.#lanes.idle();
    waited.abort();
    await grace;
  }

  #enqueue(run: StoredRun): void {
    const position = this.#lanes.add(run);
    if (position > 0) this.#deps.chat.show(run, { type: "run.queued", position });
  }

  async #execute(lane: Lane, run: StoredRun): Promise<void> {
    lane.active = runAtWork(run, this.#deps.clock);
    this.#showPlaces(lane);
    await this.#executor.execute(lane.active, () => this.#closing);
  }

  #showPlaces({ waiting }: Lane): void {
    const { chat } = this.#deps;
    waiting.forEach((run, index) => chat.show(run, { type: "run.queued", position: index + 1 }));
  }

  #takeUp(run: StoredRun): void {
    const { downtimeMs, askAfterMs } = this.#deps;
    if (run.ended !== undefined) {
      this.#executor.deliver(run, run.ended);
    } else if (run.confirmation !== undefined) {
      this.#confirmations.show(run, run.confirmation);
    } else if (run.openStep?.repeatable === false) {
      this.#confirmations.ask(run, { type: "interrupted", step: run.openStep.name });
    } else if (downtimeMs > askAfterMs) {
      this.#confirmations.ask(run, { type: "old" });
    } else this.#goOn(run);
    this.#taken?.add(run.id);
  }

  #activeRun(key: SessionKey): Pick<QueueReport, "active"> {
    const active = this.#lanes.lane(key)?.active;
    if (active === undefined) return {};
    return { active: runView(active, this.#deps.clock.monotonic()) };
  }

  #goOn(run: StoredRun): void {
    this.#deps.log.info("run.continued", { run: run.id });
    if (run.status === "running") this.#deps.chat.show(run, { type: "run.continued" });
    this.#enqueue(run);
  }

  #drop(run: Run): void {
    try {
      this.#deps.runs.handedOver(run.id);
    } catch (error) {
      // A running process does not start it any more; the next one may, and says so.
      this.#deps.log.error("run.not-recorded", { run: run.id, error: describeError(error) });
    }
    const outcome = { status: "cancelled" } as const;
    this.#deps.chat.show(run, { type: "run.finished", outcome, latencyMs: 0 });
  }
}
