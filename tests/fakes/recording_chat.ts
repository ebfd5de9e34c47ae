/** A chat that remembers everything it was told; approvals are answered by the test. */
import type { ApprovalAnswer, ChatPort, Notice, QuestionReply } from "../../src/core/chat/chat.ts";
import type { ApprovalRequest } from "../../src/core/codex/approval.ts";
import type { RunEvent, RunOutcome } from "../../src/core/run/events.ts";
import type { PlanDecision, ProposedPlan } from "../../src/core/run/plan.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { RunChange } from "../../src/core/run/run_state.ts";

export class RecordingChat implements ChatPort {
  readonly shown: { readonly runId: string; readonly event: RunEvent }[] = [];
  readonly notices: { readonly runId: string; readonly notice: Notice }[] = [];
  /** Of whoever is asked about a plan. */
  decision: PlanDecision = { type: "nobody" };
  readonly #waiting: {
    matches: (runId: string, event: RunEvent) => boolean;
    resolve: () => void;
  }[] = [];

  show({ run, event }: RunChange): void {
    this.shown.push({ runId: run.id, event });
    for (const waiter of this.#waiting) if (waiter.matches(run.id, event)) waiter.resolve();
  }

  askApproval(_run: Run, _request: ApprovalRequest): Promise<ApprovalAnswer> {
    return Promise.resolve({ decision: "decline" });
  }

  askQuestion(): Promise<QuestionReply> {
    return Promise.resolve({ answer: { type: "decline" } });
  }

  decidePlan(
    _run: Run,
    { awaits }: Pick<ProposedPlan, "awaits">,
    signal: AbortSignal,
  ): Promise<PlanDecision> {
    if (awaits === "go") return Promise.resolve(this.decision);
    return new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  }

  notify(run: Run, notice: Notice): void {
    this.notices.push({ runId: run.id, notice });
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when the run has shown an event of that type, now or later. */
  async seen(runId: string, type: RunEvent["type"]): Promise<void> {
    if (this.shown.some((shown) => shown.runId === runId && shown.event.type === type)) return;
    await new Promise<void>((resolve) =>
      this.#waiting.push({
        matches: (id, event) => id === runId && event.type === type,
        resolve,
      })
    );
  }

  async outcome(runId: string): Promise<RunOutcome> {
    await this.seen(runId, "run.finished");
    for (const { runId: id, event } of this.shown) {
      if (id === runId && event.type === "run.finished") return event.outcome;
    }
    throw new Error("unreachable: the event was seen");
  }

  /** The newest event of the run. */
  last(runId: string): RunEvent | undefined {
    return this.shown.findLast((shown) => shown.runId === runId)?.event;
  }

  types(runId: string): string[] {
    return this.shown.filter((shown) => shown.runId === runId).map(({ event }) => event.type);
  }
}
