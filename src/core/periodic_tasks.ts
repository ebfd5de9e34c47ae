/** Runs tasks again and again while the program runs. */
import type { Clock } from "./clock.ts";
import { pause } from "./deadline.ts";
import { describeError } from "./errors.ts";
import type { Log } from "./log.ts";

export interface PeriodicTask {
  readonly name: string;
  /** Milliseconds between two times. */
  readonly everyMs: number;
  readonly work: () => void | Promise<void>;
}

/**
 * Runs each task at once and then periodically, until the signal aborts. A failed task is logged and
 * run again at its next time.
 */
export async function runPeriodicTasks(
  periodicTasks: readonly PeriodicTask[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(periodicTasks.map(async ({ name, everyMs, work }) => {
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        log.error("housekeeping.failed", { chore: name, error: describeError(error) });
      }
      await pause(clock, everyMs, signal);
    }
  }));
}
