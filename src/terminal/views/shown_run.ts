/** A run as the terminal knows it. */
import type { Run } from "../../core/run/run.ts";
import { NOTHING_YET, type Progress } from "../../core/run/run_progress.ts";

export interface ShownRun {
  readonly run: Run;
  readonly progress: Progress;
  /** Monotonic milliseconds; absent before it began to work. */
  readonly startedAt?: number;
  /** The person has asked for its end. */
  readonly stopping?: boolean;
}

export function newlyShown(run: Run): ShownRun {
  return { run, progress: NOTHING_YET };
}
