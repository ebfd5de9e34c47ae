/** The steps of a run as a person may read them, and where they are kept. */
import type { ApprovalDecision, ItemStatus } from "../codex/codex.ts";
import type { Review } from "./events.ts";
import type { SessionKey } from "../session/session.ts";
import type { Mode, Role } from "../session/settings.ts";

type Verdict = Review["verdict"];

export type LogKind =
  | "stage"
  | "command"
  | "files"
  | "tool"
  | "message"
  | "approval"
  | "steer"
  | "retry";

export interface LogEntry {
  /** When it began; ISO 8601. */
  readonly at: string;
  readonly role: Role;
  readonly round: number;
  readonly kind: LogKind;
  /** Without secrets, and cut; of files one path a line; of a stage why it failed. */
  readonly text: string;
  /**
   * Absent while a stage runs or a question is open, and where there is nothing to tell; of a
   * selector's or a reviewer's message what it decided.
   */
  readonly status?: ItemStatus | ApprovalDecision | "interrupted" | "lost" | Mode | Verdict;
  readonly exitCode?: number;
  /** How long it took; absent while it lasts. */
  readonly durationMs?: number;
  /** Names what is still to be told the end of. */
  readonly openId?: string;
}

export interface RunLog {
  /** Oldest first, bounded. */
  readonly entries: readonly LogEntry[];
  /** How many older entries were given up for them. */
  readonly dropped: number;
}

export interface LoggedRun {
  readonly runId: string;
  /** How the request began, without secrets. */
  readonly request: string;
  readonly log: RunLog;
}

/** Logs of ended runs. Every method throws a StorageError when the disk does not take it. */
export interface RunLogStore {
  /** Takes the place of what was kept of the same run. */
  save(session: SessionKey, run: LoggedRun): void;
  /** Of this session only. */
  find(session: SessionKey, runId: string): LoggedRun | undefined;
  /** The one that was saved last. */
  newest(session: SessionKey): LoggedRun | undefined;
}

export const EMPTY_LOG: RunLog = { entries: [], dropped: 0 };
