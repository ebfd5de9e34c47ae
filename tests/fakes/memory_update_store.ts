import type { UpdateStore } from "../../src/bot/poller.ts";
import { diskFailure } from "./disk_failure.ts";

export type StoreFault = "store" | "store-after-commit" | "find" | "pending" | "attempted" | "done";

/** Stores updates in memory as the inbox table does on disk; fails where the test says so. */
export class MemoryUpdateStore implements UpdateStore {
  readonly rows = new Map<number, { body: string; attempts: number; done: boolean }>();
  /** The methods that fail now. */
  readonly faults = new Set<StoreFault>();

  /** Fails every write, and no read. */
  fill(): void {
    for (const fault of ["store", "attempted", "done"] as const) this.faults.add(fault);
  }

  /** Ends all failures. */
  free(): void {
    this.faults.clear();
  }

  get doneIds(): number[] {
    return [...this.rows].filter(([, { done }]) => done).map(([updateId]) => updateId);
  }

  store(
    updates: readonly { updateId: number; body: string; done: boolean }[],
  ): number[] {
    const fresh = updates.filter(({ updateId }) => !this.rows.has(updateId));
    // A known update needs no room.
    if (fresh.length > 0) this.#mayFail("store");
    for (const { updateId, body, done } of fresh) {
      this.rows.set(updateId, { body, attempts: done ? 0 : 1, done });
    }
    if (fresh.length > 0) this.#mayFail("store-after-commit");
    return fresh.map(({ updateId }) => updateId);
  }

  find(updateId: number): "open" | "done" | undefined {
    this.#mayFail("find");
    const row = this.rows.get(updateId);
    if (row === undefined) return undefined;
    return row.done ? "done" : "open";
  }

  pending(): { updateId: number; body: string; attempts: number }[] {
    this.#mayFail("pending");
    return [...this.rows].filter(([, { done }]) => !done)
      .map(([updateId, { body, attempts }]) => ({ updateId, body, attempts }));
  }

  attempted(updateId: number): void {
    this.#mayFail("attempted");
    const row = this.rows.get(updateId);
    if (row !== undefined) row.attempts++;
  }

  spoiled(updateId: number): void {
    this.#mayFail("attempted");
    const row = this.rows.get(updateId);
    if (row !== undefined) row.attempts--;
  }

  done(updateIds: readonly number[]): void {
    this.#mayFail("done");
    for (const updateId of updateIds) {
      const row = this.rows.get(updateId);
      if (row !== undefined) row.done = true;
    }
  }

  #mayFail(fault: StoreFault): void {
    if (this.faults.has(fault)) throw diskFailure();
  }
}
