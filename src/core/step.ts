/** Checkpoints: a stage that finished before a crash is not run again after it. */
import type { RunEvent } from "./events.ts";
import { StepMismatchError } from "./errors.ts";

export interface RecordedStep {
  readonly name: string;
  /** As it came back from disk: JSON, not yet checked. */
  readonly result: unknown;
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
   */
  open(name: string, repeatable: boolean): void;
  /** @param result must survive a round trip through JSON */
  record(name: string, result: unknown): void;
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
 * @throws {StepMismatchError} when the record holds another step at this place
 */
export async function* step<Result>(
  log: StepLog,
  { name, repeatable, parse }: StepOptions<Result>,
  body: () => AsyncGenerator<RunEvent, Result>,
): AsyncGenerator<RunEvent, Result> {
  const recorded = log.next();
  if (recorded !== undefined) {
    if (recorded.name !== name) {
      throw new StepMismatchError(
        `Cannot continue the run: its record has step "${recorded.name}" where "${name}" is next`,
        { remedy: "Send the request again" },
      );
    }
    yield { type: "stage.replayed", step: name };
    return parse(recorded.result);
  }
  log.open(name, repeatable);
  const result = yield* body();
  log.record(name, result);
  return result;
}
