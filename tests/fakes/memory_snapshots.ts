/** Snapshots of runs in memory, and a recording that records nothing. */
import { sessionId, type SessionKey } from "../../src/core/session/session.ts";
import type {
  MixedRuns,
  RecordedRun,
  Recording,
  RefusedRun,
  RunOnFolder,
  RunSnapshots,
  Sharer,
  SnapshotOwner,
  SnapshotStore,
} from "../../src/core/workspace/recording.ts";
import type { Snapshot, SnapshotRefusal } from "../../src/core/workspace/workspace.ts";

export class MemorySnapshots implements SnapshotStore {
  readonly #runs = new Map<string, { owner: SnapshotOwner; rounds: Map<number, Snapshot> }>();
  readonly #undone = new Set<string>();
  readonly #broughtBack = new Set<string>();
  readonly #left = new Set<string>();
  readonly #refused = new Map<string, { session: SessionKey; reason: SnapshotRefusal }>();
  readonly #mixed = new Map<string, readonly Sharer[]>();
  /** Ids of runs, those that were recorded or refused last at the end. */
  #order: readonly string[] = [];

  add(owner: SnapshotOwner, round: number, snapshot: Snapshot): void {
    const run = this.#runs.get(owner.runId) ?? { owner, rounds: new Map<number, Snapshot>() };
    run.rounds.set(round, snapshot);
    this.#touch(owner.runId);
    this.#runs.set(owner.runId, run);
  }

  #touch(runId: string): void {
    this.#order = [...this.#order.filter((id) => id !== runId), runId];
  }

  of(runId: string): RunSnapshots {
    return this.#runs.get(runId)?.rounds ?? new Map();
  }

  runs(session: SessionKey): readonly RecordedRun[] {
    return this.#recorded(session).filter(({ runId }) => !this.#left.has(runId));
  }

  run(session: SessionKey, runId: string): RecordedRun | undefined {
    return this.#recorded(session).find((run) => run.runId === runId);
  }

  #recorded(session: SessionKey): readonly RecordedRun[] {
    return [...this.#runs.values()].toReversed().flatMap(({ owner, rounds }) => {
      const before = rounds.get(0);
      const after = rounds.get(Math.max(...rounds.keys()));
      if (sessionId(owner.session) !== sessionId(session)) return [];
      if (before === undefined || after === undefined || before.tree === after.tree) return [];
      const { runId, machine } = owner;
      const undone = this.#undone.has(runId);
      return [{
        runId,
        before,
        after,
        undone,
        ...(this.#broughtBack.has(runId) ? { broughtBack: true } : {}),
        ...(machine === undefined ? {} : { machine }),
      }];
    });
  }

  /** As after a long time. */
  delete(runId: string): void {
    this.#runs.delete(runId);
  }

  beginUndo(): void {}

  endUndo(): void {}

  addRefusal({ runId, session }: SnapshotOwner, reason: SnapshotRefusal): void {
    this.#refused.set(runId, { session, reason });
    this.#touch(runId);
  }

  refusals(session: SessionKey): readonly RefusedRun[] {
    return [...this.#refused].filter(([, run]) => sessionId(run.session) === sessionId(session))
      .map(([runId, { reason }]) => ({ runId, reason }));
  }

  refusedSince(session: SessionKey, runId: string): RefusedRun | undefined {
    const recorded = this.#order.indexOf(runId);
    return this.refusals(session).findLast((run) => this.#order.indexOf(run.runId) >= recorded);
  }

  markUndone(runId: string, undone: boolean): void {
    this.#broughtBack.delete(runId);
    if (undone) this.#undone.add(runId);
    else {
      this.#undone.delete(runId);
      if ([...this.#runs.keys()].at(-1) !== runId) this.#broughtBack.add(runId);
    }
  }

  addMixed(mixed: readonly MixedRuns[]): void {
    for (const { runId, other: { request: _text, ...other } } of mixed) {
      this.#mixed.set(runId, [...this.mixed(runId), other]);
    }
  }

  mixed(runId: string): readonly Sharer[] {
    return this.#mixed.get(runId) ?? [];
  }

  later(): readonly RunOnFolder[] {
    return [];
  }

  forget(session: SessionKey): void {
    for (const [id, { owner }] of this.#runs) {
      if (sessionId(owner.session) === sessionId(session)) this.#left.add(id);
    }
  }
}

export const NO_RECORDING: Recording = {
  untouched: () => undefined,
  lastRound: () => 0,
  begin: () => Promise.resolve(),
  end: () => Promise.resolve({ type: "not-recorded", reason: "unsupported" }),
  giveUp: (reason) => ({ type: "not-recorded", reason }),
  changes: () => Promise.resolve(undefined),
  patch: () => Promise.resolve(""),
};
