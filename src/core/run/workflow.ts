/**
 * What a workflow is: plain code that yields what happens and returns the answer, made of steps. A
 * step is a checkpoint: one that finished before a crash is not run again after it.
 */
import type { ApprovalHandler, TokenUsage } from "../codex/codex.ts";
import { StepMismatchError, UserFacingError } from "../errors.ts";
import type { Continuation, HistoryEntry } from "../session/session.ts";
import type { Mode, Profile } from "../session/settings.ts";
import type { Answer, RunEvent } from "./events.ts";
import { lastThreadId, newRunState, reduceRun } from "./run_state.ts";
import type { Additions } from "./steering.ts";

export interface RunRequest extends Continuation {
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

export interface RecordedStep {
  readonly name: string;
  /** As it came back from disk: JSON, not yet checked. */
  readonly result: unknown;
  /** What the stage used when it ran. */
  readonly usage?: TokenUsage;
}

/** A step that has done its work. */
export interface FinishedStep {
  readonly name: string;
  /** What its agent was asked. */
  readonly input: string;
  /** Must survive a round trip through JSON. */
  readonly result: unknown;
  /** The last Codex thread that it ran in. */
  readonly threadId?: string;
  readonly usage?: TokenUsage;
}

/** Finds the steps of any run. */
export interface StepLogs {
  forRun(runId: string): StepLog;
}

/** The steps of one run, in the order in which they finished. */
export interface StepLog {
  /** The next recorded step, or undefined when the run has reached new ground. */
  next(): RecordedStep | undefined;
  /**
   * A step is about to do its work: what a restart will find open.
   * @param repeatable true when running it a second time can do no harm
   * @throws {StorageError} when that cannot be kept; the step must not begin then
   */
  open(name: string, repeatable: boolean): void;
  /**
   * Never throws for storage: work that is done is worth more than its record. A step that could not
   * be recorded stays open, and with it the question to a person after a crash.
   */
  record(step: FinishedStep): void;
}

export interface StepOptions<Result> {
  readonly name: string;
  /** True when the body only reads, so that a restart may run it again unasked. */
  readonly repeatable: boolean;
  /** Checks a recorded result, which comes from disk. */
  readonly parse: (recorded: unknown) => Result;
}

/**
 * Runs `body` once and for all: hands back its recorded result when an earlier process finished it.
 *
 * At least once, not exactly once: a crash between the effect and its record runs the body again,
 * which is why a developer stage never continues unconfirmed.
 *
 * @param input what the step's agent is asked; handed to the body and kept with the result
 * @throws {StepMismatchError} when the record holds another step at this place
 */
export async function* step<Result>(
  log: StepLog,
  { name, repeatable, parse }: StepOptions<Result>,
  input: string,
  body: (input: string) => AsyncGenerator<RunEvent, Result>,
): AsyncGenerator<RunEvent, Result> {
  const recorded = log.next();
  if (recorded !== undefined) {
    if (recorded.name !== name) throw mismatch(recorded.name, name);
    const { usage } = recorded;
    yield { type: "stage.replayed", step: name, ...(usage === undefined ? {} : { usage }) };
    return parsed(recorded.result, parse);
  }
  log.open(name, repeatable);
  const events = body(input);
  let state = newRunState();
  let next = await events.next();
  for (; !next.done; next = await events.next()) {
    state = reduceRun(state, next.value, NO_TIME);
    yield next.value;
  }
  const [result, { usage }, threadId] = [next.value, state, lastThreadId(state)];
  log.record({
    name,
    input,
    result,
    ...(threadId === undefined ? {} : { threadId }),
    ...(usage === undefined ? {} : { usage }),
  });
  return result;
}

/** A step keeps nothing that has a time. */
const NO_TIME = new Date(0);

function parsed<Result>(recorded: unknown, parse: (recorded: unknown) => Result): Result {
  try {
    return parse(recorded);
  } catch (error) {
    throw unreadableRecord(error);
  }
}

/** For a recorded step that is not what this program writes. */
export function unreadableRecord(cause: unknown): StepMismatchError {
  return new StepMismatchError("Cannot continue the run: its record cannot be read", {
    remedy: "Send the request again",
    cause,
  });
}

function mismatch(recorded: string, next: string): StepMismatchError {
  return new StepMismatchError(
    `Cannot continue the run: its record has step "${recorded}" where "${next}" is next`,
    { remedy: "Send the request again" },
  );
}
