/**
 * Records what a run does to its folder: the state before the developer begins and after each of its
 * turns, whoever changed what in between.
 */
import type { CodexBackend } from "../codex/codex.ts";
import { describeError, FileError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SessionKey } from "../session/session.ts";
import type { Profile } from "../session/settings.ts";
import {
  type ChangedFile,
  RecordGoneError,
  type Snapshot,
  type SnapshotRefusal,
  type SnapshotResult,
  type Workspace,
} from "./workspace.ts";

/** What a run has done to its folder so far. */
export type WorkspaceRecord =
  | {
    readonly type: "recorded";
    /** The state of the files after the last turn: the same where nothing changed in content. */
    readonly tree: string;
    /** Absolute path of the tree that the files' paths begin at. */
    readonly top: string;
    /** Of the whole run so far; the first ones of very many. */
    readonly files: readonly ChangedFile[];
    readonly totals: ChangeTotals;
    /** Unified diff of the last turn alone. */
    readonly diff: string;
  }
  | { readonly type: "not-recorded"; readonly reason: SnapshotRefusal };

export interface ChangeTotals {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

/** The snapshots of a run: 0 = before the developer began, then one for each round. */
export type RunSnapshots = ReadonlyMap<number, Snapshot>;

/** A run whose change can be taken back. */
export interface RecordedRun {
  readonly runId: string;
  /** On which it was made; absent = this one. */
  readonly machine?: string;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly undone: boolean;
  /** Its change was brought again behind a later run: the records of later ones may lack it. */
  readonly broughtBack?: true;
}

export type UndoDirection = "undo" | "redo";

/** A run whose folder was not recorded. */
export interface RefusedRun {
  readonly runId: string;
  readonly reason: SnapshotRefusal;
}

/** A run that worked in the same folder as another one. */
export interface Sharer {
  readonly runId: string;
  /** It is a request of the same person. */
  readonly own: boolean;
  /** How it reads; absent where that is another person's, or no longer known. */
  readonly request?: string;
}

export interface RunOnFolder {
  readonly id: string;
  readonly session: Pick<SessionKey, "userId">;
  readonly prompt?: string;
}

/** The changes of the other run count as those of the run, too. */
export interface MixedRuns {
  readonly runId: string;
  readonly other: Sharer;
}

/** Every method throws a StorageError when the disk does not take it. */
export interface SnapshotStore {
  add(run: SnapshotOwner, round: number, snapshot: Snapshot): void;
  of(runId: string): RunSnapshots;
  /** The conversation's runs that changed something, newest first. */
  runs(session: SessionKey): readonly RecordedRun[];
  /** One of the session, also of a conversation before; undefined where it has changed nothing. */
  run(session: SessionKey, runId: string): RecordedRun | undefined;
  markUndone(runId: string, undone: boolean): void;
  /** Notes that a change is about to be taken back or brought again, so that a restart knows of it. */
  beginUndo(runId: string, direction: UndoDirection): void;
  endUndo(runId: string): void;
  /** Keeps why a run was not recorded, until it is. */
  addRefusal(run: SnapshotOwner, reason: SnapshotRefusal): void;
  /** The conversation's runs of which nothing was recorded, oldest first. */
  refusals(session: SessionKey): readonly RefusedRun[];
  /**
   * The newest of those that were not recorded, or not to their end, since the record of this run:
   * what they changed is not known.
   */
  refusedSince(session: SessionKey, runId: string): RefusedRun | undefined;
  /** Notes all of them or none. */
  addMixed(mixed: readonly MixedRuns[]): void;
  mixed(runId: string): readonly Sharer[];
  /** Other runs that have changed the same tree since this one began, as far as it is recorded. */
  later(runId: string): readonly RunOnFolder[];
  /** Leaves the runs of a session behind that begins anew: from now on they are found by their id. */
  forget(session: SessionKey): void;
}

export interface SnapshotOwner {
  readonly runId: string;
  readonly session: SessionKey;
  readonly machine?: string | undefined;
  /** Of the runs that it continues: what the reviewer sees begins there. */
  readonly firstRunId?: string;
}

/** What the session's latest run in that place has changed and nobody has taken back. */
export function lastChange(
  store: Pick<SnapshotStore, "runs">,
  session: SessionKey,
  place: Pick<Profile, "machine" | "workingDirectory">,
): RecordedRun | undefined {
  return store.runs(session).find(({ before, after, undone, machine }) =>
    !undone && before.tree !== after.tree && machine === place.machine &&
    after.folder === place.workingDirectory
  );
}

export interface RecordingDependencies {
  readonly store: SnapshotStore;
  readonly log: Log;
  /** The state before the developer, where it is being read already. */
  readonly ahead?: Promise<SnapshotResult> | undefined;
}

/** In the event; the totals count all of them. */
const MOST_FILES = 500;
const MOST_DIFF_BYTES = 1_000_000;
/** In UTF-16 units: no longer than it may be in bytes. */
const MOST_KNOWN_PATCH = MOST_DIFF_BYTES / 3;

/** Records one run. */
export interface Recording {
  /**
   * Records the folder before the developer begins, unless an earlier process has done it: what was
   * done by then belongs to the run.
   * @throws {FileError} when there is no such folder: nothing can be done in it
   */
  begin(codex: Pick<CodexBackend, "workspace">, signal: AbortSignal): Promise<void>;
  /**
   * Records the folder after a round, unless an earlier process has done it, and tells what the run has
   * changed so far.
   * @param goesOn whether the round has gone on since it was recorded, or goes on: it is recorded anew,
   * and once more
   */
  end(
    codex: Pick<CodexBackend, "workspace">,
    round: number,
    signal: AbortSignal,
    goesOn?: boolean,
  ): Promise<WorkspaceRecord>;
  /** Tells, and keeps, that nobody knows what the run has changed. Never throws. */
  giveUp(reason: SnapshotRefusal): WorkspaceRecord;
  /** The record of a run in whose turn nothing was done; undefined where it has to be looked for. */
  untouched(): WorkspaceRecord | undefined;
  /** The newest round that is recorded, in earlier processes too; 0 = none. */
  lastRound(): number;
  /** What the run has changed so far; undefined where that was not recorded. Never rejects. */
  changes(codex: Pick<CodexBackend, "workspace">): Promise<readonly ChangedFile[] | undefined>;
  /** The unified diff of these files of the run; empty where it cannot be had. Never rejects. */
  patch(codex: Pick<CodexBackend, "workspace">, paths: readonly string[]): Promise<string>;
}

/** What two records differ in, by their ids. */
interface Compared {
  readonly from: string;
  readonly to: string;
  readonly files: readonly ChangedFile[];
  /** Of all these files; absent where it was not read. */
  readonly patch?: string;
}

export class RunRecording implements Recording {
  readonly #owner: SnapshotOwner;
  readonly #folder: string;
  readonly #deps: RecordingDependencies;
  #refusal: SnapshotRefusal | undefined;
  /** The round that was recorded last has gone on since. */
  #goesOn = false;
  /** The last two records that were compared, for the reviewer asks what the chat was just shown. */
  #compared: Compared | undefined;

  constructor(owner: SnapshotOwner, folder: string, deps: RecordingDependencies) {
    this.#owner = owner;
    this.#folder = folder;
    this.#deps = deps;
  }

  async begin(codex: Pick<CodexBackend, "workspace">, signal: AbortSignal): Promise<void> {
    if (this.#known().has(0)) return;
    await this.#take(codex.workspace, 0, signal);
    if (this.#refusal === "missing") throw folderMissing(this.#folder);
  }

  async end(
    codex: Pick<CodexBackend, "workspace">,
    round: number,
    signal: AbortSignal,
    goesOn = false,
  ): Promise<WorkspaceRecord> {
    const wentOn = this.#goesOn;
    this.#goesOn = goesOn;
    const { workspace } = codex;
    const before = this.#known().get(0);
    if (workspace === undefined) return this.#refused("unsupported");
    if (before === undefined) return this.#refused("failed");
    const known = goesOn || wentOn ? undefined : this.#known().get(round);
    const after = known ?? await this.#take(workspace, round, signal);
    if (after === undefined) return this.#refused("failed");
    try {
      return await this.#compare(workspace, round, after);
    } catch (error) {
      this.#deps.log.warn("workspace.not-compared", {
        run: this.#owner.runId,
        error: describeError(error),
      });
      return this.#refused(error instanceof RecordGoneError ? "gone" : "failed");
    }
  }

  giveUp(reason: SnapshotRefusal): WorkspaceRecord {
    const { runId: run } = this.#owner;
    try {
      this.#deps.store.addRefusal(this.#owner, reason);
    } catch (error) {
      this.#deps.log.warn("workspace.refusal.not-kept", { run, error: describeError(error) });
    }
    return { type: "not-recorded", reason };
  }

  untouched(): WorkspaceRecord | undefined {
    const known = this.#known();
    const before = known.get(0);
    if (before === undefined || known.size > 1) return undefined;
    const { tree, top } = before;
    return {
      type: "recorded",
      tree,
      top,
      files: [],
      totals: { files: 0, added: 0, removed: 0 },
      diff: "",
    };
  }

  lastRound(): number {
    return Math.max(0, ...this.#known().keys());
  }

  async changes(
    { workspace }: Pick<CodexBackend, "workspace">,
  ): Promise<readonly ChangedFile[] | undefined> {
    const { first, last } = this.#ends();
    if (first === undefined || last === undefined) return undefined;
    return await this.#unlessFailed(workspace && this.#changes(workspace, first, last));
  }

  async patch(
    { workspace }: Pick<CodexBackend, "workspace">,
    paths: readonly string[],
  ): Promise<string> {
    const { first, last } = this.#ends();
    if (first === undefined || last === undefined || paths.length === 0) return "";
    const known = this.#knownPatch(first, last, paths);
    if (known !== undefined) return known;
    const wanted = { paths, mostBytes: MOST_DIFF_BYTES };
    return (await this.#unlessFailed(workspace?.patch(first, last, wanted)))?.text ?? "";
  }

  #ends(): { readonly first: Snapshot | undefined; readonly last: Snapshot | undefined } {
    const snapshots = this.#known();
    const rounds = [...snapshots.keys()].filter((round) => round > 0);
    const last = rounds.length === 0 ? undefined : snapshots.get(Math.max(...rounds));
    const { firstRunId } = this.#owner;
    if (firstRunId === undefined) return { first: snapshots.get(0), last };
    const begun = this.#deps.store.of(firstRunId).get(0);
    return { first: begun ?? snapshots.get(0), last: last ?? snapshots.get(0) };
  }

  async #unlessFailed<Value>(asked: Promise<Value> | undefined): Promise<Value | undefined> {
    try {
      return await asked;
    } catch (error) {
      const { runId: run } = this.#owner;
      this.#deps.log.warn("workspace.not-compared", { run, error: describeError(error) });
      return undefined;
    }
  }

  async #compare(
    workspace: Workspace,
    round: number,
    after: Snapshot,
  ): Promise<WorkspaceRecord> {
    const snapshots = this.#known();
    const first = snapshots.get(0) ?? after;
    const last = snapshots.get(round - 1) ?? first;
    const files = await this.#changes(workspace, first, after);
    const diff = last.tree === after.tree ? "" : this.#knownPatch(last, after) ??
      (await workspace.patch(last, after, { mostBytes: MOST_DIFF_BYTES })).text;
    return {
      type: "recorded",
      tree: after.tree,
      top: after.top,
      files: files.slice(0, MOST_FILES),
      totals: totalsOf(files),
      diff,
    };
  }

  /**
   * Finds the patch between two records that was read already.
   * @param paths of the wanted files; absent = all
   */
  #knownPatch(from: Snapshot, to: Snapshot, paths?: readonly string[]): string | undefined {
    const known = this.#compared;
    if (known === undefined || known.from !== from.id || known.to !== to.id) return undefined;
    const wanted = new Set(paths);
    const isWhole = paths === undefined || known.files.every(({ path }) => wanted.has(path));
    return isWhole ? known.patch : undefined;
  }

  /** Compares the same two once: a record never changes. */
  async #changes(
    workspace: Workspace,
    from: Snapshot,
    to: Snapshot,
  ): Promise<readonly ChangedFile[]> {
    const known = this.#compared;
    if (known !== undefined && known.from === from.id && known.to === to.id) return known.files;
    const files = await workspace.changes(from, to);
    this.#compared = { from: from.id, to: to.id, files };
    return files;
  }

  #refused(reason: SnapshotRefusal): WorkspaceRecord {
    return { type: "not-recorded", reason: this.#refusal ?? this.#earlierRefusal() ?? reason };
  }

  /** Of a process that began the run. */
  #earlierRefusal(): SnapshotRefusal | undefined {
    const { runId, session } = this.#owner;
    return this.#deps.store.refusals(session).find((run) => run.runId === runId)?.reason;
  }

  async #take(
    workspace: Workspace | undefined,
    round: number,
    signal: AbortSignal,
  ): Promise<Snapshot | undefined> {
    const first = this.#known().get(0);
    const ahead = round === 0 ? this.#deps.ahead : undefined;
    const taking = ahead ?? workspace?.snapshot(this.#folder, signal, first);
    const result: SnapshotResult = await taking ?? { type: "refused", reason: "unsupported" };
    if (result.type === "refused") {
      this.#refusal = result.reason;
      this.#deps.store.addRefusal(this.#owner, result.reason);
      return undefined;
    }
    const { snapshot, difference } = result;
    this.#deps.store.add(this.#owner, round, snapshot);
    if (first !== undefined && difference !== undefined) {
      const { files, patch } = difference;
      this.#compared = {
        from: first.id,
        to: snapshot.id,
        files,
        ...(patch.length > MOST_KNOWN_PATCH ? {} : { patch }),
      };
    }
    return snapshot;
  }

  #known(): RunSnapshots {
    return this.#deps.store.of(this.#owner.runId);
  }
}

/** Codex would answer without it, by what it guesses, or make a folder where a disk belongs. */
function folderMissing(path: string): FileError {
  return new FileError(`The project folder ${path} is not there, or cannot be opened`, {
    remedy: "Create it, or connect its disk",
    trouble: { kind: "storage", why: "no-folder", path },
  });
}

export function totalsOf(files: readonly ChangedFile[]): ChangeTotals {
  let added = 0;
  let removed = 0;
  for (const { lines } of files) {
    added += lines?.added ?? 0;
    removed += lines?.deleted ?? 0;
  }
  return { files: files.length, added, removed };
}
