/** Keeps the newest plan of each session in memory. */
import type { PlanStore } from "../../src/core/run/run_recorder.ts";

export class MemoryPlans implements PlanStore {
  readonly kept = new Map<string, string>();

  save(sessionId: string, _runId: string, plan: string): void {
    this.kept.set(sessionId, plan);
  }

  newest(sessionId: string): string | undefined {
    return this.kept.get(sessionId);
  }

  forget(sessionId: string): void {
    this.kept.delete(sessionId);
  }
}
