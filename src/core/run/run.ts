/** Defines a run: one request from its queue to its answer, as it is stored across restarts. */
import type { Attachment } from "../chat/attachment.ts";
import type { GoalWish } from "../codex/goal.ts";
import type { Redact } from "../redaction/redact.ts";
import type { SessionKey } from "../session/session.ts";
import type { Mode } from "../session/settings.ts";
import { onOneLine } from "../text/short_text.ts";
import type { FollowedRun } from "./ended_reviews.ts";
import type { RunOutcome } from "./events.ts";

/** Where a request came from and its answer goes. Only front-ends read it. */
export interface Origin {
  readonly chatId: string;
  readonly messageId: number;
  readonly topicId?: number;
  /** The language in which the front-end talks to this person. */
  readonly language: "en" | "ko";
}

type RunStatus =
  | "queued"
  | "running"
  /** Awaits a person's confirmation; named as in the table `runs`. */
  | "offered"
  /** Has ended; its outcome is not yet handed over to the front-end. */
  | "answered"
  | "finished";

/** Why a run is not started before a person confirms it. */
export type ConfirmationReason =
  /** The process ended during a stage that may have changed files. */
  | { readonly type: "interrupted"; readonly step: string }
  /**
   * The program was off for so long that the person may not want it any more. The length, in
   * milliseconds, is absent where an earlier version stored the reason.
   */
  | { readonly type: "old"; readonly offlineMs?: number }
  /** Codex has set itself the goal, or it was found at work where nobody followed it. */
  | { readonly type: "goal-found" }
  /** The conversation has another goal, which would be given up for this one. */
  | { readonly type: "goal-replaces"; readonly objective: string };

/** What is asked for by a command, in place of a request. */
export const RUN_TASKS = ["compact", "review", "checks"] as const;
export type RunTask = typeof RUN_TASKS[number];

export interface Run {
  readonly id: string;
  /** Absent = a request. */
  readonly task?: RunTask;
  readonly session: SessionKey;
  readonly prompt: string;
  /** Files that came with it; absent = none. */
  readonly attachments?: readonly Attachment[];
  /** Set where the run is the work on a goal; the prompt is its objective. */
  readonly goal?: GoalWish;
  /** Set where it continues a run whose work was not approved. */
  readonly follows?: FollowedRun;
  /**
   * Under which it works, whatever the session has by then: set once the run has left the queue, and
   * before where the session may have another one since it was asked for.
   */
  readonly profile?: string;
  readonly origin: Origin;
  readonly createdAt: string;
  /** When the person wrote it; absent = just now. */
  readonly sentAt?: string;
}

/** What `/retry` needs. */
export interface LastRequest extends Pick<Run, "prompt" | "attachments" | "follows"> {
  /** The run that was made of it first; absent where an earlier version stored it. */
  readonly runId?: string;
}

/**
 * What a run works under: set once it has left the queue, or its session has got others while it waited;
 * it keeps them.
 */
export interface RunSettings {
  readonly mode: Mode;
  /** The name of its profile. */
  readonly profile: string;
}

export interface StoredRun extends Run, Partial<RunSettings> {
  readonly status: RunStatus;
  /** What the person added while it ran, oldest first; absent = nothing. */
  readonly additions?: readonly string[];
  /** The step that was running when the process ended; absent before the first and between two. */
  readonly openStep?: { readonly name: string; readonly repeatable: boolean };
  /** Set while the run awaits confirmation. */
  readonly confirmation?: ConfirmationReason;
  /** The interrupted step that a person wants repeated. */
  readonly interruptedStep?: string;
  /** Set while the run is answered. */
  readonly ended?: { readonly outcome: RunOutcome; readonly latencyMs: number };
}

/** The request of a failed run, to be submitted once more. */
export type FailedRequest = Pick<
  Run,
  "session" | "prompt" | "attachments" | "origin" | "follows"
>;

/** A request that has become a part of another one. */
export interface RunPart {
  readonly run: Run;
  /** Names the message it came from. */
  readonly sourceId: string;
}

/** Every method throws a StorageError when the disk does not take it. */
export interface RunStore {
  /**
   * Stores a new run: as queued, or as awaiting confirmation where there is a reason.
   * @param sourceId names the message it came from; a second run of the same source is refused
   * @returns false when that source already has a run
   */
  create(run: Run, sourceId: string, confirmation?: ConfirmationReason): boolean;
  /**
   * Stores the text of a request as an addition to a running run instead of as a run.
   * @returns false when that source already has a run, or was added before
   */
  addTo(runId: string, request: Run, sourceId: string): boolean;
  /**
   * Replaces words and files of a run that has not begun.
   * @param part what has become a part of it, whose source is not used again
   */
  reword(runId: string, request: LastRequest, part?: RunPart): void;
  /** Turns an addition that was not used into a queued run. */
  takeBack(runId: string, request: Run): void;
  /** The session's last request. */
  lastRequest(session: SessionKey): LastRequest | undefined;
  forgetRequest(session: SessionKey): void;
  /** Keeps what a run that waits works under, whatever its session gets. */
  keepSettings(runId: string, settings: RunSettings): void;
  /** Marks the run as running. */
  begin(runId: string, mode: Mode, profile: string): void;
  /** Marks the run as awaiting a person's confirmation. */
  awaitConfirmation(runId: string, reason: ConfirmationReason): void;
  /** Queues a confirmed run. @returns undefined when it awaits no confirmation (any more) */
  confirm(runId: string): StoredRun | undefined;
  /** Runs of the session that await confirmation, oldest first. */
  awaitingConfirmation(session: SessionKey): readonly StoredRun[];
  /**
   * Stores the outcome, which a later process may have to deliver.
   * @param added what the person added to the request: it belongs to what is tried again, or goes on
   */
  finish(
    runId: string,
    outcome: RunOutcome,
    latencyMs: number,
    added?: readonly string[],
  ): void;
  /** The request of a failed run; undefined when it is not known (any more). */
  failedRequest(session: SessionKey, runId: string): FailedRequest | undefined;
  /** Forgets the request of a failed run, which was submitted once more. */
  forgetFailed(runId: string): void;
  /**
   * The newest run of the session that failed and was not submitted once more, unless the session has
   * asked for something else since; where it met the usage limit, since that was over.
   */
  failedRun(session: SessionKey): string | undefined;
  /** The usage limit counts no longer. */
  limitOver(now: Date): void;
  /** The newest run that a message of the chat asked for, or shows. */
  runOfMessage(session: SessionKey, messageId: number): string | undefined;
  /** Marks the run as finished: the front-end has the outcome. */
  handedOver(runId: string): void;
  /** All runs that are not finished, oldest first. */
  unfinished(): readonly StoredRun[];
}

/** The part of a run's id that is enough to type on a phone. */
export function shortRunId(runId: string): string {
  return runId.slice(0, 5);
}

/** Characters: enough to tell requests apart. */
const PROMPT_LINE = 60;

/** The beginning of the request, as one line without secrets. */
export function promptLine({ prompt }: Pick<Run, "prompt">, redact: Redact): string {
  return onOneLine(redact(prompt), PROMPT_LINE);
}
