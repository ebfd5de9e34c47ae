/** Goals of threads in memory; nothing works on them. */
import type { CodexGoals, Goal, GoalChange, GoalPursuit } from "../../src/core/codex/goal.ts";
import { CodexError } from "../../src/core/errors.ts";

export class MemoryGoals implements CodexGoals {
  readonly goals = new Map<string, Goal>();
  /** Threads whose work was ended. */
  readonly halted: string[] = [];

  get(threadId: string): Promise<Goal | undefined> {
    return Promise.resolve(this.goals.get(threadId));
  }

  change(threadId: string, change: GoalChange): Promise<Goal> {
    const goal = this.goals.get(threadId);
    if (goal === undefined) return Promise.reject(new CodexError("request", "no goal exists"));
    const changed = { ...goal, ...change };
    this.goals.set(threadId, changed);
    return Promise.resolve(changed);
  }

  clear(threadId: string): Promise<void> {
    this.goals.delete(threadId);
    return Promise.resolve();
  }

  halt(threadId: string): Promise<Goal | undefined> {
    if (this.goals.get(threadId)?.status !== "active") return Promise.resolve(undefined);
    this.halted.push(threadId);
    return this.change(threadId, { status: "paused" });
  }

  pursue(): Promise<GoalPursuit> {
    return Promise.reject(new CodexError("request", "Nothing works on goals here"));
  }
}
