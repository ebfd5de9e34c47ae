/** Measures what a run uses, and tells when it has used what it may. */
import type { Clock } from "../clock.ts";
import type { RunEvent } from "./events.ts";

export interface RunBudget {
  /** Of all its turns together; absent = any number. */
  readonly maxTokens?: number | undefined;
  /** Of this process' work on it, in milliseconds; absent = any time. */
  readonly maxMs?: number | undefined;
}

export class RunMeter {
  readonly #budget: RunBudget;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #tokens = 0;

  constructor(budget: RunBudget, clock: Clock) {
    this.#budget = budget;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  /** Passes the events of a run on, and counts the tokens of its stages, those of earlier processes too. */
  async *measured<Result>(
    events: AsyncGenerator<RunEvent, Result>,
  ): AsyncGenerator<RunEvent, Result> {
    let next = await events.next();
    for (; !next.done; next = await events.next()) {
      this.#count(next.value);
      yield next.value;
    }
    return next.value;
  }

  /** Asked before each stage: what runs is never cut. */
  isUsedUp(): boolean {
    const { maxTokens = Infinity, maxMs = Infinity } = this.#budget;
    return this.#tokens >= maxTokens || this.#clock.monotonic() - this.#startedAt >= maxMs;
  }

  #count(event: RunEvent): void {
    if (event.type === "stage.finished") this.#tokens += event.stage.usage?.totalTokens ?? 0;
    if (event.type === "stage.replayed") this.#tokens += event.usage?.totalTokens ?? 0;
  }
}
