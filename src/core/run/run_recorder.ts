/**
 * Keeps what each run did and changed, for a person who looks.
 *
 * Logs are written at the end of a stage, never per step, and behind an answer that goes out; what
 * cannot be written is logged, as no work is stopped for the sake of its record.
 */
import { wholeDiff } from "../codex/turn_state.ts";
import type { Clock } from "../clock.ts";
import { DeferredWork } from "../deferred_work.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Redact } from "../redaction/redact.ts";
import { sessionId, type SessionKey } from "../session/session.ts";
import { onOneLine } from "../text/short_text.ts";
import type { ChangeStore, SessionChanges } from "../workspace/changes.ts";
import type { SnapshotStore, WorkspaceRecord } from "../workspace/recording.ts";
import { redactedDiff } from "../workspace/redacted_diff.ts";
import type { RunOutcome } from "./events.ts";
import { type ProposedPlan, redactedPlan, STORED_PROPOSAL } from "./plan.ts";
import type { StoredRun } from "./run.ts";
import {
  type KeptAnswer,
  type LoggedRun,
  readableLog,
  type RunLog,
  type RunLogStore,
} from "./run_log.ts";
import { currentStage, type RunChange, type RunObserver } from "./run_state.ts";

/** Keeps the newest plan of each session. Every method throws a StorageError when the disk fails. */
export interface PlanStore {
  save(sessionId: string, runId: string, plan: string): void;
  newest(sessionId: string): string | undefined;
  forget(sessionId: string): void;
}

export interface RunRecorderDependencies {
  readonly logs: RunLogStore;
  readonly changes: ChangeStore;
  readonly snapshots: Pick<SnapshotStore, "forget">;
  readonly plans: PlanStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Masks secrets; keeps the length of the text. */
  readonly redact: Redact;
}

/** What a front-end may look at. Every method throws a StorageError when the disk cannot be read. */
export interface RunRecords {
  /**
   * @param runId absent = the running request, else the last one
   * @returns undefined when the session has no such run, or nothing is known of it any more
   */
  runLog(key: SessionKey, runId?: string): (LoggedRun & { readonly running: boolean }) | undefined;
  changes(key: SessionKey): SessionChanges;
  /** The newest plan of the session, in Markdown; undefined before the first. */
  lastPlan(key: SessionKey): LastPlan | undefined;
  /** Returns the newest answer of the session, or why there is none; undefined before the first. */
  lastAnswer(key: SessionKey): KeptAnswer | undefined;
}

export type LastPlan = Pick<ProposedPlan, "plan" | "answers" | "awaits">;

/** UTF-16 units of a request that it is recognized by. */
const REQUEST_LIMIT = 120;

export class RunRecorder implements RunRecords, RunObserver {
  readonly #deps: RunRecorderDependencies;
  /** As they are now, by the ids of the runs. */
  readonly #running = new Map<string, RunChange>();
  /** Logs that an answer goes before. */
  readonly #unwritten: DeferredWork;

  constructor(deps: RunRecorderDependencies) {
    this.#deps = deps;
    this.#unwritten = new DeferredWork(deps);
  }

  observe(change: RunChange): void {
    const { run, event, state, detached } = change;
    this.#running.set(run.id, change);
    const runOver = event.type === "run.finished" || event.type === "run.suspended";
    if (runOver) this.#running.delete(run.id);
    if (detached) return;
    const stageOver = event.type === "stage.finished";
    if (stageOver || runOver) this.#unwritten.add(() => this.#saveLog(change), run.id);
    // The program ends.
    if (event.type === "run.suspended") this.flush();
    if (event.type === "plan.proposed") this.#savePlan(run, event);
    if (event.type === "run.finished") this.#saveAnswer(run, event.outcome);
    // A run may end without the end of its stage.
    const cutShort = runOver && currentStage(state)?.report === undefined;
    if (event.type === "workspace.recorded") this.#saveRecorded(run, event.round, event.record);
    else if (stageOver || cutShort) this.#saveDiff(change);
  }

  /** Writes now what was to be written in a moment. */
  flush(): void {
    this.#unwritten.flush();
  }

  /** The session begins anew: its changes are counted from here on. */
  forget(key: SessionKey): void {
    this.#attempt("changes", () => this.#deps.changes.forget(key));
    this.#attempt("changes", () => this.#deps.snapshots.forget(key));
    this.#attempt("plan", () => this.#deps.plans.forget(sessionId(key)));
  }

  /** The log with which a continued run goes on; undefined where there is none. */
  earlierLog({ id, session, mode }: StoredRun): RunLog | undefined {
    if (mode === undefined) return undefined;
    this.flush();
    return this.#attempt("log", () => this.#deps.logs.find(session, id)?.log);
  }

  runLog(
    key: SessionKey,
    runId?: string,
  ): (LoggedRun & { readonly running: boolean }) | undefined {
    const running = [...this.#running.values()].find(({ run }) =>
      sessionId(run.session) === sessionId(key) && (runId === undefined || run.id === runId)
    );
    if (running !== undefined) return { ...this.#loggedRun(running), running: true };
    this.flush();
    const { logs } = this.#deps;
    const ended = runId === undefined ? logs.newest(key) : logs.find(key, runId);
    return ended === undefined ? undefined : { ...ended, running: false };
  }

  changes(key: SessionKey): SessionChanges {
    return this.#deps.changes.of(key);
  }

  lastAnswer(key: SessionKey): KeptAnswer | undefined {
    return this.#deps.logs.answer(key);
  }

  lastPlan(key: SessionKey): LastPlan | undefined {
    const kept = this.#deps.plans.newest(sessionId(key));
    return kept === undefined ? undefined : STORED_PROPOSAL.parse(JSON.parse(kept));
  }

  #savePlan({ id, session }: StoredRun, proposed: ProposedPlan): void {
    const { plans, redact } = this.#deps;
    const { plan, answers, awaits } = redactedPlan(proposed, redact);
    const kept = JSON.stringify({ plan, answers, awaits });
    this.#attempt("plan", () => plans.save(sessionId(session), id, kept));
  }

  #saveAnswer({ id, session }: StoredRun, outcome: RunOutcome): void {
    const { answer } = outcome;
    const text = answer?.text ?? (outcome.status === "failed" ? outcome.message : "");
    if (text.trim() === "") return;
    this.#attempt("answer", () => this.#deps.logs.saveAnswer(session, id, this.#deps.redact(text)));
  }

  #saveLog(change: RunChange): void {
    this.#attempt("log", () => this.#deps.logs.save(change.run.session, this.#loggedRun(change)));
  }

  /** Keeps what Codex told; where the folder is recorded, that replaces it. */
  #saveDiff({ run, state }: RunChange): void {
    const stage = currentStage(state);
    // Other roles only read: what their turns report is none of their doing.
    const diff = stage?.role === "developer" ? wholeDiff(stage.turn) : "";
    if (stage !== undefined && diff.trim() !== "") this.#putDiff(run, stage.round, diff, false);
  }

  #saveRecorded(run: StoredRun, round: number, record: WorkspaceRecord): void {
    if (record.type === "recorded") this.#putDiff(run, round, record.diff, true);
  }

  #putDiff(run: StoredRun, round: number, diff: string, recorded: boolean): void {
    const change = {
      runId: run.id,
      round,
      request: this.#requestLine(run),
      diff: redactedDiff(diff, this.#deps.redact),
      recorded,
    };
    this.#attempt("changes", () => this.#deps.changes.put(run.session, change));
  }

  #loggedRun({ run, state }: Pick<RunChange, "run" | "state">): LoggedRun {
    const log = readableLog(state.log, this.#deps.redact);
    return { runId: run.id, request: this.#requestLine(run), log };
  }

  #requestLine({ prompt }: StoredRun): string {
    return onOneLine(this.#deps.redact(prompt), REQUEST_LIMIT);
  }

  #attempt<Result>(what: string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error) {
      this.#deps.log.error("record.not-kept", { what, error: describeError(error) });
      return undefined;
    }
  }
}
