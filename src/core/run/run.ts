/** A run: one request on its way from the queue to its answer, as it is kept across restarts. */
import type { Attachment } from "../chat/attachment.ts";
import type { Redact } from "../redaction/redact.ts";
import type { SessionKey } from "../session/session.ts";
import type { Mode } from "../session/settings.ts";
import { onOneLine } from "../text/short_text.ts";
import type { RunOutcome } from "./events.ts";

/** Where a request came from and where its answer belongs. Core hands it on and never reads it. */
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
  /** Has ended; its outcome is not yet known to be in the hands of the front-end. */
  | "answered"
  | "finished";

/** Why a run is not taken up by itself. */
export type ConfirmationReason =
  /** The process ended under a stage that may have changed files. */
  | { readonly type: "interrupted"; readonly step: string }
  /** Nobody was here for so long that the person may have moved on. */
  | { readonly type: "old" };

export interface Run {
  readonly id: string;
  readonly session: SessionKey;
  readonly prompt: string;
  /** Files that came with it; absent = none. */
  readonly attachments?: readonly Attachment[];
  readonly origin: Origin;
  readonly createdAt: string;
  /** When the person wrote it; absent = just now. */
  readonly sentAt?: string;
}

/** What is needed to ask for the same again. */
export type LastRequest = Pick<Run, "prompt" | "attachments">;

export interface StoredRun extends Run {
  readonly status: RunStatus;
  /** What the person added while it ran, oldest first; absent = nothing. */
  readonly additions?: readonly string[];
  /** Set once the run has left the queue; a continued run keeps them. */
  readonly mode?: Mode;
  readonly profile?: string;
  /** The step that was at work when the process ended; absent before the first and between two. */
  readonly openStep?: { readonly name: string; readonly repeatable: boolean };
  /** Set while the run awaits confirmation. */
  readonly confirmation?: ConfirmationReason;
  /** A person said that this step, which was cut short, shall be done again. */
  readonly interruptedStep?: string;
  /** Set while the run is answered. */
  readonly ended?: { readonly outcome: RunOutcome; readonly latencyMs: number };
}

/** Every method throws a StorageError when the disk does not take it. */
export interface RunStore {
  /**
   * Keeps a new run: as queued, or as awaiting confirmation where there is a reason.
   * @param sourceId names the message it came from; a second run of the same source is refused
   * @returns false when that source already has a run
   */
  create(run: Run, sourceId: string, confirmation?: ConfirmationReason): boolean;
  /**
   * Keeps the words of a request as an addition to a run at work, in place of a run of their own.
   * @returns false when that source already has a run, or was added
   */
  addTo(runId: string, request: Run, sourceId: string): boolean;
  /** What was kept as an addition to the run is a queued run after all. */
  takeBack(runId: string, request: Run): void;
  /** What the session was asked last. */
  lastRequest(session: SessionKey): LastRequest | undefined;
  forgetRequest(session: SessionKey): void;
  /** The run has left the queue. */
  begin(runId: string, mode: Mode, profile: string): void;
  /** From here on the run awaits a person's confirmation. */
  awaitConfirmation(runId: string, reason: ConfirmationReason): void;
  /** A person confirmed it. @returns the queued run, or undefined when it awaits nothing any more */
  confirm(runId: string): StoredRun | undefined;
  /** Runs of the session that await confirmation, oldest first. */
  awaitingConfirmation(session: SessionKey): readonly StoredRun[];
  /** The run has come to its end, which a later process may have to tell. */
  finish(runId: string, outcome: RunOutcome, latencyMs: number): void;
  /** The outcome is in the hands of the front-end; nobody looks at the run again. */
  handedOver(runId: string): void;
  /** What an earlier process left: all runs but the finished ones, oldest first. */
  unfinished(): readonly StoredRun[];
}

/** Enough of a run's id to be typed on a phone. */
export function shortRunId(runId: string): string {
  return runId.slice(0, 5);
}

/** Characters: enough to tell it from the others. */
const PROMPT_LINE = 60;

/** The beginning of what was asked, as one line without secrets. */
export function promptLine({ prompt }: Pick<Run, "prompt">, redact: Redact): string {
  return onOneLine(redact(prompt), PROMPT_LINE);
}
