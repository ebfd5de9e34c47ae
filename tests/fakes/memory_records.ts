/** Logs and changes of runs in memory. */
import type { Change, ChangeStore, SessionChanges } from "../../src/core/workspace/changes.ts";
import type { KeptAnswer, LoggedRun, RunLogStore } from "../../src/core/run/run_log.ts";
import { sessionId, type SessionKey } from "../../src/core/session/session.ts";

export class MemoryRunLogs implements RunLogStore {
  /** Every save, in order. */
  readonly saved: (LoggedRun & { readonly session: string })[] = [];
  failing = false;

  save(session: SessionKey, run: LoggedRun): void {
    if (this.failing) throw new Error("the disk is full");
    this.saved.push({ ...run, session: sessionId(session) });
  }

  readonly #answers = new Map<string, KeptAnswer>();

  saveAnswer(session: SessionKey, runId: string, text: string): void {
    if (this.failing) throw new Error("the disk is full");
    this.#answers.set(sessionId(session), { runId, text });
  }

  answer(session: SessionKey): KeptAnswer | undefined {
    return this.#answers.get(sessionId(session));
  }

  find(session: SessionKey, runId: string): LoggedRun | undefined {
    return this.saved.findLast((run) => run.session === sessionId(session) && run.runId === runId);
  }

  newest(session: SessionKey): LoggedRun | undefined {
    return this.saved.findLast((run) => run.session === sessionId(session));
  }
}

export class MemoryChanges implements ChangeStore {
  readonly kept: (Change & { readonly session: string })[] = [];
  failing = false;

  put(session: SessionKey, change: Change): void {
    if (this.failing) throw new Error("the disk is full");
    const { runId, round } = change;
    const others = this.kept.filter((each) => each.runId !== runId || each.round !== round);
    this.kept.splice(0, this.kept.length, ...others);
    if (change.diff.trim() !== "") this.kept.push({ ...change, session: sessionId(session) });
  }

  of(session: SessionKey): SessionChanges {
    const mine = this.kept.filter((change) => change.session === sessionId(session));
    const changes = mine.map(({ session: _owner, ...change }) => change);
    return { changes, incomplete: false };
  }

  forget(session: SessionKey): void {
    const others = this.kept.filter((change) => change.session !== sessionId(session));
    this.kept.splice(0, this.kept.length, ...others);
  }
}
