/**
 * Defers what nobody waits for, such as a line of the log, until what is at hand is done, such as an
 * answer on its way: to the next turn of the event loop.
 */
import type { Clock } from "./clock.ts";
import { pause } from "./deadline.ts";
import { describeError } from "./errors.ts";
import type { Log } from "./log.ts";

interface DeferredWorkDependencies {
  readonly clock: Clock;
  readonly log: Log;
}

export class DeferredWork {
  readonly #deps: DeferredWorkDependencies;
  /** In the order in which it was deferred. */
  readonly #waiting = new Map<string | symbol, () => void>();
  #waking: AbortController | undefined;

  constructor(deps: DeferredWorkDependencies) {
    this.#deps = deps;
  }

  /** @param name of work that takes the place of what waits under the same name; absent = of none */
  add(work: () => void, name: string | symbol = Symbol()): void {
    this.#waiting.delete(name);
    this.#waiting.set(name, work);
    if (this.#waking === undefined) void this.#flushSoon(); // never rejects
  }

  /** Does now whatever waits. Never throws. */
  flush(): void {
    this.#waking?.abort("It is done already");
    this.#waking = undefined;
    for (const [name, work] of this.#waiting) {
      this.#waiting.delete(name);
      try {
        work();
      } catch (error) {
        this.#deps.log.error("work.deferred.failed", { error: describeError(error) });
      }
    }
  }

  async #flushSoon(): Promise<void> {
    const waking = this.#waking = new AbortController();
    if (await pause(this.#deps.clock, 0, waking.signal)) this.flush();
  }
}
