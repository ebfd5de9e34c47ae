/**
 * Executes one request, top to bottom: session and profile -> workflow -> events -> answer ->
 * session, records, chat.
 */
import {
  type AttachmentFiles,
  carriedAttachments,
  imagePaths,
  promptWithAttachments,
} from "../chat/attachment.ts";
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import { addUsage, type Machines } from "../codex/codex.ts";
import { declineNote } from "../codex/question.ts";
import type { AgentEnded } from "../codex/thread_activity.ts";
import { describeError, troubleOf } from "../errors.ts";
import type { Log } from "../log.ts";
import {
  continuation,
  developerThread,
  type Session,
  type SessionStore,
  withExchange,
  withThread,
} from "../session/session.ts";
import type { Mode, Profile, Profiles } from "../session/settings.ts";
import { withName } from "../session/conversation_name.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { Answer, RunEvent, RunOutcome } from "./events.ts";
import { ConversationLimits } from "./conversation_limits.ts";
import { lastRunOf } from "./last_run.ts";
import { personHandlers } from "./person_handlers.ts";
import { RunProfiles } from "./run_profiles.ts";
import { withReviewed } from "./reviewed_session.ts";
import { ReadAhead, readingOf } from "./read_ahead.ts";
import type { SnapshotResult } from "../workspace/workspace.ts";
import type { RunAdmission } from "./run_admission.ts";
import type { Run, RunStore, RunTask, StoredRun } from "./run.ts";
import { withRunFacts } from "./run_end.ts";
import { settingsOf } from "./session_settings.ts";
import { missingFolder } from "./missing_folder.ts";
import { currentStage, type RunChange, type RunState } from "./run_state.ts";
import { withAdditions } from "./steering.ts";
import { ThreadNaming } from "./thread_naming.ts";
import { ToldNews } from "./told_news.ts";
import {
  lastChange,
  RunRecording,
  type SnapshotStore,
  type WorkspaceRecord,
} from "../workspace/recording.ts";
import { type RunRequest, type StepLogs, unhappyOutcome, type Workflow } from "./workflow.ts";

/** Stores that survive the process. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly runs: RunStore;
  readonly steps: StepLogs;
  readonly snapshots: SnapshotStore;
}

/** What does the work, and where. */
export interface Workers {
  readonly workflows: Readonly<Record<Mode | RunTask | "goal", Workflow>>;
  readonly machines: Machines;
  readonly attachments: Pick<AttachmentFiles, "read">;
}

export interface RunExecutorDependencies {
  readonly stores: Stores;
  readonly workers: Workers;
  readonly profiles: Profiles;
  readonly admission: RunAdmission;
  readonly reporter: RunReporter;
  /** Tells the requests behind it that the queue is held, or goes on. */
  readonly showPlaces: (active: ActiveRun) => void;
  /** Keeps a goal that a run has come upon, before the run ends. */
  readonly foundGoal: (active: ActiveRun) => void;
  readonly chat: ChatPort;
  readonly clock: Clock;
  readonly log: Log;
}

/** Nobody waits longer for the record of a run that was stopped; in milliseconds. */
const RECORD_MS = 10_000;

export class RunExecutor {
  readonly #deps: RunExecutorDependencies;
  readonly #limits: ConversationLimits;
  readonly #readAhead: ReadAhead;
  readonly #naming: ThreadNaming;
  readonly #told = new ToldNews();
  readonly #profiles: RunProfiles;

  constructor(deps: RunExecutorDependencies) {
    this.#deps = deps;
    const { workers: { machines }, admission } = deps;
    this.#readAhead = new ReadAhead({ machines, admission, clock: deps.clock });
    this.#profiles = new RunProfiles(deps);
    this.#naming = new ThreadNaming({ ...deps, ...deps.stores, ...deps.workers });
    this.#limits = new ConversationLimits({ machines: deps.workers.machines, chat: deps.chat });
  }

  /**
   * Executes the request. Never rejects: the outcome is shown in the chat.
   * @param stopping tells whether the program is stopping
   */
  async execute(active: ActiveRun, stopping: () => boolean): Promise<"ended" | "gives-way"> {
    const { admission, clock, log, reporter } = this.#deps;
    const startedAt = clock.monotonic();
    const done = await this.#outcome(active).finally(() => admission.leave(active));
    await active.additions.end();
    this.#naming.ended(active.run.id);
    const outcome = withFacts(done, active.state);
    const goalEnd = outcome.status === "answered" ? outcome.answer.goal?.end : undefined;
    if (goalEnd === "gives-way" && !stopping()) return "gives-way";
    // A person may cancel while the program stops, which is an outcome. A Codex that is ended together
    // with the program, as some service managers do, is no failure of the request.
    if (
      (active.suspended && outcome.status !== "answered") ||
      (stopping() && outcome.status === "failed") ||
      (stopping() && goalEnd === "gives-way") ||
      (goalEnd === "paused" && active.rounds.stop === "suspended")
    ) {
      reporter.report(active, { type: "run.suspended" });
      return "ended";
    }
    admission.holdAfter(active, outcome);
    const tookMs = clock.monotonic() - startedAt - active.waitedMs;
    const latencyMs = Math.round(active.earlierMs + tookMs);
    const change = reporter.record(active, { type: "run.finished", outcome, latencyMs });
    this.#keepOutcome(active, outcome, latencyMs);
    await this.#handOver(active, outcome, change);
    // The answer is on its way.
    log.info("run.finished", {
      run: active.run.id,
      status: outcome.status,
      latency_ms: latencyMs,
      ...(outcome.status === "failed" ? { error: outcome.message } : {}),
    });
    return "ended";
  }

  /** A request of the session is about to come. */
  foresee(session: string): void {
    this.#readAhead.foresee(session);
  }

  /** Delivers the outcome of a run that an earlier process finished. Never rejects. */
  async deliver(active: ActiveRun, ended: NonNullable<StoredRun["ended"]>): Promise<void> {
    const change = active.apply({ type: "run.finished", ...ended }, this.#deps.clock.now());
    await this.#handOver(active, ended.outcome, change);
  }

  /**
   * Hands the outcome to the front-end, which stores it and sends it, adds it to the session behind
   * that, and marks the run as finished.
   */
  async #handOver(
    active: ActiveRun,
    outcome: RunOutcome,
    change: RunChange | undefined,
  ): Promise<void> {
    const { chat, stores: { runs }, log } = this.#deps;
    if (change !== undefined) chat.show(change);
    if (!active.detached) await this.#remember(active, outcome);
    if (change === undefined) return;
    try {
      runs.handedOver(active.run.id);
    } catch (error) {
      // The next start hands it over again; front-ends deliver an outcome once.
      log.error("run.not-recorded", { run: active.run.id, error: describeError(error) });
    }
  }

  async #outcome(active: ActiveRun): Promise<RunOutcome> {
    let request: RunRequest | undefined;
    try {
      request = await this.#prepare(active);
      return { status: "answered", answer: await this.#work(active, request) };
    } catch (error) {
      if (request !== undefined && !active.suspended) await this.#recordCutShort(active, request);
      return unhappyOutcome(error);
    }
  }

  /** Records what a developer had done by the time its turn was stopped or failed. Never rejects. */
  async #recordCutShort(
    active: ActiveRun,
    { profile, recording }: RunRequest,
  ): Promise<void> {
    const { workers: { machines }, reporter, log } = this.#deps;
    const stage = currentStage(active.state);
    if (stage?.role !== "developer") return;
    const { round } = stage;
    const codex = machines.codexOn(profile.machine);
    const late = AbortSignal.timeout(RECORD_MS);
    const record = await recording.end(codex, round, late).catch((error) => {
      log.warn("workspace.not-recorded", { run: active.run.id, error: describeError(error) });
      return recording.giveUp(late.aborted ? "too-slow" : "failed");
    });
    this.#recorded(active, profile, record);
    reporter.report(active, { type: "workspace.recorded", round, record });
  }

  /** Tells once that the folder has gone. */
  #recorded({ run, state }: ActiveRun, profile: Profile, record: WorkspaceRecord): void {
    const notice = missingFolder(record, state, profile);
    if (notice !== undefined) this.#deps.chat.notify(run, notice);
  }

  /** Reads the session, and tells when it was damaged. */
  async #session({ run }: ActiveRun): Promise<Session> {
    const { stores: { sessions }, chat } = this.#deps;
    const { session, setAside } = await sessions.read(run.session);
    if (setAside !== undefined) chat.notify(run, { type: "session.set-aside", file: setAside });
    return session;
  }

  async #prepare(active: ActiveRun): Promise<RunRequest> {
    const { controller } = active;
    const { admission, reporter, showPlaces, stores, workers, chat } = this.#deps;
    const reading = this.#readAhead.begin(active);
    const known = await this.#session(active);
    // It may have got what it works under just now.
    const { run: asked } = active;
    // The rounds of a goal are turns of the developer alone.
    const mode = asked.goal === undefined ? settingsOf(asked, known).mode : "single";
    if (stores.sessions.takeGone(asked.session)) {
      chat.notify(asked, { type: "session.gone", mode, profile: known.profile });
    }
    const chosen = this.#profiles.of(asked, known);
    active.profile = chosen;
    if (asked.goal !== undefined) await this.#keepGoalTime(asked, known);
    const waited = await admission.admit(active, chosen);
    // What was edited, chosen or taken back while it waited counts.
    const { run } = active;
    const session = waited ? await this.#session(active) : known;
    const profile = waited ? this.#profiles.of({ ...run, profile: chosen.name }, session) : chosen;
    active.profile = profile;
    this.#readAhead.remember(active, mode, profile);
    stores.runs.begin(run.id, mode, profile.name);
    reporter.report(active, { type: "run.started", mode });
    if (waited) showPlaces(active);
    admission.begun(active);
    const attachments = await carriedAttachments(run, profile, workers);
    const prompt = promptWithAttachments(run.prompt, attachments);
    active.prompt = prompt;
    return {
      runId: run.id,
      prompt,
      ...(run.goal === undefined ? {} : { goal: { wish: run.goal, rounds: active.rounds } }),
      ...(run.follows === undefined ? {} : { follows: run.follows }),
      images: imagePaths(attachments),
      additions: active.additions,
      mode,
      profile,
      history: session.history,
      notes: session.notes ?? [],
      ...continuation(session.developerThread, profile),
      steps: stores.steps.forRun(run.id),
      ...(run.interruptedStep === undefined ? {} : { interruptedStep: run.interruptedStep }),
      signal: controller.signal,
      ...personHandlers(active, this.#deps),
      agentEnded: (ended) => this.#tellAgentEnded(active, ended),
      recording: this.#recording(
        active,
        profile,
        waited ? undefined : readingOf(reading, mode, profile),
      ),
      lastChange: () => lastChange(stores.snapshots, run.session, profile),
      language: run.origin.language,
      sharers: () => active.state.sharers,
    };
  }

  /** Who was stopped was stopped by somebody, who has been told. */
  #tellAgentEnded(
    { run }: ActiveRun,
    { agent: { name }, status, changedFiles, reason }: AgentEnded,
  ): void {
    if (status === "interrupted") return;
    const files = changedFiles.map(({ path }) => path);
    const why = reason === undefined ? {} : { reason };
    this.#deps.chat.notify(run, { type: "agent.ended", name, status, files, ...why });
  }

  /** Codex keeps the goal, except for the time that it may take. */
  async #keepGoalTime({ session: key, goal }: StoredRun, session: Session): Promise<void> {
    const timeBudgetMs = goal?.timeBudgetMs;
    if (session.goalTimeBudgetMs === timeBudgetMs) return;
    await this.#deps.stores.sessions.change(key, ({ goalTimeBudgetMs: _former, ...rest }) => ({
      ...rest,
      ...(timeBudgetMs === undefined ? {} : { goalTimeBudgetMs: timeBudgetMs }),
    }));
  }

  #recording(
    { run: { id, session, follows } }: ActiveRun,
    profile: Profile,
    ahead: Promise<SnapshotResult> | undefined,
  ): RunRecording {
    const { stores: { snapshots: store }, log } = this.#deps;
    const first = follows === undefined ? {} : { firstRunId: follows.firstRunId };
    const owner = { runId: id, session, machine: profile.machine, ...first };
    return new RunRecording(owner, profile.workingDirectory, { store, log, ahead });
  }

  async #work(active: ActiveRun, request: RunRequest): Promise<Answer> {
    const { workers, reporter, log } = this.#deps;
    const kind = request.goal === undefined ? active.run.task ?? request.mode : "goal";
    const events = workers.workflows[kind].run(request);
    const told = new Set<string>();
    this.#limits.begun(active.run, request);
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      const event = next.value;
      if (event.type === "turn.event") {
        log.debug("codex.event", { run: active.run.id, role: event.role, event: event.event });
      }
      this.#tellDeclined(active, event, told);
      if (event.type === "workspace.recorded") {
        this.#recorded(active, request.profile, event.record);
      }
      this.#limits.happened(active.run, request, event);
      const threadId = startedDeveloperThread(event);
      if (threadId !== undefined) {
        await this.#keepThread(active, request.profile, threadId);
        this.#limits.threadBegun(active.run, request, threadId);
        request = { ...request, developerThreadId: threadId };
      }
      reporter.report(active, this.#told.marked(active.run.session, event));
      if (event.type === "turn.event" && event.event.type === "goal") this.#deps.foundGoal(active);
    }
    return next.value;
  }

  /**
   * Tells at once what was declined on the person's behalf.
   * @param told what Codex or a tool server repeats without end is told once in a run
   */
  #tellDeclined({ run }: ActiveRun, event: RunEvent, told: Set<string>): void {
    if (event.type !== "turn.event" || event.event.type !== "declined") return;
    const { reason } = event.event;
    const note = declineNote(reason);
    // It does not say which question.
    if (reason.type !== "unreachable" && told.has(note)) return;
    told.add(note);
    this.#deps.chat.notify(run, { type: "declined", reason });
  }

  /** Stores the thread at once, so that the next request continues it even after a crash. */
  async #keepThread(active: ActiveRun, profile: Profile, id: string): Promise<void> {
    if (active.detached) return;
    const thread = developerThread(id, profile);
    const { stores: { sessions } } = this.#deps;
    // A name that was given before the thread began.
    let given: string | undefined;
    try {
      await sessions.change(active.run.session, (session) => {
        given = session.developerThread?.id === id ? undefined : session.name;
        return withThread(named(session, active.run), thread);
      });
      if (given !== undefined) this.#naming.begin(active.run, profile, id, given);
    } catch (error) {
      // The work goes on: the thread is lost for the next request at most.
      this.#deps.log.error("session.not-kept", { run: active.run.id, error: describeError(error) });
    }
  }

  #keepOutcome(active: ActiveRun, outcome: RunOutcome, latencyMs: number): void {
    const { log, stores: { runs } } = this.#deps;
    try {
      runs.finish(active.run.id, outcome, latencyMs, active.additions.texts);
    } catch (error) {
      // The answer is delivered all the same.
      log.error("run.not-recorded", { run: active.run.id, error: describeError(error) });
    }
  }

  /** Adds request, answer and usage to the session. */
  async #remember(
    { run, state, prompt, additions, profile }: ActiveRun,
    outcome: RunOutcome,
  ): Promise<void> {
    const { stores: { sessions }, log, chat, clock } = this.#deps;
    const lastRun = lastRunOf(run, state, outcome, clock.now());
    const asked = withAdditions(
      prompt ?? promptWithAttachments(run.prompt, run.attachments),
      additions.texts,
    );
    const answer = outcome.answer?.text ?? "";
    const { usage } = state;
    try {
      await sessions.change(run.session, (session) => {
        // An earlier process wrote it and ended before it marked the run.
        if (session.lastRun?.runId === run.id) return session;
        const known = hasDeveloped(state) ? withoutNotes(session) : session;
        const exchanged = answer === "" ? known : withExchange(known, asked, answer);
        const reviewing = { runId: run.id, profile, follows: run.follows };
        const told = withReviewed(exchanged, reviewing, outcome);
        return {
          ...withoutPicture(named(told, run), outcome),
          lastRun,
          ...(usage === undefined ? {} : { usage: addUsage(session.usage, usage) }),
        };
      });
    } catch (error) {
      log.error("session.not-kept", { run: run.id, error: describeError(error) });
      if (answer !== "") chat.notify(run, { type: "session.not-kept", trouble: troubleOf(error) });
    }
  }
}

/** What is no request names no conversation. */
function named(session: Session, { task, prompt }: Run): Session {
  return task === undefined ? withName(session, prompt) : session;
}

/**
 * Begins a fresh thread next, with the conversation in words: Codex would send a picture that the
 * model refuses along with every later request.
 */
function withoutPicture(session: Session, outcome: RunOutcome): Session {
  const refused = outcome.status === "failed" && outcome.trouble.kind === "picture";
  if (!refused) return session;
  return withThread(session, undefined);
}

/** Whether a developer was reached, in an earlier process or in this one. */
function hasDeveloped({ stages, progress }: RunState): boolean {
  return progress.last.developer?.status === "done" ||
    stages.some(({ role, turn }) => role === "developer" && turn.threadId !== undefined);
}

/** The developer has read them. */
function withoutNotes({ notes: _read, ...session }: Session): Session {
  return session;
}

function startedDeveloperThread(event: RunEvent): string | undefined {
  const started = event.type === "turn.event" && event.role === "developer" &&
    event.event.type === "started";
  return started ? event.event.threadId : undefined;
}

function withFacts(outcome: RunOutcome, state: RunState): RunOutcome {
  const { answer } = outcome;
  return answer === undefined ? outcome : { ...outcome, answer: withRunFacts(answer, state) };
}
