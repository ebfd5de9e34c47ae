/** Steps of one run in memory; give it the records of an "earlier process" to replay them. */
import type { RecordedStep, StepLog } from "../../src/core/step.ts";

export class MemorySteps implements StepLog {
  readonly recorded: RecordedStep[];
  openStep: { readonly name: string; readonly repeatable: boolean } | undefined;
  #position = 0;

  constructor(recorded: readonly RecordedStep[] = []) {
    this.recorded = [...recorded];
  }

  next(): RecordedStep | undefined {
    const step = this.recorded[this.#position];
    if (step !== undefined) this.#position++;
    return step;
  }

  open(name: string, repeatable: boolean): void {
    this.openStep = { name, repeatable };
  }

  record(name: string, result: unknown): void {
    this.openStep = undefined;
    // Through JSON, as the real store does it.
    this.recorded.push({ name, result: JSON.parse(JSON.stringify(result)) });
    this.#position = this.recorded.length;
  }
}
