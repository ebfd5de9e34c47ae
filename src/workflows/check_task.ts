/** The task "checks": runs the session's checks on the folder as it is; no agent has a part in it. */
import type { Answer, RunEvent } from "../core/run/events.ts";
import type { RunRequest, Workflow } from "../core/run/workflow.ts";
import { type AgentDependencies, startedCodex } from "./agents.ts";
import { runChecks } from "./checks.ts";

export function createCheckWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      yield* startedCodex(deps, request, { role: "developer", round: 0 });
      const { checks: checked } = yield* runChecks(deps, request, { round: 0, changed: true });
      return { text: "", checked };
    },
  };
}
