/** The end of every turn at work, before the process behind them is taken down. */
import type { Clock } from "../../core/clock.ts";
import { waitAtMost } from "../../core/deadline.ts";
import type { LiveTurn } from "./live_turn.ts";

export interface TurnToEnd {
  readonly turn: LiveTurn;
  /** Absent while the turn is still being prepared. */
  readonly run?: { interrupt(): Promise<void> };
}

/** How long turns may take to end as interrupted when the program ends, in milliseconds. */
const GRACE_MS = 1_000;

/** Interrupts them and waits a moment. A turn that does not end by this is lost with its process. */
export async function endTurns(works: readonly TurnToEnd[], clock: Clock): Promise<void> {
  if (works.length === 0) return;
  for (const { run } of works) run?.interrupt().catch(() => undefined);
  // Cannot reject: a turn's result never does.
  await waitAtMost(clock, GRACE_MS, Promise.all(works.map(({ turn }) => turn.result)));
}
