/** Measures what a run uses, and tells when it has used what it may. */
import type { Clock } from "../clock.ts";
import type { EndReason, RunEvent } from "./events.ts";

export interface RunBudget {
  /** Of all its turns together; absent = any number. */
  readonly maxTokens?: number | undefined;
  /** Of this process' work on it, in milliseconds; absent = any time. */
  readonly maxMs?: number | undefined;
}

type UsedUp = Extract<EndReason, { readonly type: "tokens" | "time" }>;

export class RunMeter {
  readonly #budget: RunBudget;
  readonly #clock: Clock;
  #startedAt: number;
  /** Since when it waits for a person to agree to its plan. */
  #waitsSince: number | undefined;
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

  /**
   * Asked before each stage: what runs is never cut.
   * @returns which budget is used up; undefined while none is
   */
  usedUp(): UsedUp | undefined {
    const { maxTokens, maxMs } = this.#budget;
    if (maxTokens !== undefined && this.#tokens >= maxTokens) {
      return { type: "tokens", budget: maxTokens };
    }
    const tookMs = this.#clock.monotonic() - this.#startedAt;
    return maxMs !== undefined && tookMs >= maxMs ? { type: "time", budgetMs: maxMs } : undefined;
  }

  #count(event: RunEvent): void {
    if (event.type === "plan.proposed" && event.awaits === "go") {
      this.#waitsSince = this.#clock.monotonic();
    }
    if (event.type === "plan.decided" && this.#waitsSince !== undefined) {
      this.#startedAt += this.#clock.monotonic() - this.#waitsSince;
      this.#waitsSince = undefined;
    }
    if (event.type === "stage.finished") this.#tokens += event.stage.usage?.totalTokens ?? 0;
    if (event.type === "stage.replayed") this.#tokens += event.usage?.totalTokens ?? 0;
  }
}
