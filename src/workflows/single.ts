/** The workflow "single": one developer turn answers the request. */
import { withAdditions } from "../core/run/steering.ts";
import type { Answer, RunEvent } from "../core/run/events.ts";
import { type RunRequest, step, type Workflow } from "../core/run/workflow.ts";
import { type AgentDependencies, askDeveloper, recordRound } from "./agents.ts";
import { developStep } from "./steps.ts";

export function createSingleWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const threadId = request.developerThreadId;
      const { answer } = yield* step(
        request.steps,
        developStep(1),
        withAdditions(request.prompt, request.additions.texts),
        (text) => askDeveloper(deps, request, { threadId, text, round: 1 }),
      );
      yield* recordRound(deps, request, 1);
      return { text: answer };
    },
  };
}
