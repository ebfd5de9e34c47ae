/** Lets people and the program stop the work on a goal between two of its rounds. */

import type { GoalWish } from "../codex/goal.ts";

/** What the workflow of a goal is given of it. */
export interface GoalWork {
  readonly wish: GoalWish;
  readonly rounds: GoalRounds;
}

/** Why no further round begins. */
export type RoundStop =
  /** A person paused the goal. */
  | "paused"
  /** Requests of the person wait: the goal goes on behind them. */
  | "gives-way"
  /** The program ends. */
  | "suspended"
  /** Many rounds in a row did nothing but talk. */
  | "idle"
  /** The time that the person gave it is used up. */
  | "time-budget";

/** How the work on a goal was paused: after the round at work, or before it had begun. */
export type GoalPause = "after-round" | "dropped";

export class GoalRounds {
  /** How many have begun, in this process. */
  count = 0;
  /** Whether Codex may have the goal by now. Before, a person who pauses it keeps it from being set. */
  reachCodex = false;
  readonly #stopping = new Set<() => void>();
  #stop: RoundStop | undefined;

  /** Why no further round begins; undefined = it goes on. */
  get stop(): RoundStop | undefined {
    return this.#stop;
  }

  /** Lets the present round end and no further one begin. Only the first reason counts. */
  stopAfterRound(reason: RoundStop): void {
    if (this.#stop !== undefined) return;
    this.#stop = reason;
    for (const stopping of this.#stopping) stopping();
  }

  /** Goes on after it gave way. */
  goOn(): void {
    this.#stop = undefined;
  }

  /** Calls back when the work shall stop, at once where it shall already. @returns ends that */
  onStop(stopping: () => void): () => void {
    if (this.#stop !== undefined) stopping();
    this.#stopping.add(stopping);
    return () => this.#stopping.delete(stopping);
  }
}
