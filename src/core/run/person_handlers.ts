/** Reaches the person who made the request, for whoever works on it, and reports what was answered. */
import type { ChatPort } from "../chat/chat.ts";
import type { Clock } from "../clock.ts";
import type { ActiveRun, RunReporter } from "./active_run.ts";
import type { RunRequest } from "./workflow.ts";

interface PersonHandlersDependencies {
  readonly chat: Pick<ChatPort, "askApproval" | "askQuestion" | "decidePlan">;
  readonly reporter: Pick<RunReporter, "record">;
  readonly clock: Clock;
}

export function personHandlers(
  active: ActiveRun,
  { chat, reporter, clock }: PersonHandlersDependencies,
): Required<Pick<RunRequest, "approve" | "answer" | "decidePlan">> {
  return {
    approve: async (request, signal) => {
      const { decision, reason, who } = await chat.askApproval(active.run, request, signal);
      const answered = { type: "approval.answered", request } as const;
      reporter.record(active, who === undefined ? answered : { ...answered, who });
      return decision === "decline" && reason !== undefined ? { decision, reason } : decision;
    },
    answer: async (request, signal) => {
      const { answer, who } = await chat.askQuestion(active.run, request, signal);
      const answered = { type: "question.answered", request } as const;
      reporter.record(active, who === undefined ? answered : { ...answered, who });
      return answer;
    },
    /** The time in which nothing is done before a person agrees is none of the run. */
    decidePlan: async (proposed, signal) => {
      const askedAt = clock.monotonic();
      try {
        return await chat.decidePlan(active.run, proposed, signal);
      } finally {
        if (proposed.awaits === "go") active.waitedMs += clock.monotonic() - askedAt;
      }
    },
  };
}
