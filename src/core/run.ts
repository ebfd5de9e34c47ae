/** A run: one request on its way from the queue to its answer, as it is kept across restarts. */
import type { SessionKey } from "./session.ts";
import type { Mode } from "./settings.ts";

/** Where a request came from and where its answer belongs. Core hands it on and never reads it. */
export interface Origin {
  readonly chatId: string;
  readonly messageId: number;
  readonly topicId?: number;
  /** The language in which the front-end talks to this person. */
  readonly language: "en" | "ko";
}

export type RunStatus = "queued" | "running" | "finished" | "interrupted";

export interface Run {
  readonly id: string;
  readonly session: SessionKey;
  readonly prompt: string;
  readonly origin: Origin;
  readonly createdAt: string;
}

export interface StoredRun extends Run {
  readonly status: RunStatus;
  /** Set once the run has left the queue; a continued run keeps them. */
  readonly mode?: Mode;
  readonly profile?: string;
  /** The step that was at work when the process ended; absent before the first and between two. */
  readonly openStep?: { readonly name: string; readonly repeatable: boolean };
}

export interface RunStore {
  /**
   * Keeps a new run as queued.
   * @param sourceId names the message it came from; a second run of the same source is refused
   * @returns false when that source already has a run
   */
  create(run: Run, sourceId: string): boolean;
  /** The run has left the queue. */
  begin(runId: string, mode: Mode, profile: string): void;
  /** The run has its answer, was cancelled or failed; it will not be looked at again. */
  finish(runId: string): void;
  /** A process died under the run and nobody continues it. */
  markInterrupted(runId: string): void;
  /** Queued and running runs of an earlier process, oldest first. */
  unfinished(): readonly StoredRun[];
}
