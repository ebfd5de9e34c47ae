/** Checkpoints: a stage that finished before a crash is not run again after it. */
import type { RunEvent } from "./events.ts";
import { StepMismatchError } from "./errors.ts";

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export interface RecordedStep {
  readonly name: string;
  readonly result: Json;
}

/** The steps of one run, in the order in which they finished. */
export interface StepLog {
  /** The next recorded step, or undefined when the run has reached new ground. */
  next(): RecordedStep | undefined;
  /** A step is about to do its work: what a restart will find open. */
  open(name: string): void;
  record(name: string, result: Json): void;
}

/**
 * Runs `body` once and for all: hands back its recorded result when an earlier process finished it.
 *
 * At least once, not exactly once: a crash between the effect and its record runs the body again,
 * which is why a developer stage never continues without a person's word.
 *
 * @param parse checks a recorded result, which comes from disk
 * @throws {StepMismatchError} when the record holds another step at this place
 */
export async function* step<Result extends Json>(
  log: StepLog,
  name: string,
  parse: (recorded: Json) => Result,
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
  log.open(name);
  const result = yield* body();
  log.record(name, result);
  return result;
}
