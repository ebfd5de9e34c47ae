/** Steps of one run in memory; give it the records of an "earlier process" to replay them. */
import type { FinishedStep, RecordedStep, StepLog } from "../../src/core/run/workflow.ts";

export class MemorySteps implements StepLog {
  readonly recorded: RecordedStep[];
  openStep: { readonly name: string; readonly repeatable: boolean } | undefined;
  #position = 0;

  readonly #openFailure: Error | undefined;

  constructor(recorded: readonly RecordedStep[] = [], openFailure?: Error) {
    this.recorded = [...recorded];
    this.#openFailure = openFailure;
  }

  next(): RecordedStep | undefined {
    const step = this.recorded[this.#position];
    if (step !== undefined) this.#position++;
    return step;
  }

  nextName(): string | undefined {
    return this.recorded[this.#position]?.name;
  }

  open(name: string, repeatable: boolean): void {
    if (this.#openFailure !== undefined) throw this.#openFailure;
    this.openStep = { name, repeatable };
  }

  record(step: FinishedStep): void {
    this.openStep = undefined;
    // Through JSON, as the real store does it.
    this.recorded.push(JSON.parse(JSON.stringify(step)));
    this.#position = this.recorded.length;
  }
}
