/** The workflow "single": one developer turn answers the request. */
import { withAdditions } from "../core/run/steering.ts";
import type { Answer, RunEvent } from "../core/run/events.ts";
import { type RunRequest, step, type Workflow } from "../core/run/workflow.ts";
import { type AgentDependencies, askDeveloper, recordRound } from "./agents.ts";
import { waitingForAgents } from "./developing.ts";
import { mayHaveChanged, runChecks } from "./checks.ts";
import { developStep } from "./steps.ts";

export function createSingleWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const threadId = request.developerThreadId;
      const candidate = yield* step(
        request.steps,
        developStep(1),
        withAdditions(request.prompt, request.additions.texts),
        (text) =>
          askDeveloper(deps, waitingForAgents(request, false), { threadId, text, round: 1 }),
      );
      const record = yield* recordRound(deps, request, 1, { wordsOnly: candidate.wordsOnly });
      // Nobody works on what they find: the person sees it.
      const changed = mayHaveChanged(record, candidate);
      yield* runChecks(deps, request, { round: 1, changed, record });
      return { text: candidate.answer };
    },
  };
}
