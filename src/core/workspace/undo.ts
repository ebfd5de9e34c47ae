/** Takes back what a run changed in its folder, and brings it again. */
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { type SessionKey, type SessionStore, withNote } from "../session/session.ts";
import type { FolderPlace } from "./folder_place.ts";
import type { RecordedRun, Sharer, SnapshotStore, UndoDirection } from "./recording.ts";
import type {
  CarryFailure,
  CarryOverlap,
  ChangedFile,
  Commit,
  SnapshotRefusal,
} from "./workspace.ts";

export type UndoReport =
  | {
    readonly type: "done";
    readonly runId: string;
    /** On which it was done; absent = this one. */
    readonly machine?: string;
    readonly files: readonly ChangedFile[];
    /** Commits of the run, newest first: they stay in the history, only their changes to files go. */
    readonly commits: readonly Commit[];
    /** Where the run has switched to another branch, which stays: their names, or abbreviated commits. */
    readonly switched?: { readonly from: string; readonly to: string };
    /** Where the run has moved a branch without a commit, as by a reset: abbreviated commits. It stays there. */
    readonly moved?: { readonly branch: string; readonly from: string; readonly to: string };
  }
  /** No run of the session can be taken back, or brought again. */
  | {
    readonly type: "none";
    /** Why its latest run, or the one that was meant, was not recorded; absent where it was. */
    readonly refusal?: SnapshotRefusal;
  }
  /** Nothing was written yet: what came after this run was not recorded, so that it would stay. */
  | {
    readonly type: "later";
    readonly runId: string;
    readonly refusal: SnapshotRefusal;
    /** It is the run itself that went on unrecorded. */
    readonly partly: boolean;
  }
  /** A run of another session is at work in the folder. */
  | { readonly type: "busy" }
  /** Nothing was written yet: the changes of these runs would go, too. */
  | { readonly type: "mixed"; readonly runId: string; readonly sharers: readonly Sharer[] }
  /** The folder has that state already. */
  | { readonly type: "nothing"; readonly runId: string }
  /** Nothing was written: these files were changed since, in the same places. */
  | {
    readonly type: "overlaps";
    readonly runId: string;
    readonly overlaps: readonly CarryOverlap[];
  }
  | {
    readonly type: "failed";
    readonly runId: string;
    readonly reason: CarryFailure | SnapshotRefusal;
    readonly detail?: string;
  };

export interface UndoWish {
  /** Absent = the newest one for which it is possible. */
  readonly runId?: string | undefined;
  /** The person knows that it takes the changes of other runs along, or leaves later ones. */
  readonly evenMixed?: boolean;
  /** Whether a run is at work there that may change files. */
  readonly isBusy: (machine: string | undefined, place: FolderPlace) => boolean;
}

export interface UndoDependencies {
  readonly machines: Machines<Pick<CodexBackend, "start" | "workspace">>;
  readonly snapshots: SnapshotStore;
  readonly sessions: Pick<SessionStore, "change">;
}

export class Undo {
  readonly #deps: UndoDependencies;

  constructor(deps: UndoDependencies) {
    this.#deps = deps;
  }

  /** Whether anything the run changed can be taken back now. Never throws. */
  can(session: SessionKey, runId: string): boolean {
    return this.#find(session, "undo", runId) !== undefined;
  }

  /** Whether all that the run changed was taken back, and not brought again. */
  isTakenBack(session: SessionKey, runId: string): boolean {
    return this.#find(session, "redo", runId) !== undefined;
  }

  /**
   * Takes back all that the run changed, or brings it again; all of it or nothing.
   * @throws {CodexError} when Codex cannot be started or reached
   * @throws {StorageError} when the disk cannot be read
   */
  async carryOut(
    session: SessionKey,
    direction: UndoDirection,
    { runId, evenMixed = false, isBusy }: UndoWish,
  ): Promise<UndoReport> {
    const run = this.#find(session, direction, runId);
    if (run === undefined) return { type: "none", ...this.#refusal(session, direction, runId) };
    const { machine, after: { folder, top } } = run;
    if (isBusy(machine, { path: folder, top })) return { type: "busy" };
    const sharers = evenMixed ? [] : this.#deps.snapshots.mixed(run.runId);
    if (sharers.length > 0) return { type: "mixed", runId: run.runId, sharers };
    const codex = this.#deps.machines.codexOn(run.machine);
    await codex.start();
    const { workspace } = codex;
    if (workspace === undefined) {
      return { type: "failed", runId: run.runId, reason: "unsupported" };
    }
    const isMeant = runId !== undefined || direction === "redo" || evenMixed;
    const later = isMeant ? undefined : this.#deps.snapshots.refusedSince(session, run.runId);
    if (later !== undefined) {
      const partly = later.runId === run.runId;
      return { type: "later", runId: run.runId, refusal: later.reason, partly };
    }
    const [from, to] = direction === "undo" ? [run.after, run.before] : [run.before, run.after];
    this.#deps.snapshots.beginUndo(run.runId, direction);
    const result = await workspace.carry(from, to);
    const isThere = result.type === "carried" || result.type === "nothing";
    if (isThere) await this.keep(session, run, direction);
    this.#deps.snapshots.endUndo(run.runId);
    switch (result.type) {
      case "carried": {
        const commits = await workspace.commits(run.before, run.after);
        const { files } = result;
        const place = machine === undefined ? {} : { machine };
        const moved = commits.length === 0 ? movedBranch(run) : {};
        const history = { commits, ...switchedBranch(run), ...moved };
        return { type: "done", runId: run.runId, ...place, files, ...history };
      }
      case "nothing":
        return { type: "nothing", runId: run.runId };
      case "overlaps":
        return { type: "overlaps", runId: run.runId, overlaps: result.overlaps };
      case "failed":
        return { ...result, runId: run.runId };
    }
  }

  /**
   * Whether runs are recorded there at all.
   * @throws {CodexError} when Codex cannot be started or reached
   */
  async isPossible(machine: string | undefined): Promise<boolean> {
    const codex = this.#deps.machines.codexOn(machine);
    await codex.start();
    return codex.workspace !== undefined;
  }

  /** Remembers it, and tells Codex with the next request. */
  async keep(session: SessionKey, run: RecordedRun, direction: UndoDirection): Promise<void> {
    this.#deps.snapshots.markUndone(run.runId, direction === "undo");
    const note = direction === "undo"
      ? "The person took back all changes to files that you made for an earlier request. Look at the present state of the files before you build on them."
      : "The person brought back the changes to files that had been taken back.";
    await this.#deps.sessions.change(session, (before) => withNote(before, note));
  }

  #refusal(
    session: SessionKey,
    direction: UndoDirection,
    runId: string | undefined,
  ): { readonly refusal?: SnapshotRefusal } {
    if (direction === "redo") return {};
    const refused = this.#deps.snapshots.refusals(session);
    const run = runId === undefined ? refused.at(-1) : refused.find((each) => each.runId === runId);
    return run === undefined ? {} : { refusal: run.reason };
  }

  #find(session: SessionKey, direction: UndoDirection, runId?: string): RecordedRun | undefined {
    const { snapshots } = this.#deps;
    const isWanted = ({ undone }: RecordedRun): boolean => undone === (direction === "redo");
    // A button below a request of a former conversation still means that request.
    if (runId !== undefined) {
      const run = snapshots.run(session, runId);
      return run !== undefined && isWanted(run) ? run : undefined;
    }
    const wanted = snapshots.runs(session).filter(isWanted);
    // What was taken back last comes first again, which is the oldest of those.
    return direction === "undo" ? wanted[0] : wanted.at(-1);
  }
}

function switchedBranch(
  { before, after }: RecordedRun,
): Pick<Extract<UndoReport, { type: "done" }>, "switched"> {
  const [from, to] = [before, after].map(({ branch, head }) => branch ?? head?.slice(0, 7));
  if (before.branch === after.branch || from === undefined || to === undefined) return {};
  return { switched: { from, to } };
}

function movedBranch(
  { before, after }: RecordedRun,
): Pick<Extract<UndoReport, { type: "done" }>, "moved"> {
  const [from, to] = [before, after].map(({ head }) => head?.slice(0, 7));
  if (before.branch !== after.branch || from === to) return {};
  if (from === undefined || to === undefined) return {};
  return { moved: { branch: before.branch ?? "HEAD", from, to } };
}
