/** Events of runs, applied and told as the engine does it. */
import type { Clock } from "../../src/core/clock.ts";
import { ActiveRun } from "../../src/core/run/active_run.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { RunChange } from "../../src/core/run/run_state.ts";

/** Shows events to a chat; each run keeps its state from one event to the next. */
export function showsTo(
  chat: { show(change: RunChange): void },
  clock: Pick<Clock, "now">,
): (run: Run, event: RunEvent) => void {
  const runs = new Map<string, ActiveRun>();
  return (run, event) => {
    const active = runs.get(run.id) ?? new ActiveRun({ ...run, status: "queued" });
    runs.set(run.id, active);
    chat.show(active.apply(event, clock.now()));
  };
}
