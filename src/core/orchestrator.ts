/**
 * The orchestrator: takes requests in, keeps one lane per session, and answers what people ask of
 * their session. What happens to a request once its turn has come stands in journey.ts.
 */
import { describeActiveRun, runAtWork } from "./active_run.ts";
import type { CodexBackend } from "./codex.ts";
import type { CancelReport, Engine, StatusReport } from "./engine.ts";
import { Journey, type JourneyDependencies } from "./journey.ts";
import type { Run, StoredRun } from "./run.ts";
import { newSession, type Session, type SessionKey } from "./session.ts";
import { type Lane, SessionLanes } from "./session_lanes.ts";
import { type Mode, type Profile, profileNamed } from "./settings.ts";

export interface OrchestratorDependencies extends JourneyDependencies {
  readonly backend: Pick<CodexBackend, "health">;
  readonly maxReviewRounds: number;
}

export class Orchestrator implements Engine {
  readonly #deps: OrchestratorDependencies;
  readonly #journey: Journey;
  readonly #lanes: SessionLanes;
  #closing = false;

  constructor(deps: OrchestratorDependencies) {
    this.#deps = deps;
    this.#journey = new Journey(deps);
    this.#lanes = new SessionLanes((lane, run) => this.#carryOut(lane, run));
  }

  /** Takes up what an earlier process left: waiting and reading goes on, developing is told. */
  resume(): void {
    for (const run of this.#deps.runs.unfinished()) {
      if (run.openStep?.repeatable === false) {
        this.#deps.runs.markInterrupted(run.id);
        this.#deps.chat.notify(run, { type: "run.interrupted", step: run.openStep.name });
        this.#deps.log.warn("run.interrupted", { run: run.id, step: run.openStep.name });
      } else {
        if (run.status === "running") this.#deps.chat.notify(run, { type: "run.continued" });
        this.#deps.log.info("run.continued", { run: run.id });
        this.#enqueue(run);
      }
    }
  }

  submit(run: Run, sourceId: string): void {
    if (!this.#deps.runs.create(run, sourceId)) return;
    // While the program stops, the stored request is left for the next start.
    if (!this.#closing) this.#enqueue({ ...run, status: "queued" });
  }

  cancel(key: SessionKey, { all }: { readonly all: boolean }): CancelReport {
    const lane = this.#lanes.lane(key);
    const dropped = all ? lane?.waiting.splice(0) ?? [] : [];
    for (const run of dropped) this.#dropWaiting(run);
    const active = lane?.active;
    const stopped = active === undefined
      ? {}
      : { stopped: describeActiveRun(active, this.#deps.clock.monotonic()) };
    active?.controller.abort();
    return { ...stopped, dropped: dropped.length, remaining: lane?.waiting.length ?? 0 };
  }

  cancelRun(key: SessionKey, runId: string): boolean {
    const lane = this.#lanes.lane(key);
    if (lane?.active?.run.id === runId) {
      lane.active.controller.abort();
      return true;
    }
    const index = lane?.waiting.findIndex(({ id }) => id === runId) ?? -1;
    const [dropped] = index < 0 ? [] : lane?.waiting.splice(index, 1) ?? [];
    if (dropped === undefined) return false;
    this.#dropWaiting(dropped);
    return true;
  }

  async status(key: SessionKey): Promise<StatusReport> {
    const { session, setAside } = await this.#deps.sessions.read(key);
    const lane = this.#lanes.lane(key);
    const active = lane?.active;
    return {
      session,
      ...(setAside === undefined ? {} : { setAside }),
      profile: profileNamed(this.#deps.profiles, session.profile),
      ...(active === undefined
        ? {}
        : { active: describeActiveRun(active, this.#deps.clock.monotonic()) }),
      queued: lane?.waiting.length ?? 0,
      maxReviewRounds: this.#deps.maxReviewRounds,
      codex: this.#deps.backend.health(),
    };
  }

  async reset(key: SessionKey): Promise<CancelReport> {
    const lane = this.#lanes.lane(key);
    if (lane?.active !== undefined) lane.active.detached = true;
    const report = this.cancel(key, { all: true });
    const { profiles, clock } = this.#deps;
    await this.#deps.sessions.change(key, () => newSession(key, profiles.default, clock.now()));
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
    return {
      all: [...profiles.all.values()],
      default: profileNamed(profiles, profiles.default).name,
    };
  }

  /**
   * Waits for the runs at work, then stops those that remain; the next start finds them.
   * @param graceMs how long they may take to end by themselves
   */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    this.#lanes.close();
    const waited = new AbortController();
    const grace = this.#deps.clock.sleep(graceMs, waited.signal).catch(() => {
      // Aborted because every run has ended: nothing is left to wait for.
    });
    await Promise.race([this.#lanes.idle(), grace]);
    for (const active of this.#lanes.active()) active.controller.abort();
    await this.#lanes.idle();
    waited.abort();
    await grace;
  }

  #enqueue(run: StoredRun): void {
    const position = this.#lanes.add(run);
    if (position > 0) this.#deps.chat.show(run, { type: "run.queued", position });
  }

  async #carryOut(lane: Lane, run: StoredRun): Promise<void> {
    const { clock, chat } = this.#deps;
    const active = runAtWork(run, clock);
    lane.active = active;
    lane.waiting.forEach((next, index) =>
      chat.show(next, { type: "run.queued", position: index + 1 })
    );
    await this.#journey.carryOut(active, () => this.#closing);
  }

  #dropWaiting(run: StoredRun): void {
    this.#deps.runs.finish(run.id);
    this.#deps.chat.show(run, {
      type: "run.finished",
      outcome: { status: "cancelled" },
      latencyMs: 0,
    });
  }
}
