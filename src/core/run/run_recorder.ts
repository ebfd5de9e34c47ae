/**
 * Remembers what each run does and what it changes, for a person who looks.
 *
 * Written to disk at the end of a stage, never per step; what cannot be written is logged, as no work
 * is stopped for the sake of its record.
 */
import type { Redact } from "../redaction/redact.ts";
import type { RunAtWork } from "./active_run.ts";
import type { ChangeStore, SessionChanges } from "../workspace/changes.ts";
import type { Clock } from "../clock.ts";
import { describeError } from "../errors.ts";
import type { RunEvent } from "./events.ts";
import type { Log } from "../log.ts";
import { EMPTY_LOG, type LoggedRun, type RunLog, type RunLogStore } from "./run_log.ts";
import { foldRunLog, shortText } from "./run_log_fold.ts";
import { sessionId, type SessionKey } from "../session/session.ts";

export interface RunRecorderDependencies {
  readonly logs: RunLogStore;
  readonly changes: ChangeStore;
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
}

interface Recording {
  readonly active: RunAtWork;
  log: RunLog;
  /** Of the developer's present turn. */
  diff: string;
}

/** UTF-16 units of a request that it is recognized by. */
const REQUEST_LIMIT = 120;

export class RunRecorder implements RunRecords {
  readonly #deps: RunRecorderDependencies;
  readonly #recordings = new Map<string, Recording>();

  constructor(deps: RunRecorderDependencies) {
    this.#deps = deps;
  }

  begin(active: RunAtWork): void {
    this.#recordings.set(active.run.id, { active, log: this.#earlierLog(active), diff: "" });
  }

  note(active: RunAtWork, event: RunEvent): void {
    const recording = this.#recordings.get(active.run.id);
    if (recording === undefined) return;
    const { clock, redact } = this.#deps;
    recording.log = foldRunLog(recording.log, event, { at: clock.now(), redact });
    if (event.type === "turn.event" && event.event.type === "diff" && event.role === "developer") {
      recording.diff = event.event.unifiedDiff;
    } else if (event.type === "stage.finished") {
      this.#keep(recording);
    }
  }

  end(active: RunAtWork): void {
    const recording = this.#recordings.get(active.run.id);
    if (recording !== undefined) this.#keep(recording);
    this.#recordings.delete(active.run.id);
  }

  /** The session begins anew: its changes are counted from here on. */
  forget(key: SessionKey): void {
    this.#attempt("changes", () => this.#deps.changes.forget(key));
  }

  runLog(
    key: SessionKey,
    runId?: string,
  ): (LoggedRun & { readonly running: boolean }) | undefined {
    const running = [...this.#recordings.values()].find(({ active: { run } }) =>
      sessionId(run.session) === sessionId(key) && (runId === undefined || run.id === runId)
    );
    if (running !== undefined) return { ...this.#loggedRun(running), running: true };
    const { logs } = this.#deps;
    const ended = runId === undefined ? logs.newest(key) : logs.find(key, runId);
    return ended === undefined ? undefined : { ...ended, running: false };
  }

  changes(key: SessionKey): SessionChanges {
    return this.#deps.changes.of(key);
  }

  /** A continued run goes on with the log of the process that began it. */
  #earlierLog({ run }: RunAtWork): RunLog {
    if (run.mode === undefined) return EMPTY_LOG;
    return this.#attempt("log", () => this.#deps.logs.find(run.session, run.id)?.log) ?? EMPTY_LOG;
  }

  #keep(recording: Recording): void {
    const { run, detached } = recording.active;
    const { diff } = recording;
    recording.diff = "";
    if (detached) return;
    const logged = this.#loggedRun(recording);
    this.#attempt("log", () => this.#deps.logs.save(run.session, logged));
    if (diff.trim() === "") return;
    const { runId, request } = logged;
    const change = { runId, request, diff: this.#deps.redact(diff) };
    this.#attempt("changes", () => this.#deps.changes.add(run.session, change));
  }

  #loggedRun({ active: { run }, log }: Recording): LoggedRun {
    const prompt = this.#deps.redact(run.prompt).replaceAll(/\s+/g, " ");
    const request = shortText(prompt, REQUEST_LIMIT, this.#deps);
    return { runId: run.id, request, log };
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
