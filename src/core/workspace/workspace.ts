/**
 * The port to the working tree: records it, tells what changed between two records, and carries a
 * change over or back. What is recorded is the tree itself, whoever changed it.
 */
import { CodexError } from "../errors.ts";
import type { Comparison, ComparisonTarget } from "./comparison.ts";

import type { FolderPlace } from "./folder_place.ts";

/** Why nothing is recorded of a folder. */
export type SnapshotRefusal =
  /** The machine has no git. */
  | "no-git"
  /** There is no such folder. */
  | "missing"
  /** It is a repository's own folder, or a bare repository. */
  | "git-folder"
  | "too-many-files"
  | "too-many-bytes"
  /** It took longer than it may. */
  | "too-slow"
  /** Codex here or on that machine runs no commands for this program. */
  | "unsupported"
  /** It was, but git has removed what the record was made of, or the record was deleted. */
  | "gone"
  /** The program stopped in the middle of the run, which nobody wanted to go on. */
  | "cut-short"
  /** Something else went wrong, which the log tells. */
  | "failed";

/** The state of a folder at one moment; it can be written to disk. */
export interface Snapshot {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly id: string;
  /** Of all that is known of the files: two snapshots with the same one do not differ. */
  readonly tree: string;
  /** Absolute path of the tree's root; the folder may be a part of it. */
  readonly top: string;
  /** The folder's place in the tree, with a slash at its end; `.` = all of it. */
  readonly prefix: string;
  /** Whether the folder is in a git repository. */
  readonly repository: boolean;
  /** Commit that is checked out; absent where there is none. */
  readonly head?: string;
  /** Branch that is checked out; absent where there is none. */
  readonly branch?: string;
  /** Repositories inside of the tree, recorded with it. */
  readonly nested: number;
  /** Files whose content is not kept, since they are too large or cannot be read. */
  readonly withoutContent: number;
}

export type SnapshotResult =
  | {
    readonly type: "taken";
    readonly snapshot: Snapshot;
    /** From the earlier record that was named, where it was found on the way. */
    readonly difference?: Difference;
  }
  | { readonly type: "refused"; readonly reason: SnapshotRefusal };

/** One file that differs between two snapshots. Paths are relative to the tree's root. */
export interface ChangedFile {
  readonly path: string;
  readonly kind: "add" | "delete" | "update" | "rename";
  /** Of a renamed one. */
  readonly formerPath?: string;
  /** Lines; absent for binary files and those whose content is not kept. */
  readonly lines?: { readonly added: number; readonly deleted: number };
  /** In bytes, before and after; absent where it is not known or there is no file. */
  readonly size?: { readonly before?: number; readonly after?: number };
  /** Permissions before and after, as octal digits, where they differ. */
  readonly mode?: { readonly before: string; readonly after: string };
  /** The content is not kept: it can be neither shown nor taken back. */
  readonly withoutContent?: true;
}

/** What `changes` and `patch` would tell of all files. */
export interface Difference {
  readonly files: readonly ChangedFile[];
  /** Whole. */
  readonly patch: string;
}

export interface CarryOverlap {
  /** Relative to the tree's root. */
  readonly path: string;
  readonly why:
    /** Both changed the same lines. */
    | "same-lines"
    /** One side removed or replaced what the other changed. */
    | "replaced"
    /** The content was not kept. */
    | "without-content"
    /** Something that the change is not about is in its place, such as an ignored file. */
    | "in-the-way";
}

export type CarryResult =
  | {
    readonly type: "carried";
    readonly files: readonly ChangedFile[];
  }
  /** Nothing was written: these files were changed meanwhile where the change is. */
  | { readonly type: "overlaps"; readonly overlaps: readonly CarryOverlap[] }
  /** Nothing is left to do: the folder has that state already. */
  | { readonly type: "nothing" }
  /** Nothing was written, or all of it was taken back. */
  | { readonly type: "failed"; readonly reason: CarryFailure; readonly detail?: string };

export type CarryFailure =
  | SnapshotRefusal
  /** Somebody changed the files at that moment. */
  | "moved-on"
  /** No command may write to the folder now, such as by the settings. */
  | "not-allowed"
  /** A file could not be written. */
  | "write"
  /** A file could not be written, and not all that had been written could be taken back. */
  | "torn";

/** What is asked of a record is no longer there. */
export class RecordGoneError extends CodexError {
  constructor(cause: Error) {
    super("request", `Cannot read what was recorded: ${cause.message}`, { cause });
  }
}

export interface Workspace {
  /**
   * Makes ready what records of the folder will need, and reads nothing of it. Never rejects; absent
   * where there is nothing to make ready.
   */
  prepare?(folder: string): Promise<void>;
  /**
   * Records the folder. Never rejects but by the signal.
   * @param since an earlier record with which it will be compared: files that were ignored then, and
   * are not any more, are left out
   */
  snapshot(folder: string, signal?: AbortSignal, since?: Snapshot): Promise<SnapshotResult>;
  /** Follows the links of a folder, and finds its repository. @throws {CodexError} */
  locate(folder: string): Promise<FolderPlace | undefined>;
  /**
   * What differs between two snapshots of the same folder.
   * @throws {RecordGoneError} when they are gone
   * @throws {CodexError} when Codex does not answer
   */
  changes(from: Snapshot, to: Snapshot): Promise<readonly ChangedFile[]>;
  /**
   * The unified diff of these paths, or of everything.
   * @throws {CodexError} as `changes` does
   */
  patch(from: Snapshot, to: Snapshot, options: PatchOptions): Promise<Patch>;
  /**
   * Finds the two states that a person wants compared, and records them; the person's repository is
   * only read. Never rejects.
   */
  compare(folder: string, target: ComparisonTarget): Promise<Comparison>;
  /** Commits that were made between two snapshots, newest first, at most 20. Never rejects. */
  commits(from: Snapshot, to: Snapshot): Promise<readonly Commit[]>;
  /** Carries the change between two snapshots over to the folder as it is now: all of it or nothing. */
  carry(from: Snapshot, to: Snapshot): Promise<CarryResult>;
  /**
   * Puts the folder back as it was before a change was carried over that was cut short.
   * @returns false where none was
   * @throws {Error} when that is not possible now
   */
  putBack(folder: string): Promise<boolean>;
}

export interface Commit {
  /** Abbreviated. */
  readonly id: string;
  readonly subject: string;
}

export interface PatchOptions {
  /** Relative to the tree's root; absent = all. */
  readonly paths?: readonly string[];
  /** Complete, as `git apply` takes it, with binary files. */
  readonly applicable?: true;
  readonly mostBytes: number;
}

export interface Patch {
  readonly text: string;
  /** It was cut at `mostBytes`. */
  readonly cut: boolean;
}
