/** Checkpoints: a stage that finished before a crash is not run again after it. */
import { addUsage, type TokenUsage } from "../codex/codex.ts";
import type { RunEvent } from "./events.ts";
import { StepMismatchError } from "../errors.ts";

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
 * which is why a developer stage never continues without a person's word.
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
  const seen: Seen = {};
  const result = yield* observed(body(input), seen);
  log.record({ name, input, result, ...seen });
  return result;
}

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

/** What the events of a step tell about it. */
interface Seen {
  threadId?: string;
  usage?: TokenUsage;
}

async function* observed<Result>(
  events: AsyncGenerator<RunEvent, Result>,
  seen: Seen,
): AsyncGenerator<RunEvent, Result> {
  let next = await events.next();
  for (; !next.done; next = await events.next()) {
    const event = next.value;
    if (event.type === "turn.event" && event.event.type === "started") {
      seen.threadId = event.event.threadId;
    } else if (event.type === "stage.finished" && event.stage.usage !== undefined) {
      seen.usage = addUsage(seen.usage, event.stage.usage);
    }
    yield event;
  }
  return next.value;
}
