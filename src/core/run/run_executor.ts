/**
 * The journey of one request, top to bottom: session and profile -> workflow -> events -> answer ->
 * session, trace, chat.
 */
import type { RunAtWork } from "./active_run.ts";
import { type AttachmentFiles, imagePaths, promptWithAttachments } from "../chat/attachment.ts";
import { carriedAttachments } from "../chat/carried_attachments.ts";
import { withAdditions } from "./additions.ts";
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import { addUsage, type Machines } from "../codex/codex.ts";
import { continuation, developerThread } from "../session/developer_threads.ts";
import { describeError } from "../errors.ts";
import type { Answer, RunEvent, RunOutcome, StageReport } from "./events.ts";
import { lastRunOf } from "./last_run.ts";
import type { Log } from "../log.ts";
import type { RunStore, StoredRun } from "./run.ts";
import type { RunObserver } from "./run_observer.ts";
import { unhappyOutcome } from "./unhappy_outcome.ts";
import type { RunRecorder } from "./run_recorder.ts";
import { type SessionStore, withExchange } from "../session/session.ts";
import { type Mode, profileNamed, type Profiles, withChoices } from "../session/settings.ts";
import type { StepLogs } from "./step.ts";
import { RunTracer } from "./run_tracer.ts";
import type { TraceWriter } from "./trace.ts";
import type { RunRequest, Workflow } from "./workflow.ts";

export interface RunExecutorDependencies {
  readonly workflows: Readonly<Record<Mode, Workflow>>;
  readonly machines: Machines;
  readonly attachments: Pick<AttachmentFiles, "read">;
  readonly profiles: Profiles;
  readonly sessions: SessionStore;
  readonly runs: RunStore;
  readonly steps: StepLogs;
  readonly traces: TraceWriter;
  readonly recorder: Pick<RunRecorder, "begin" | "note" | "end" | "forget">;
  readonly chat: ChatPort;
  /** Absent = nobody watches. */
  readonly observer?: RunObserver;
  readonly clock: Clock;
  readonly log: Log;
}

export class RunExecutor {
  readonly #deps: RunExecutorDependencies;
  readonly #tracer: RunTracer;

  constructor(deps: RunExecutorDependencies) {
    this.#deps = deps;
    this.#tracer = new RunTracer(deps.traces, deps.clock);
  }

  /**
   * Carries the request out. Never rejects: how it ended is told in the chat.
   * @param stopping tells whether the whole program is on its way out
   */
  async execute(active: RunAtWork, stopping: () => boolean): Promise<void> {
    const { clock, recorder, observer } = this.#deps;
    recorder.begin(active);
    const outcome = await this.#outcome(active);
    recorder.end(active);
    // A person may still cancel while the program waits for its end; and a Codex that is ended along
    // with it, as some supervisors of services do, is no failure of the request.
    if (
      (active.suspended && outcome.status !== "answered") ||
      (stopping() && outcome.status === "failed")
    ) {
      this.#tracer.suspended(active);
      this.#show(active, { type: "run.suspended" });
      return;
    }
    const latencyMs = Math.round(clock.monotonic() - active.startedAt);
    observer?.observe(active, { type: "run.finished", outcome, latencyMs });
    await this.#record(active, outcome, latencyMs);
    this.deliver(active.run, { outcome, latencyMs });
  }

  /** Hands the outcome to the front-end, which keeps it, and closes the run's record. */
  deliver(run: StoredRun, { outcome, latencyMs }: NonNullable<StoredRun["ended"]>): void {
    const { chat, runs, log } = this.#deps;
    chat.show(run, { type: "run.finished", outcome, latencyMs });
    try {
      runs.handedOver(run.id);
    } catch (error) {
      // The next start hands it over again, which delivers nothing twice.
      log.error("run.not-recorded", { run: run.id, error: describeError(error) });
    }
  }

  async #outcome(active: RunAtWork): Promise<RunOutcome> {
    try {
      const request = await this.#prepare(active);
      return { status: "answered", answer: await this.#work(active, request) };
    } catch (error) {
      return unhappyOutcome(error);
    }
  }

  async #prepare(active: RunAtWork): Promise<RunRequest> {
    const { run, controller } = active;
    const { session, setAside } = await this.#deps.sessions.read(run.session);
    if (setAside !== undefined) {
      this.#deps.chat.notify(run, { type: "session.set-aside", file: setAside });
    }
    active.mode = run.mode ?? session.mode;
    const named = profileNamed(this.#deps.profiles, run.profile ?? session.profile);
    const profile = withChoices(named, session);
    active.profile = profile;
    this.#deps.runs.begin(run.id, active.mode, profile.name);
    this.#tracer.begin(active, profile, run.mode !== undefined);
    const attachments = await carriedAttachments(run, profile, this.#deps);
    const prompt = promptWithAttachments(run.prompt, attachments);
    active.prompt = prompt;
    return {
      runId: run.id,
      prompt,
      images: imagePaths(attachments),
      additions: active.additions,
      mode: active.mode,
      profile,
      history: session.history,
      ...continuation(session.developerThread, profile),
      steps: this.#deps.steps.forRun(run.id),
      ...(run.interruptedStep === undefined ? {} : { interruptedStep: run.interruptedStep }),
      signal: controller.signal,
      approve: async (question, signal) => {
        const { decision, who } = await this.#deps.chat.askApproval(run, question, signal);
        this.#tracer.decided(active, question, who);
        return decision;
      },
    };
  }

  async #work(active: RunAtWork, request: RunRequest): Promise<Answer> {
    const { workflows, recorder } = this.#deps;
    this.#show(active, { type: "run.started", mode: request.mode });
    const events = workflows[request.mode].run(request);
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      await this.#note(active, request, next.value);
      this.#tracer.note(active, next.value);
      recorder.note(active, next.value);
      this.#show(active, next.value);
    }
    return next.value;
  }

  #show(active: RunAtWork, event: RunEvent): void {
    this.#deps.observer?.observe(active, event);
    this.#deps.chat.show(active.run, event);
  }

  async #note(active: RunAtWork, request: RunRequest, event: RunEvent): Promise<void> {
    const { clock, log } = this.#deps;
    switch (event.type) {
      case "stage.started":
        active.stage = { role: event.role, round: event.round, startedAt: clock.monotonic() };
        return;
      case "turn.event":
        log.debug("codex.event", { run: active.run.id, role: event.role, event: event.event });
        if (event.event.type === "started" && event.role === "developer") {
          await this.#keepThread(active, request, event.event.threadId);
        }
        return;
      case "stage.finished":
        this.#addUsage(active, event.stage);
        return;
      case "stage.replayed":
        this.#addUsage(active, event);
        return;
      case "review.finished":
        active.reviewRounds = event.round;
        active.reviewResult = event.review.verdict;
        return;
      default:
        return;
    }
  }

  #addUsage(active: RunAtWork, { usage }: Pick<StageReport, "usage">): void {
    if (usage !== undefined) active.usage = addUsage(active.usage, usage);
  }

  /** At once, not at the end: after a crash the next request still continues this thread. */
  async #keepThread(active: RunAtWork, { profile }: RunRequest, id: string): Promise<void> {
    if (active.detached) return;
    const thread = developerThread(id, profile);
    try {
      await this.#deps.sessions.change(
        active.run.session,
        (session) => ({ ...session, developerThread: thread }),
      );
    } catch (error) {
      // A conversation that cannot be kept is no reason to stop the work.
      this.#deps.log.error("session.not-kept", { run: active.run.id, error: describeError(error) });
    }
  }

  async #record(active: RunAtWork, outcome: RunOutcome, latencyMs: number): Promise<void> {
    const { log, runs } = this.#deps;
    const review = outcome.answer?.review;
    if (review !== undefined) active.reviewResult = review.result;
    this.#tracer.end(active, outcome, latencyMs);
    log.info("run.finished", {
      run: active.run.id,
      status: outcome.status,
      latency_ms: latencyMs,
      ...(outcome.status === "failed" ? { error: outcome.message } : {}),
    });
    if (!active.detached) await this.#remember(active, outcome, latencyMs);
    try {
      runs.finish(active.run.id, outcome, latencyMs);
    } catch (error) {
      // The answer is worth more than its record: it is still delivered.
      log.error("run.not-recorded", { run: active.run.id, error: describeError(error) });
    }
  }

  async #remember(active: RunAtWork, outcome: RunOutcome, latencyMs: number): Promise<void> {
    const { sessions, log, chat } = this.#deps;
    const { run } = active;
    const lastRun = lastRunOf(active, outcome, latencyMs, this.#deps.clock.now());
    const prompt = active.prompt ?? promptWithAttachments(run.prompt, run.attachments);
    const asked = withAdditions(prompt, active.additions.texts);
    const answer = outcome.answer?.text ?? "";
    try {
      await sessions.change(run.session, (session) => {
        // A process that ended right behind this line has written it already.
        if (session.lastRun?.runId === run.id) return session;
        return {
          ...(answer === "" ? session : withExchange(session, asked, answer)),
          lastRun,
          ...(active.usage === undefined ? {} : { usage: addUsage(session.usage, active.usage) }),
        };
      });
    } catch (error) {
      log.error("session.not-kept", { run: run.id, error: describeError(error) });
      chat.notify(run, { type: "session.not-kept", reason: describeError(error) });
    }
  }
}
