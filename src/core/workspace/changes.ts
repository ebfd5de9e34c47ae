/** What Codex changed in a session since it began, as diffs. */
import type { SessionKey } from "../session/session.ts";
import { type FileDiff, fileDiffs } from "./unified_diff.ts";

export interface Change {
  readonly runId: string;
  /** How the request began, without secrets. */
  readonly request: string;
  /** Unified, of one developer's turn, without secrets. */
  readonly diff: string;
}

export interface SessionChanges {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** Older ones were given up, as there is room for so much only. */
  readonly incomplete: boolean;
}

/** Every method throws a StorageError when the disk does not take it. */
export interface ChangeStore {
  add(session: SessionKey, change: Change): void;
  of(session: SessionKey): SessionChanges;
  /** The session begins anew. */
  forget(session: SessionKey): void;
}

/** The changes of one request, which may have had several turns. */
export interface RequestChanges {
  readonly runId: string;
  readonly request: string;
  readonly diff: string;
  readonly files: readonly FileDiff[];
}

/** Oldest first. */
export function changesByRequest(changes: readonly Change[]): RequestChanges[] {
  const requests: RequestChanges[] = [];
  for (const { runId, request, diff } of changes) {
    const ended = diff.endsWith("\n") ? diff : `${diff}\n`;
    const files = fileDiffs(diff);
    const last = requests.at(-1);
    if (last?.runId !== runId) requests.push({ runId, request, diff: ended, files });
    else {
      const together = { diff: last.diff + ended, files: [...last.files, ...files] };
      requests[requests.length - 1] = { ...last, ...together };
    }
  }
  return requests;
}
