/**
 * Takes requests, runs those of a session one after another, and answers what people ask about their
 * session. How a request is executed is in run_executor.ts.
 */
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import type { GoalPolicy } from "../codex/goal.ts";
import { waitAtMost } from "../deadline.ts";
import { describeError } from "../errors.ts";
import { KeyedQueue } from "../keyed_queue.ts";
import type { Log } from "../log.ts";
import { type Session, sessionId, type SessionKey } from "../session/session.ts";
import type { Mode, Profile, Profiles } from "../session/settings.ts";
import { ActiveRun, RunReporter } from "./active_run.ts";
import { Confirmations, reasonToAsk } from "./confirmations.ts";
import type {
  CancelReport,
  Engine,
  QueueReport,
  RequestToRetry,
  StatusReport,
  SteerRefusal,
  SteerReport,
} from "./engine.ts";
import type { GoalPause } from "./goal_rounds.ts";
import { GoalRuns, isReplacedBy, letPass, mustGiveWay, pauseWork } from "./goal_runs.ts";
import type { FolderConflicts } from "./folder_queue.ts";
import { RunAdmission } from "./run_admission.ts";
import type { FolderPlace } from "../workspace/folder_place.ts";
import { Resumption } from "./resumption.ts";
import type { QueueHolds } from "./queue_holds.ts";
import type { LastRequest, Run, RunPart, StoredRun } from "./run.ts";
import { requestToRetry } from "./request_to_retry.ts";
import { RunExecutor, type Stores, type Workers } from "./run_executor.ts";
import type { RunRecorder } from "./run_recorder.ts";
import type { RunObserver } from "./run_state.ts";
import { SessionProfiles } from "./session_profiles.ts";
import { SessionSettings } from "./session_settings.ts";
import { Steering } from "./steering.ts";
import type { UnfinishedUndos } from "./unfinished_undos.ts";

export interface OrchestratorDependencies {
  readonly stores: Stores;
  readonly workers: Workers;
  readonly settings: OrchestratorSettings;
  readonly holds: QueueHolds;
  /** Makes the id of a run that is submitted once more. */
  readonly newRunId: () => string;
  readonly recorder: Pick<RunRecorder, "observe" | "earlierLog" | "forget">;
  readonly undos: Pick<UnfinishedUndos, "putRight">;
  /** Further observers of the runs at work. */
  readonly observers: readonly RunObserver[];
  readonly chat: ChatPort;
  readonly clock: Clock;
  readonly log: Log;
}

export interface OrchestratorSettings {
  readonly profiles: Profiles;
  readonly maxReviewRounds: number;
  readonly goals: GoalPolicy;
  readonly folderConflicts: FolderConflicts;
  /** How long the program was off before this process, in milliseconds. */
  readonly downtimeMs: number;
  /**
   * How long a request may have waited for the program to run without confirmation, in
   * milliseconds.
   */
  readonly askAfterMs: number;
}

export class Orchestrator implements Engine {
  readonly #deps: OrchestratorDependencies;
  readonly #reporter: RunReporter;
  readonly #executor: RunExecutor;
  readonly #queue: KeyedQueue<string, ActiveRun>;
  readonly #confirmations: Confirmations;
  readonly #steering: Steering;
  readonly #goals: GoalRuns;
  readonly #admission: RunAdmission;
  readonly #resumption: Resumption;
  readonly #profiles: SessionProfiles;
  readonly #settings: SessionSettings;
  #closing = false;
  readonly #startedMs: number;

  constructor(deps: OrchestratorDependencies) {
    const { stores, workers, settings, holds, chat, clock, log } = deps;
    this.#deps = deps;
    const reporter = new RunReporter({ chat, observers: this.#observers(), clock });
    const { profiles, folderConflicts: conflicts } = settings;
    this.#startedMs = clock.now().getTime();
    this.#reporter = reporter;
    const showPlaces = ({ run }: ActiveRun): void => this.#showPlaces(sessionId(run.session));
    this.#admission = new RunAdmission({
      machines: workers.machines,
      holds,
      conflicts,
      snapshots: stores.snapshots,
      reporter,
      showPlaces,
      chat,
      clock,
      log,
    });
    this.#executor = new RunExecutor({
      stores,
      workers,
      profiles,
      admission: this.#admission,
      reporter,
      showPlaces,
      foundGoal: (active) => this.#goals.found(active),
      chat,
      clock,
      log,
    });
    this.#queue = new KeyedQueue((active, session) => this.#execute(active, session));
    this.#profiles = new SessionProfiles({ profiles, machines: workers.machines });
    this.#confirmations = new Confirmations({ runs: stores.runs, reporter, log });
    this.#goals = new GoalRuns({
      ...deps,
      ...stores,
      policy: settings.goals,
      machines: workers.machines,
      enqueue: (run) => this.#enqueue(new ActiveRun({ ...run, status: "queued" })),
      ask: (run, reason) =>
        this.#confirmations.show(new ActiveRun({ ...run, status: "offered" }), reason),
    });
    this.#resumption = new Resumption({
      ...deps,
      runs: stores.runs,
      executor: this.#executor,
      confirmations: this.#confirmations,
      goals: this.#goals,
      reporter,
      enqueue: (active) => this.#enqueue(active),
    });
    this.#settings = new SessionSettings({
      ...stores,
      profiles,
      clock,
      asked: (key) => this.#queue.all(sessionId(key)),
      onHold: (key) => this.#confirmations.known(key),
    });
    this.#steering = new Steering({
      machines: workers.machines,
      runs: stores.runs,
      reporter,
      log,
      submit: (run, sourceId) => this.submit(run, sourceId),
      enqueue: (run) => this.#enqueue(new ActiveRun(run)),
    });
  }

  /**
   * Resumes the runs of earlier processes: delivers outcomes, continues what was queued or only read,
   * and asks for confirmation of everything else.
   * @param isAdmitted tells whether the person may still work there
   * @returns false when the disk failed; call it again for the remaining ones
   */
  resume(isAdmitted: (session: SessionKey) => boolean = () => true): boolean {
    return this.#resumption.resume(isAdmitted);
  }

  submit(run: Run, sourceId: string): boolean {
    const startedMs = this.#startedMs;
    const reason = reasonToAsk(run, { ...this.#deps.settings, startedMs });
    if (!this.#deps.stores.runs.create(run, sourceId, reason)) return false;
    this.#resumption.made(run.id);
    const active = new ActiveRun({ ...run, status: "queued" });
    if (reason === undefined) this.#enqueue(active);
    else this.#confirmations.show(active, reason);
    return true;
  }

  foresee(session: SessionKey): void {
    if (!this.#closing) this.#executor.foresee(sessionId(session));
  }

  steer(run: Run, sourceId: string): SteerReport {
    return this.#steering.steer(run, sourceId, this.#running(run.session));
  }

  rewordRun(key: SessionKey, runId: string, request: LastRequest, part?: RunPart): boolean {
    const running = this.#running(key);
    // The first one may have to wait, too.
    const held = running?.isWaiting === true ? [running] : [];
    const waiting = [...held, ...this.#queue.waiting(sessionId(key))]
      .find(({ run }) => run.id === runId);
    const onHold = this.#confirmations.known(key).some(({ id }) => id === runId);
    if (waiting === undefined && !onHold) return false;
    this.#deps.stores.runs.reword(runId, request, part);
    waiting?.reword(request);
    return true;
  }

  steerRefusal(key: SessionKey): SteerRefusal | undefined {
    const active = this.#running(key);
    return active === undefined ? undefined : this.#steering.refusal(active);
  }

  lastRequest(key: SessionKey): LastRequest | undefined {
    return this.#deps.stores.runs.lastRequest(key);
  }

  requestToRetry(key: SessionKey, messageId: number | undefined): RequestToRetry {
    const queued = this.#queue.all(sessionId(key));
    const onHold = this.#confirmations.known(key);
    return requestToRetry(this.#deps.stores.runs, key, messageId, { queued, onHold });
  }

  repeated(runId: string): void {
    this.#deps.stores.runs.forgetFailed(runId);
  }

  continueRun(key: SessionKey, runId: string): boolean {
    const run = this.#confirmations.find(key, runId) && this.#deps.stores.runs.confirm(runId);
    if (!run) return false;
    this.#deps.log.info("run.accepted", { run: runId });
    const replaced = this.#queue.drop(sessionId(key), isReplacedBy(run));
    for (const waiting of replaced) this.#drop(waiting);
    this.#enqueue(this.#resumption.begunEarlier(run));
    return true;
  }

  dropRun(key: SessionKey, runId: string): boolean {
    const run = this.#confirmations.find(key, runId);
    if (run !== undefined) this.#drop(new ActiveRun(run));
    return run !== undefined;
  }

  pauseGoal(key: SessionKey): GoalPause | undefined {
    const paused = pauseWork(this.#running(key));
    if (paused !== undefined) return paused;
    const dropped = this.#queue.drop(sessionId(key), ({ run }) => run.goal !== undefined);
    for (const waiting of dropped) this.#drop(waiting);
    return dropped.length > 0 ? "dropped" : undefined;
  }

  resumeHeld(key: SessionKey): boolean {
    const held = this.#running(key);
    if (held?.state.held === undefined) return false;
    this.#deps.stores.runs.limitOver(this.#deps.clock.now());
    return this.#deps.holds.end(held.profile?.machine);
  }

  runBeside(key: SessionKey, runId: string): boolean {
    const first = this.#running(key);
    return first?.run.id === runId && this.#admission.runBeside(first);
  }

  isFolderBusy(machine: string | undefined, place: FolderPlace): boolean {
    return this.#admission.isBusy(machine, place);
  }

  retryRun(key: SessionKey, runId: string): boolean {
    const { stores: { runs }, newRunId, clock } = this.#deps;
    const request = runs.failedRequest(key, runId);
    if (request === undefined) return false;
    const createdAt = clock.now().toISOString();
    return this.submit({ ...request, id: newRunId(), createdAt }, `retry:${runId}`);
  }

  awaitingConfirmation(key: SessionKey): readonly StoredRun[] {
    return this.#confirmations.of(key);
  }

  queue(key: SessionKey): QueueReport {
    const now = this.#deps.clock.now();
    return {
      ...this.#activeRun(key),
      waiting: this.#queue.waiting(sessionId(key)).map(({ run }) => run),
      awaitingConfirmation: this.#confirmations.known(key),
      inTopics: this.#inTopics(key).map((each) => each.view(now)),
    };
  }

  cancel(key: SessionKey, { all }: { readonly all: boolean }): CancelReport {
    const id = sessionId(key);
    const dropped = all ? this.#queue.drop(id, () => true) : [];
    const onHold = all ? this.#confirmations.known(key).map((run) => new ActiveRun(run)) : [];
    for (const active of [...dropped, ...onHold]) this.#drop(active);
    const { active: stopped } = this.#activeRun(key);
    this.#running(key)?.controller.abort();
    return {
      ...(stopped === undefined ? {} : { stopped }),
      dropped: dropped.length,
      ...(onHold.length === 0 ? {} : { droppedOnHold: onHold.length }),
      remaining: this.#queue.waiting(id).length,
    };
  }

  cancelRun(key: SessionKey, runId: string): boolean {
    const running = this.#running(key);
    if (running?.run.id === runId) {
      running.controller.abort();
      return true;
    }
    const [dropped] = this.#queue.drop(sessionId(key), ({ run }) => run.id === runId);
    if (dropped === undefined) return false;
    this.#drop(dropped);
    this.#showPlaces(sessionId(key));
    return true;
  }

  async status(key: SessionKey): Promise<StatusReport> {
    const { stores, workers, settings: { maxReviewRounds } } = this.#deps;
    const { session, setAside } = await stores.sessions.read(key);
    const profile = this.#profiles.of(session);
    return {
      session,
      ...(setAside === undefined ? {} : { setAside }),
      profile,
      ...this.#activeRun(key),
      queued: this.#queue.waiting(sessionId(key)).length,
      awaitingConfirmation: this.#confirmations.known(key).length,
      maxReviewRounds,
      codex: workers.machines.codexOn(profile.machine).health(),
    };
  }

  async reset(key: SessionKey, { all }: { readonly all: boolean }): Promise<CancelReport> {
    const running = this.#running(key);
    if (running !== undefined) running.detached = true;
    const report = this.cancel(key, { all: true });
    this.#deps.stores.runs.forgetRequest(key);
    await this.#settings.beginAnew(key, { all });
    this.#deps.recorder.forget(key);
    return report;
  }

  setMode(key: SessionKey, mode: Mode): Promise<Session> {
    return this.#settings.setMode(key, mode);
  }

  selectProfile(key: SessionKey, name: string): Promise<Profile | undefined> {
    return this.#settings.selectProfile(key, name);
  }

  profiles(): ReturnType<SessionProfiles["list"]> {
    return this.#profiles.list();
  }

  /**
   * Waits for the runs at work, then stops those that remain; the next start finds them.
   * @param graceMs how long they may take to end by themselves
   */
  async close(graceMs: number): Promise<void> {
    const running = this.#queue.allRunning().filter(({ waitsForDays }) => !waitsForDays).length;
    if (running > 0) this.#deps.log.info("program.stopping", { running, grace_ms: graceMs });
    this.#closing = true;
    this.#queue.close();
    for (const active of this.#queue.allRunning()) {
      if (active.waitsForDays) active.suspend();
      active.rounds.stopAfterRound("suspended");
    }
    this.#goals.close();
    await waitAtMost(this.#deps.clock, graceMs, this.#queue.drained());
    for (const active of this.#queue.allRunning()) active.suspend();
    await this.#queue.drained();
  }

  #observers(): RunObserver[] {
    const { recorder, observers } = this.#deps;
    return [recorder, ...observers, { observe: (change) => this.#admission.observe(change) }];
  }

  #enqueue(active: ActiveRun): void {
    const session = sessionId(active.run.session);
    const position = this.#queue.add(session, active);
    if (position > 0) this.#showPlace(active, position, session);
    letPass(active, this.#queue.running(session));
  }

  async #execute(active: ActiveRun, session: string): Promise<void> {
    this.#showPlaces(session);
    if (!mustGiveWay(active, this.#queue.waiting(session))) {
      if (await this.#executor.execute(active, () => this.#closing) === "ended") {
        // Until the program has ended it can still be taken back.
        if (active.isLeft) this.#queue.leave(session, new ActiveRun(active.run));
        return this.#goals.runEnded(active);
      }
    }
    // The requests that it gave way to come first.
    active.rounds.goOn();
    this.#enqueue(active);
  }

  /** Tells the queued runs their new places. */
  #showPlaces(session: string): void {
    this.#queue.waiting(session).forEach((active, index) =>
      this.#showPlace(active, index + 1, session)
    );
  }

  #showPlace(active: ActiveRun, position: number, session: string): void {
    const running = this.#queue.running(session);
    const { held } = running?.state ?? {};
    const isGoal = running?.run.goal !== undefined && active.run.goal === undefined;
    this.#reporter.show(active, {
      type: "run.queued",
      position,
      ...(held === undefined ? {} : { held }),
      ...(isGoal ? { behindGoal: true } as const : {}),
    });
  }

  /** One that has ended, and is only being written down, is over. */
  #running(key: SessionKey): ActiveRun | undefined {
    const running = this.#queue.running(sessionId(key));
    return running?.state.outcome === undefined ? running : undefined;
  }

  #activeRun(key: SessionKey): Pick<QueueReport, "active"> {
    const running = this.#running(key);
    return running === undefined ? {} : { active: running.view(this.#deps.clock.now()) };
  }

  /** The person's runs in topics of the chat; none for a session that is in a topic itself. */
  #inTopics({ chatId, userId, topicId }: SessionKey): ActiveRun[] {
    if (topicId !== undefined) return [];
    return this.#queue.allRunning().filter(({ run: { session } }) =>
      session.topicId !== undefined && session.chatId === chatId && session.userId === userId
    );
  }

  #drop(active: ActiveRun): void {
    const { runs, snapshots } = this.#deps.stores;
    const { id: runId, session, confirmation } = active.run;
    try {
      // What others did meanwhile cannot be told from what it has changed.
      if (confirmation?.type === "interrupted") {
        snapshots.addRefusal({ runId, session }, "cut-short");
      }
      runs.handedOver(runId);
    } catch (error) {
      // This process does not start it any more; the next one may, and shows it.
      const failure = { run: active.run.id, error: describeError(error) };
      this.#deps.log.error("run.not-recorded", failure);
    }
    // Does not reject.
    void this.#goals.clear(active.run);
    const outcome = { status: "cancelled" } as const;
    this.#reporter.show(active, { type: "run.finished", outcome, latencyMs: 0 });
  }
}
