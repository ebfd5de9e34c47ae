/**
 * The orchestrator: takes requests in, keeps one lane per session, and answers what people ask of
 * their session. What happens to a request once its turn has come stands in journey.ts.
 */
import { describeActiveRun, runAtWork, suspend } from "./active_run.ts";
import type { CodexBackend } from "./codex.ts";
import type { CancelReport, Engine, StatusReport } from "./engine.ts";
import { describeError } from "./errors.ts";
import { Journey, type JourneyDependencies } from "./journey.ts";
import type { OfferReason, Run, StoredRun } from "./run.ts";
import { newSession, type Session, type SessionKey } from "./session.ts";
import { type Lane, SessionLanes } from "./session_lanes.ts";
import { type Mode, type Profile, profileNamed } from "./settings.ts";

export interface OrchestratorDependencies extends JourneyDependencies {
  readonly backend: Pick<CodexBackend, "health">;
  readonly maxReviewRounds: number;
  /** How long nobody was here before this process, in milliseconds. */
  readonly downtimeMs: number;
  /** A request that waited longer than this for the program is offered, not run; milliseconds. */
  readonly askAfterMs: number;
}

export class Orchestrator implements Engine {
  readonly #deps: OrchestratorDependencies;
  readonly #journey: Journey;
  readonly #lanes: SessionLanes;
  /** Runs that this process has taken up, until nothing is left of earlier ones. */
  #taken: Set<string> | undefined = new Set();
  #closing = false;

  constructor(deps: OrchestratorDependencies) {
    this.#deps = deps;
    this.#journey = new Journey(deps);
    this.#lanes = new SessionLanes((lane, run) => this.#carryOut(lane, run));
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

  submit(run: Run, sourceId: string): void {
    const offer: OfferReason | undefined = this.#isOld(run) ? { type: "old" } : undefined;
    if (!this.#deps.runs.create(run, sourceId, offer)) return;
    this.#taken?.add(run.id);
    // While the program stops, the stored request is left for the next start.
    if (this.#closing) return;
    if (offer === undefined) this.#enqueue({ ...run, status: "queued" });
    else this.#showOffer(run, offer);
  }

  continueRun(key: SessionKey, runId: string): boolean {
    const run = this.#onOffer(key, runId) && this.#deps.runs.accept(runId);
    if (!run) return false;
    this.#deps.log.info("run.accepted", { run: runId });
    this.#enqueue(run);
    return true;
  }

  dropRun(key: SessionKey, runId: string): boolean {
    const run = this.#onOffer(key, runId);
    if (run !== undefined) this.#drop(run);
    return run !== undefined;
  }

  offered(key: SessionKey): readonly StoredRun[] {
    return this.#deps.runs.offered(key);
  }

  cancel(key: SessionKey, { all }: { readonly all: boolean }): CancelReport {
    const lane = this.#lanes.lane(key);
    const dropped = all ? [...lane?.waiting.splice(0) ?? [], ...this.#onOfferNow(key)] : [];
    for (const run of dropped) this.#drop(run);
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
    this.#drop(dropped);
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
      offered: this.#onOfferNow(key).length,
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

  async #carryOut(lane: Lane, run: StoredRun): Promise<void> {
    const { clock, chat } = this.#deps;
    const active = runAtWork(run, clock);
    lane.active = active;
    lane.waiting.forEach((next, index) =>
      chat.show(next, { type: "run.queued", position: index + 1 })
    );
    await this.#journey.carryOut(active, () => this.#closing);
  }

  #takeUp(run: StoredRun): void {
    const { downtimeMs, askAfterMs } = this.#deps;
    if (run.ended !== undefined) this.#journey.deliver(run, run.ended);
    else if (run.offer !== undefined) this.#showOffer(run, run.offer);
    else if (run.openStep?.repeatable === false) {
      this.#offer(run, { type: "interrupted", step: run.openStep.name });
    } else if (downtimeMs > askAfterMs) this.#offer(run, { type: "old" });
    else this.#goOn(run);
    this.#taken?.add(run.id);
  }

  /** `/cancel` and `/status` work without a disk, too. */
  #onOfferNow(key: SessionKey): readonly StoredRun[] {
    try {
      return this.offered(key);
    } catch (error) {
      this.#deps.log.error("runs.unreadable", { error: describeError(error) });
      return [];
    }
  }

  #isOld({ sentAt, createdAt }: Run): boolean {
    const waitedMs = sentAt === undefined ? 0 : Date.parse(createdAt) - Date.parse(sentAt);
    return waitedMs > this.#deps.askAfterMs;
  }

  #onOffer(key: SessionKey, runId: string): StoredRun | undefined {
    return this.offered(key).find(({ id }) => id === runId);
  }

  #offer(run: StoredRun, reason: OfferReason): void {
    this.#deps.runs.offer(run.id, reason);
    this.#showOffer(run, reason);
  }

  #showOffer(run: Run, reason: OfferReason): void {
    this.#deps.log.warn("run.offered", { run: run.id, reason: reason.type });
    this.#deps.chat.show(run, { type: "run.offered", reason });
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
    this.#deps.chat.show(run, {
      type: "run.finished",
      outcome: { status: "cancelled" },
      latencyMs: 0,
    });
  }
}
