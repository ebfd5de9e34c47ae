/**
 * The journey of one request, top to bottom: session and profile -> workflow -> events -> answer ->
 * session, trace, chat.
 */
import { addUsage, type RunAtWork } from "./active_run.ts";
import type { ChatPort } from "./chat.ts";
import type { Clock } from "./clock.ts";
import { describeError, RunCancelledError } from "./errors.ts";
import type { Answer, RunEvent, RunOutcome, StageReport } from "./events.ts";
import type { Log } from "./log.ts";
import type { RunStore } from "./run.ts";
import { type SessionStore, withExchange } from "./session.ts";
import { type Mode, profileNamed, type Profiles } from "./settings.ts";
import type { StepLogs } from "./step.ts";
import { RECORDED_STATUS, requestTrace, stageTrace, type TraceWriter } from "./trace.ts";
import { EndedEarlyError, type RunRequest, type Workflow } from "./workflow.ts";

export interface JourneyDependencies {
  readonly workflows: Readonly<Record<Mode, Workflow>>;
  readonly profiles: Profiles;
  readonly sessions: SessionStore;
  readonly runs: RunStore;
  readonly steps: StepLogs;
  readonly traces: TraceWriter;
  readonly chat: ChatPort;
  readonly clock: Clock;
  readonly log: Log;
}

export class Journey {
  readonly #deps: JourneyDependencies;

  constructor(deps: JourneyDependencies) {
    this.#deps = deps;
  }

  /**
   * Carries the request out. Never rejects: how it ended is told in the chat.
   * @param stopping tells whether the whole program is on its way out
   */
  async carryOut(active: RunAtWork, stopping: () => boolean): Promise<void> {
    const { clock, chat } = this.#deps;
    const outcome = await this.#outcome(active);
    // Stopped by the end of the program, not by a person: the record stays open for the next start.
    if (stopping() && outcome.status === "cancelled") return;
    const latencyMs = Math.round(clock.monotonic() - active.startedAt);
    await this.#record(active, outcome, latencyMs);
    chat.show(active.run, { type: "run.finished", outcome, latencyMs });
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
    const profile = profileNamed(this.#deps.profiles, run.profile ?? session.profile);
    this.#deps.runs.begin(run.id, active.mode, profile.name);
    const thread = session.developerThread;
    const sameFolder = thread?.workingDirectory === profile.workingDirectory;
    return {
      runId: run.id,
      prompt: run.prompt,
      mode: active.mode,
      profile,
      history: session.history,
      ...(thread !== undefined && sameFolder ? { developerThreadId: thread.id } : {}),
      steps: this.#deps.steps.forRun(run.id),
      signal: controller.signal,
      approve: (question, signal) => this.#deps.chat.askApproval(run, question, signal),
    };
  }

  async #work(active: RunAtWork, request: RunRequest): Promise<Answer> {
    const { workflows, chat } = this.#deps;
    chat.show(active.run, { type: "run.started", mode: request.mode });
    const events = workflows[request.mode].run(request);
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      await this.#note(active, request, next.value);
      chat.show(active.run, next.value);
    }
    return next.value;
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
        return this.#noteStage(active, event.stage);
      case "review.finished":
        active.reviewRounds = event.round;
        active.reviewResult = event.review.verdict;
        return;
      default:
        return;
    }
  }

  #noteStage(active: RunAtWork, stage: StageReport): void {
    const { clock, traces } = this.#deps;
    if (stage.usage !== undefined) active.usage = addUsage(active.usage, stage.usage);
    traces.write(stageTrace(active, stage, clock.now()));
  }

  /** At once, not at the end: after a crash the next request still continues this thread. */
  async #keepThread(active: RunAtWork, { profile }: RunRequest, id: string): Promise<void> {
    if (active.detached) return;
    const developerThread = { id, workingDirectory: profile.workingDirectory };
    try {
      await this.#deps.sessions.change(
        active.run.session,
        (session) => ({ ...session, developerThread }),
      );
    } catch (error) {
      // A conversation that cannot be kept is no reason to stop the work.
      this.#deps.log.error("session.not-kept", { run: active.run.id, error: describeError(error) });
    }
  }

  async #record(active: RunAtWork, outcome: RunOutcome, latencyMs: number): Promise<void> {
    const { clock, log, runs, traces } = this.#deps;
    const review = outcome.answer?.review;
    if (review !== undefined) active.reviewResult = review.result;
    traces.write(requestTrace(active, outcome, latencyMs, clock.now()));
    log.info("run.finished", {
      run: active.run.id,
      status: outcome.status,
      latency_ms: latencyMs,
      ...(outcome.status === "failed" ? { error: outcome.message } : {}),
    });
    try {
      if (!active.detached) await this.#remember(active, outcome, latencyMs);
      runs.finish(active.run.id);
    } catch (error) {
      // The answer is worth more than its record: it is still delivered.
      log.error("run.not-recorded", { run: active.run.id, error: describeError(error) });
    }
  }

  async #remember(active: RunAtWork, outcome: RunOutcome, latencyMs: number): Promise<void> {
    const { clock, sessions } = this.#deps;
    const answer = outcome.answer?.text ?? "";
    await sessions.change(active.run.session, (session) => ({
      ...(answer === "" ? session : withExchange(session, active.run.prompt, answer)),
      updatedAt: clock.now().toISOString(),
      lastRun: {
        status: RECORDED_STATUS[outcome.status],
        latencyMs,
        endedAt: clock.now().toISOString(),
        reviewRound: active.reviewRounds,
        ...(active.reviewResult === undefined ? {} : { reviewResult: active.reviewResult }),
        ...(outcome.status === "failed" ? { error: outcome.message } : {}),
      },
    }));
  }
}

function unhappyOutcome(error: unknown): RunOutcome {
  if (error instanceof EndedEarlyError) {
    return { ...unhappyOutcome(error.cause), answer: error.candidate };
  }
  if (error instanceof RunCancelledError) return { status: "cancelled" };
  return { status: "failed", message: describeError(error) };
}
