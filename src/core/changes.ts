/** What Codex changed in a session since it began, as diffs. */
import type { SessionKey } from "./session.ts";

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
