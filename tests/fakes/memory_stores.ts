/** Sessions, runs and traces in memory. */
import type { RunOutcome } from "../../src/core/run/events.ts";
import type {
  ConfirmationReason,
  FailedRequest,
  LastRequest,
  Run,
  RunSettings,
  RunStore,
  StoredRun,
} from "../../src/core/run/run.ts";
import {
  newSession,
  type Session,
  sessionId,
  type SessionKey,
  type SessionRead,
  type SessionStore,
} from "../../src/core/session/session.ts";
import type { Hold, HoldStore } from "../../src/core/run/queue_holds.ts";
import type { Mode } from "../../src/core/session/settings.ts";
import { withAdditions } from "../../src/core/run/steering.ts";
import type { StepLog, StepLogs } from "../../src/core/run/workflow.ts";
import type { TraceRecord, TraceWriter } from "../../src/core/run/trace.ts";
import { MemorySteps } from "./memory_steps.ts";

export class MemorySessions implements SessionStore {
  readonly sessions = new Map<string, Session>();
  setAside: string | undefined;
  failing = false;
  /** The file of a session is gone, which nobody was told yet. */
  gone = false;
  /** What reading a session throws. */
  readFailure: Error | undefined;

  read(key: SessionKey): Promise<SessionRead> {
    if (this.readFailure !== undefined) return Promise.reject(this.readFailure);
    const session = this.sessions.get(sessionId(key)) ?? newSession(key, "default", new Date(0));
    return Promise.resolve(
      this.setAside === undefined ? { session } : { session, setAside: this.setAside },
    );
  }

  async peek(key: SessionKey): Promise<Session> {
    return (await this.read(key)).session;
  }

  takeGone(): boolean {
    const { gone } = this;
    this.gone = false;
    return gone;
  }

  async change(key: SessionKey, edit: (session: Session) => Session): Promise<Session> {
    if (this.failing) throw new Error("the disk is full");
    const { session } = await this.read(key);
    const edited = edit(session);
    this.sessions.set(sessionId(key), edited);
    return edited;
  }
}

export class MemoryRuns implements RunStore, StepLogs {
  readonly runs = new Map<string, StoredRun>();
  readonly steps = new Map<string, MemorySteps>();
  /** What opening a step throws. */
  openFailure: Error | undefined;
  /** What reading the runs throws. */
  readFailure: Error | undefined;
  /** What keeping an addition throws. */
  additionFailure: Error | undefined;
  /** What taking an addition back throws. */
  takeBackFailure: Error | undefined;
  readonly requests = new Map<string, LastRequest>();
  readonly #sources = new Set<string>();

  create(run: Run, sourceId: string, confirmation?: ConfirmationReason): boolean {
    if (this.#sources.has(sourceId)) return false;
    this.#sources.add(sourceId);
    const stored = confirmation === undefined
      ? { ...run, status: "queued" as const }
      : { ...run, status: "offered" as const, confirmation };
    this.runs.set(run.id, stored);
    this.#remember(run);
    return true;
  }

  addTo(runId: string, request: Run, sourceId: string): boolean {
    if (this.additionFailure !== undefined) throw this.additionFailure;
    if (this.#sources.has(sourceId)) return false;
    this.#sources.add(sourceId);
    this.runs.set(request.id, { ...request, status: "finished" });
    const additions = [...this.runs.get(runId)?.additions ?? [], request.prompt];
    this.#update(runId, { additions });
    return true;
  }

  reword(runId: string, request: LastRequest): void {
    this.#update(runId, request);
  }

  takeBack(runId: string, request: Run): void {
    if (this.takeBackFailure !== undefined) throw this.takeBackFailure;
    const kept = this.runs.get(runId)?.additions ?? [];
    this.#update(runId, { additions: kept.filter((text) => text !== request.prompt) });
    this.runs.set(request.id, { ...request, status: "queued" });
    this.#remember(request);
  }

  lastRequest(key: SessionKey): LastRequest | undefined {
    return this.requests.get(sessionId(key));
  }

  forgetRequest(key: SessionKey): void {
    this.requests.delete(sessionId(key));
  }

  keepSettings(runId: string, settings: RunSettings): void {
    if (this.runs.get(runId)?.mode === undefined) this.#update(runId, settings);
  }

  begin(runId: string, mode: Mode, profile: string): void {
    this.#update(runId, { status: "running", mode, profile });
  }

  awaitConfirmation(runId: string, reason: ConfirmationReason): void {
    this.#update(runId, { status: "offered", confirmation: reason });
  }

  confirm(runId: string): StoredRun | undefined {
    const run = this.runs.get(runId);
    if (run?.status !== "offered") return undefined;
    const { confirmation: _answered, openStep: _closed, ...rest } = run;
    const step = this.steps.get(runId)?.openStep;
    const accepted: StoredRun = {
      ...rest,
      status: "queued",
      ...(step === undefined ? {} : { interruptedStep: step.name }),
    };
    this.runs.set(runId, accepted);
    return accepted;
  }

  awaitingConfirmation(key: SessionKey): StoredRun[] {
    return this.unfinished().filter(({ status, session }) =>
      status === "offered" && sessionId(session) === sessionId(key)
    );
  }

  /** The last request of its session, by the run that failed then. */
  readonly #lastThen = new Map<string, string | undefined>();

  finish(
    runId: string,
    outcome: RunOutcome,
    latencyMs: number,
    added: readonly string[] = [],
  ): void {
    this.#update(runId, { status: "answered", ended: { outcome, latencyMs } });
    const run = this.runs.get(runId);
    if (run === undefined) return;
    const last = this.lastRequest(run.session);
    this.#lastThen.set(runId, last?.runId);
    if (last?.runId === runId) {
      const prompt = withAdditions(run.prompt, added);
      this.requests.set(sessionId(run.session), { ...last, prompt });
    }
    if (outcome.status !== "failed") return;
    this.#update(runId, { prompt: withAdditions(run.prompt, added) });
  }

  failedRequest(key: SessionKey, runId: string): FailedRequest | undefined {
    const run = this.runs.get(runId);
    const known = run?.ended?.outcome.status === "failed" &&
      sessionId(run.session) === sessionId(key);
    if (!known) return undefined;
    const { additions: _inPrompt, ...request } = run;
    return request;
  }

  forgetFailed(runId: string): void {
    const run = this.runs.get(runId);
    if (run === undefined) return;
    const { ended: _repeated, ...rest } = run;
    this.runs.set(runId, rest);
  }

  /** The database's own test holds until when a failure that met the usage limit counts. */
  failedRun(key: SessionKey): string | undefined {
    const last = this.lastRequest(key)?.runId;
    return [...this.runs.values()].findLast(({ id, session, ended }) =>
      sessionId(session) === sessionId(key) && ended?.outcome.status === "failed" &&
      (ended.outcome.trouble.kind === "limit" || this.#lastThen.get(id) === last)
    )?.id;
  }

  limitOver(): void {}

  runOfMessage(key: SessionKey, messageId: number): string | undefined {
    return [...this.runs.values()].findLast(({ session, origin }) =>
      sessionId(session) === sessionId(key) && origin.messageId === messageId
    )?.id;
  }

  handedOver(runId: string): void {
    this.#update(runId, { status: "finished" });
  }

  unfinished(): StoredRun[] {
    if (this.readFailure !== undefined) throw this.readFailure;
    return [...this.runs.values()].filter(({ status }) => status !== "finished").map((run) => {
      const openStep = this.steps.get(run.id)?.openStep;
      return openStep === undefined ? run : { ...run, openStep };
    });
  }

  forRun(runId: string): StepLog {
    // What an earlier process recorded is there again, to be read from its start.
    const steps = new MemorySteps(this.steps.get(runId)?.recorded, this.openFailure);
    this.steps.set(runId, steps);
    return steps;
  }

  #remember({ id: runId, session, prompt, attachments, follows }: Run): void {
    const request = {
      runId,
      prompt,
      ...(attachments === undefined ? {} : { attachments }),
      ...(follows === undefined ? {} : { follows }),
    };
    this.requests.set(sessionId(session), request);
  }

  #update(runId: string, changes: Partial<StoredRun>): void {
    const run = this.runs.get(runId);
    if (run !== undefined) this.runs.set(runId, { ...run, ...changes });
  }
}

export class MemoryHolds implements HoldStore {
  readonly holds = new Map<string | undefined, Hold>();

  all(): Hold[] {
    return [...this.holds.values()];
  }

  set(hold: Hold): void {
    this.holds.set(hold.machine, hold);
  }

  remove(machine: string | undefined): void {
    this.holds.delete(machine);
  }
}

export class MemoryTraces implements TraceWriter {
  readonly records: TraceRecord[] = [];

  redact(text: string): string {
    return text.replaceAll("hunter2", "***");
  }

  write(record: TraceRecord): void {
    this.records.push(record);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}
