/** Tells what Codex changed: merges the changes of files, and groups the diffs of a session. */
import type { FileChange } from "../codex/codex.ts";
import type { SessionKey } from "../session/session.ts";
import type { Sharer } from "./recording.ts";
import { type FileDiff, fileDiffs } from "./unified_diff.ts";

/** What became of each file, by its path, in the order in which they were first changed. */
export type FileChanges = ReadonlyMap<string, FileChange["kind"]>;

export const NO_FILES: FileChanges = new Map();

/**
 * Adds later changes to earlier ones, so that each file has the one change that leads from its first
 * state to its last: a file that was added and deleted was never there.
 */
export function mergeFileChanges(
  earlier: FileChanges,
  later: readonly FileChange[],
): FileChanges {
  const merged = new Map(earlier);
  for (const { path, kind } of later) {
    const before = merged.get(path);
    if (before === "add" && kind === "delete") merged.delete(path);
    else merged.set(path, before === undefined ? kind : kindOfBoth(before, kind));
  }
  return merged;
}

/** The first change tells whether the file was there before, the second whether it still is. */
function kindOfBoth(first: FileChange["kind"], second: FileChange["kind"]): FileChange["kind"] {
  if (first === "add") return "add";
  return second === "delete" ? "delete" : "update";
}

export function listFileChanges(changes: FileChanges): FileChange[] {
  return [...changes].map(([path, kind]) => ({ path, kind }));
}

export interface Change {
  readonly runId: string;
  /** Of the developer's turn. */
  readonly round: number;
  /** How the request began, without secrets. */
  readonly request: string;
  /** Unified, of one developer's turn, without secrets. */
  readonly diff: string;
  /** It is the folder's own change; false = what Codex told, without changes by shell commands. */
  readonly recorded: boolean;
  /** Runs that worked in the folder at the same time; absent = none. */
  readonly sharers?: readonly Sharer[];
}

export interface SessionChanges {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** Older ones were deleted, as their size is limited. */
  readonly incomplete: boolean;
}

/** Every method throws a StorageError when the disk does not take it. */
export interface ChangeStore {
  /** Keeps the diff of a turn in place of an earlier one of the same turn; none where it is empty. */
  put(session: SessionKey, change: Change): void;
  of(session: SessionKey): SessionChanges;
  /** Deletes the changes of a session that begins anew. */
  forget(session: SessionKey): void;
}

/** The changes of one request, of all its turns. */
export interface RequestChanges {
  readonly runId: string;
  readonly request: string;
  readonly diff: string;
  readonly files: readonly FileDiff[];
  /** All of it is the folder's own change. */
  readonly recorded: boolean;
}

/** Oldest first. */
export function changesByRequest(changes: readonly Change[]): RequestChanges[] {
  const requests: RequestChanges[] = [];
  for (const { runId, request, diff, recorded } of changes) {
    const ended = diff.endsWith("\n") ? diff : `${diff}\n`;
    const files = fileDiffs(diff);
    const last = requests.at(-1);
    if (last?.runId !== runId) requests.push({ runId, request, diff: ended, files, recorded });
    else {
      requests[requests.length - 1] = {
        ...last,
        diff: last.diff + ended,
        files: [...last.files, ...files],
        recorded: last.recorded && recorded,
      };
    }
  }
  return requests;
}
