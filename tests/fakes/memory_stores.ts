/** Sessions, runs and traces in memory. */
import type { Run, RunStore, StoredRun } from "../../src/core/run.ts";
import {
  newSession,
  type Session,
  sessionId,
  type SessionKey,
  type SessionRead,
  type SessionStore,
} from "../../src/core/session.ts";
import type { Mode } from "../../src/core/settings.ts";
import type { StepLog, StepLogs } from "../../src/core/step.ts";
import type { TraceRecord, TraceWriter } from "../../src/core/trace.ts";
import { MemorySteps } from "./memory_steps.ts";

export class MemorySessions implements SessionStore {
  readonly sessions = new Map<string, Session>();
  setAside: string | undefined;
  failing = false;

  read(key: SessionKey): Promise<SessionRead> {
    const session = this.sessions.get(sessionId(key)) ?? newSession(key, "default", new Date(0));
    return Promise.resolve(
      this.setAside === undefined ? { session } : { session, setAside: this.setAside },
    );
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
  readonly #sources = new Set<string>();

  create(run: Run, sourceId: string): boolean {
    if (this.#sources.has(sourceId)) return false;
    this.#sources.add(sourceId);
    this.runs.set(run.id, { ...run, status: "queued" });
    return true;
  }

  begin(runId: string, mode: Mode, profile: string): void {
    this.#update(runId, { status: "running", mode, profile });
  }

  finish(runId: string): void {
    this.#update(runId, { status: "finished" });
  }

  markInterrupted(runId: string): void {
    this.#update(runId, { status: "interrupted" });
  }

  unfinished(): StoredRun[] {
    return [...this.runs.values()].filter(({ status }) =>
      status === "queued" || status === "running"
    ).map((run) => {
      const openStep = this.steps.get(run.id)?.openStep;
      return openStep === undefined ? run : { ...run, openStep };
    });
  }

  forRun(runId: string): StepLog {
    // What an earlier process recorded is there again, to be read from its start.
    const steps = new MemorySteps(this.steps.get(runId)?.recorded);
    this.steps.set(runId, steps);
    return steps;
  }

  #update(runId: string, changes: Partial<StoredRun>): void {
    const run = this.runs.get(runId);
    if (run !== undefined) this.runs.set(runId, { ...run, ...changes });
  }
}

export class MemoryTraces implements TraceWriter {
  readonly records: TraceRecord[] = [];

  write(record: TraceRecord): void {
    this.records.push(record);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}
