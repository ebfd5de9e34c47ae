/** What a record outside of this program is told of runs. */
import type { RunAtWork } from "./active_run.ts";
import type { RunEvent } from "./events.ts";

export interface RunObserver {
  /**
   * Something has happened to a run. The last event of a run in this process is `run.finished` or
   * `run.suspended`. Never throws: no work is stopped for the sake of its record.
   */
  observe(run: RunAtWork, event: RunEvent): void;
}
