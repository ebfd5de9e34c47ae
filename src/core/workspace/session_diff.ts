/**
 * Tells what a session changed in its folder, in total: from the state before its first request to the
 * state after its last one, where both are recorded.
 */
import type { CodexBackend, Machines } from "../codex/codex.ts";
import { CodexError } from "../errors.ts";
import type { SessionKey } from "../session/session.ts";
import {
  type Change,
  changesByRequest,
  type RequestChanges,
  type SessionChanges,
} from "./changes.ts";
import type { RecordedRun, RefusedRun, Sharer, SnapshotStore } from "./recording.ts";
import { diffOfFiles, fileDiffs, type LineCounts } from "./unified_diff.ts";
import {
  type ChangedFile,
  type Patch,
  type PatchOptions,
  RecordGoneError,
  type Snapshot,
  type SnapshotRefusal,
} from "./workspace.ts";

/** Changes that are shown together. */
export interface DiffSection {
  /** How the requests began that made them, without secrets, oldest first. */
  readonly requests: readonly string[];
  readonly files: readonly DiffFile[];
  /** Unified; may hold secrets where it was read from the record. */
  readonly diff: string;
  /** The diff was cut: it is too long. */
  readonly cut: boolean;
  /** It is the folder's own change; false = what Codex told, without changes by shell commands. */
  readonly recorded: boolean;
  /** Files were changed between these requests, by nobody of the session. */
  readonly mixed: boolean;
  /** Runs that worked in the folder at the same time: their changes are in it. */
  readonly sharers: readonly Sharer[];
  /** It was taken back since. */
  readonly undone: boolean;
  /** The last one of the requests still runs. */
  readonly running: boolean;
  /** From where more of it can be read; absent = what is here is all. */
  readonly range?: DiffRange;
}

export interface DiffRange {
  readonly machine: string | undefined;
  readonly from: Snapshot;
  readonly to: Snapshot;
}

export interface DiffFile {
  readonly path: string;
  readonly kind: ChangedFile["kind"];
  readonly formerPath?: string;
  /** Absent for a binary file, and for one whose content is not kept. */
  readonly lines?: LineCounts;
  readonly size?: ChangedFile["size"];
  readonly mode?: ChangedFile["mode"];
  readonly withoutContent?: true;
}

export interface SessionDiff {
  /** Oldest first; those without any change left are left out. */
  readonly sections: readonly DiffSection[];
  /** Requests whose changes were taken back, which are left out. */
  readonly undone: number;
  /** Older changes were deleted. */
  readonly incomplete: boolean;
  /** Why requests were not recorded, each reason once. */
  readonly refusals: readonly SnapshotRefusal[];
}

/** Which requests of the session. */
export type DiffWanted =
  | { readonly type: "all" | "last"; readonly running: RunningRun | undefined }
  | { readonly type: "run"; readonly runId: string };

export interface RunningRun {
  readonly runId: string;
  readonly machine: string | undefined;
}

/** Of a diff that is shown or kept in a page. */
const MOST_BYTES = 2_000_000;
/** Of a patch that is sent as a file. */
const MOST_PATCH_BYTES = 12_000_000;

export interface SessionDiffDependencies {
  readonly machines: Machines<Pick<CodexBackend, "start" | "workspace">>;
  readonly snapshots: SnapshotStore;
}

/** Of more files, all are read. */
const MOST_NAMED = 50;

/** A run of the session, recorded or being recorded. */
interface ShownRun extends RecordedRun {
  readonly running: boolean;
}

/** What was found of runs that are shown together. */
interface ReadGroup {
  readonly sections: readonly DiffSection[];
  /** Why nothing is known of one of them, though it has changed something. */
  readonly lost?: SnapshotRefusal;
}

export class SessionDiffs {
  readonly #deps: SessionDiffDependencies;

  constructor(deps: SessionDiffDependencies) {
    this.#deps = deps;
  }

  /**
   * @param stored the diffs that were kept with the session: they stand in for a record that is gone
   * @throws {StorageError} when the disk cannot be read
   */
  async read(
    session: SessionKey,
    stored: SessionChanges,
    wanted: DiffWanted,
  ): Promise<SessionDiff> {
    const runs = await this.#runs(session, wanted);
    const known = new Set(runs.map(({ runId }) => runId));
    const told = stored.changes.filter((change) =>
      !known.has(change.runId) && !this.#isTakenBackByItself(change)
    );
    const chosen = chosenOf(runs, told, wanted, this.#later(session, runs, wanted));
    const groups = wanted.type === "all" ? grouped(chosen.runs) : chosen.runs.map((run) => [run]);
    const read = await Promise.all(groups.map((group) => this.#read(group, stored)));
    const sections = [
      ...read.flatMap((each) => each.sections),
      ...changesByRequest(chosen.told).map(toldSection),
    ];
    const refusals = [
      ...this.#refusals(session, wanted, chosen.runs),
      ...read.flatMap(({ lost }) => lost ?? []),
    ];
    return {
      sections: inOrder(sections, stored.changes).filter(({ files }) => files.length > 0),
      undone: wanted.type === "all" ? runs.filter(({ undone }) => undone).length : 0,
      incomplete: wanted.type === "all" && stored.incomplete,
      refusals: [...new Set(refusals)],
    };
  }

  /** Whether a later turn of the same run has made it undone: nothing of it is left. */
  #isTakenBackByItself({ runId, recorded }: Change): boolean {
    const rounds = this.#deps.snapshots.of(runId);
    const [first, last] = [rounds.get(0), rounds.get(Math.max(...rounds.keys()))];
    return recorded && first !== undefined && rounds.size > 1 && first.tree === last?.tree;
  }

  #refusals(
    session: SessionKey,
    wanted: DiffWanted,
    recorded: readonly ShownRun[],
  ): readonly SnapshotRefusal[] {
    const [shown] = wanted.type === "last" ? recorded : [];
    if (shown !== undefined) {
      const later = this.#deps.snapshots.refusedSince(session, shown.runId);
      return later === undefined ? [] : [later.reason];
    }
    const refused = this.#deps.snapshots.refusals(session).filter(({ runId }) =>
      wanted.type !== "run" || runId === wanted.runId
    );
    const meant = wanted.type === "last" ? refused.slice(-1) : refused;
    return meant.map(({ reason }) => reason);
  }

  /** The last request, where it was not recorded, or not to its end. */
  #later(
    session: SessionKey,
    runs: readonly ShownRun[],
    { type }: DiffWanted,
  ): RefusedRun | undefined {
    const run = runs.at(-1);
    if (type !== "last" || run === undefined || run.running) return undefined;
    return this.#deps.snapshots.refusedSince(session, run.runId);
  }

  /** The unified diff of one file of a section. @throws {CodexError} as the workspace does */
  async fileDiff(range: DiffRange, { path, formerPath }: DiffFile): Promise<Patch> {
    const paths = formerPath === undefined ? [path] : [formerPath, path];
    const workspace = await this.#workspace(range.machine);
    const { text, cut } = await workspace.patch(range.from, range.to, {
      paths,
      mostBytes: MOST_BYTES,
    });
    // Git adds what is in a folder that had this name before, or has it now.
    return { text: diffOfFiles(text, new Set(paths)), cut };
  }

  /**
   * The change of these files as `git apply` takes it.
   * @returns undefined when it is too long, or cannot be read any more
   */
  async applicable(
    range: DiffRange,
    files: readonly DiffFile[],
  ): Promise<string | undefined> {
    try {
      const workspace = await this.#workspace(range.machine);
      const few = files.length <= MOST_NAMED;
      const paths = files.flatMap(({ path, formerPath }) =>
        formerPath === undefined ? [path] : [formerPath, path]
      );
      const wanted: PatchOptions = {
        ...(few ? { paths } : {}),
        applicable: true,
        mostBytes: MOST_PATCH_BYTES,
      };
      const { text, cut } = await workspace.patch(range.from, range.to, wanted);
      return cut ? undefined : text;
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return undefined;
    }
  }

  /** Oldest first. */
  async #runs(session: SessionKey, wanted: DiffWanted): Promise<ShownRun[]> {
    const { snapshots } = this.#deps;
    const ended = (run: RecordedRun): ShownRun => ({ ...run, running: false });
    if (wanted.type === "run") {
      const run = snapshots.run(session, wanted.runId);
      return run === undefined ? [] : [ended(run)];
    }
    const runs = snapshots.runs(session).toReversed().map(ended);
    if (wanted.running === undefined) return runs;
    const { runId: running } = wanted.running;
    const others = runs.filter(({ runId }) => runId !== running);
    const begun = await this.#begun(wanted.running) ?? runs.find(({ runId }) => runId === running);
    return begun === undefined ? others : [...others, begun];
  }

  /** The running request as far as it has come; undefined where its folder is not recorded. */
  async #begun({ runId, machine }: RunningRun): Promise<ShownRun | undefined> {
    const before = this.#deps.snapshots.of(runId).get(0);
    if (before === undefined) return undefined;
    try {
      const workspace = await this.#workspace(machine);
      const now = await workspace.snapshot(before.folder, undefined, before);
      if (now.type === "refused") return undefined;
      const place = machine === undefined ? {} : { machine };
      return { runId, before, after: now.snapshot, undone: false, running: true, ...place };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      return undefined;
    }
  }

  async #read(runs: readonly ShownRun[], stored: SessionChanges): Promise<ReadGroup> {
    const [first, last] = [runs[0], runs.at(-1)];
    if (first === undefined || last === undefined) return { sections: [] };
    const range = { machine: last.machine, from: first.before, to: last.after };
    const ids = new Set(runs.map(({ runId }) => runId));
    const kept = stored.changes.filter(({ runId }) => ids.has(runId));
    try {
      const workspace = await this.#workspace(range.machine);
      const files = await workspace.changes(range.from, range.to);
      const { text, cut } = await workspace.patch(range.from, range.to, { mostBytes: MOST_BYTES });
      const section = {
        requests: changesByRequest(kept).map(({ request }) => request),
        files: files.map(diffFile),
        diff: text,
        cut,
        recorded: true,
        mixed: runs.some((run, at) =>
          (runs[at + 1]?.before.tree ?? run.after.tree) !== run.after.tree
        ),
        sharers: sharersOf(kept),
        undone: last.undone,
        running: last.running,
        range,
      };
      return { sections: [section] };
    } catch (error) {
      if (!(error instanceof CodexError)) throw error;
      // What was kept beside the record says the same, request by request.
      const sections = changesByRequest(kept).map((each) => ({
        ...toldSection(each),
        sharers: sharersOf(kept),
        undone: last.undone,
      }));
      const isKept = runs.every(({ runId }) => kept.some((change) => change.runId === runId));
      if (isKept) return { sections };
      return { sections, lost: error instanceof RecordGoneError ? "gone" : "failed" };
    }
  }

  async #workspace(
    machine: string | undefined,
  ): Promise<NonNullable<CodexBackend["workspace"]>> {
    const codex = this.#deps.machines.codexOn(machine);
    await codex.start();
    if (codex.workspace !== undefined) return codex.workspace;
    throw new CodexError("request", "This Codex keeps no records of a folder");
  }
}

function chosenOf(
  runs: readonly ShownRun[],
  told: readonly Change[],
  wanted: DiffWanted,
  later: RefusedRun | undefined,
): { readonly runs: readonly ShownRun[]; readonly told: readonly Change[] } {
  switch (wanted.type) {
    case "all":
      return { runs, told };
    case "run":
      return {
        runs: runs.filter(({ runId }) => runId === wanted.runId),
        told: told.filter(({ runId }) => runId === wanted.runId),
      };
    case "last": {
      const run = runs.at(-1);
      const isShown = later === undefined || later.runId === run?.runId;
      if (run !== undefined && isShown) return { runs: [run], told: [] };
      const runId = later?.runId ?? told.at(-1)?.runId;
      return { runs: [], told: told.filter((change) => change.runId === runId) };
    }
  }
}

/**
 * Puts runs together that follow each other in one place. A run that was taken back is left out, and one
 * that was brought again behind a later one stands alone: nobody knows between which later runs that
 * happened, so that two of them are one only where nothing has changed in between.
 */
function grouped(runs: readonly ShownRun[]): ShownRun[][] {
  const groups: ShownRun[][] = [];
  let group: ShownRun[] | undefined;
  let moved = false;
  for (const run of runs) {
    if (run.undone || run.broughtBack === true) {
      moved = true;
      if (!run.undone) groups.push([run]);
      continue;
    }
    const last = group?.at(-1);
    const joined = last !== undefined && last.machine === run.machine &&
      last.after.folder === run.before.folder && last.after.top === run.before.top &&
      (!moved || last.after.tree === run.before.tree);
    if (joined) group?.push(run);
    else {
      group = [run];
      groups.push(group);
    }
  }
  return groups;
}

function diffFile({ lines, ...file }: ChangedFile): DiffFile {
  return {
    ...file,
    ...(lines === undefined ? {} : { lines: { added: lines.added, removed: lines.deleted } }),
  };
}

function sharersOf(changes: readonly Change[]): readonly Sharer[] {
  return changes.flatMap(({ sharers = [] }) => sharers);
}

function toldSection(
  { request, diff, recorded }: Pick<RequestChanges, "request" | "diff" | "recorded">,
): DiffSection {
  return {
    requests: [request],
    files: fileDiffs(diff).map(({ added, removed, binary, ...file }) => ({
      ...file,
      ...(binary ? {} : { lines: { added, removed } }),
    })),
    diff,
    cut: false,
    recorded,
    mixed: false,
    sharers: [],
    undone: false,
    running: false,
  };
}

/** By the first request of each, as they were made. */
function inOrder(sections: readonly DiffSection[], changes: readonly Change[]): DiffSection[] {
  const requests = changesByRequest(changes).map(({ request }) => request);
  const place = ({ requests: [first] }: DiffSection): number => {
    const at = first === undefined ? -1 : requests.indexOf(first);
    return at < 0 ? requests.length : at;
  };
  return sections.toSorted((one, other) => place(one) - place(other));
}
