/** A run as the terminal knows it. */
import type { Run } from "../../core/run/run.ts";
import { newRunState, type RunState } from "../../core/run/run_state.ts";

export interface ShownRun {
  readonly run: Run;
  readonly state: RunState;
  /** The person has asked for its end. */
  readonly stopping?: boolean;
}

export function newlyShown(run: Run): ShownRun {
  return { run, state: newRunState() };
}
