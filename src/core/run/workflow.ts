/** What a workflow is: plain code that yields what happens and returns the answer. */
import type { Additions } from "./additions.ts";
import type { ApprovalHandler } from "../codex/codex.ts";
import { UserFacingError } from "../errors.ts";
import type { Answer, RunEvent } from "./events.ts";
import type { HistoryEntry } from "../session/session.ts";
import type { Mode, Profile } from "../session/settings.ts";
import type { StepLog } from "./step.ts";

export interface RunRequest {
  readonly runId: string;
  /** What was asked, with the paths of the files that came with it. */
  readonly prompt: string;
  /** Absolute paths of the images among those files. */
  readonly images: readonly string[];
  /** What the person adds to it while it runs. */
  readonly additions: Additions;
  readonly mode: Mode;
  readonly profile: Profile;
  readonly history: readonly HistoryEntry[];
  /** The developer's thread of earlier requests in the same folder. */
  readonly developerThreadId?: string;
  /** A person picked that thread: where it cannot be continued, the request fails. */
  readonly mustContinue?: true;
  readonly steps: StepLog;
  /** The step that an earlier process was cut off in; a person wants it done again. */
  readonly interruptedStep?: string;
  /** Aborted by `/cancel` and at shutdown. */
  readonly signal: AbortSignal;
  readonly approve: ApprovalHandler;
}

export interface Workflow {
  /**
   * Runs the request to its answer.
   * @throws {StageError} when a stage failed and there is nothing to deliver
   * @throws {RunCancelledError} when the person stopped it and there is nothing to deliver
   * @throws {EndedEarlyError} around either, when an earlier round left something to deliver
   */
  run(request: RunRequest): AsyncGenerator<RunEvent, Answer>;
}

/** The run ended before its end (see `cause`), but an earlier round left a candidate. */
export class EndedEarlyError extends UserFacingError {
  readonly candidate: Answer;

  constructor(cause: Error, candidate: Answer) {
    super(cause.message, { cause });
    this.candidate = candidate;
  }
}
