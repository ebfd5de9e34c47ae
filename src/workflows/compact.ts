/** The task "compact": Codex summarizes the conversation, so that it takes less of the model's room. */
import { z } from "../core/schema.ts";
import { CodexError } from "../core/errors.ts";
import type { Answer, Compaction, RunEvent } from "../core/run/events.ts";
import { type RunRequest, step, type StepOptions, type Workflow } from "../core/run/workflow.ts";
import { type AgentDependencies, startedCodex, threadOptions } from "./agents.ts";
import { completedOrThrow, runTurn, type Stage } from "./stage.ts";

const STAGE: Stage = { role: "developer", round: 0 };

const COMPACTION = z.object({
  before: z.number().exactOptional(),
  after: z.number().exactOptional(),
});

/** Summarizing a summary does no harm. */
const STEP: StepOptions<Compaction> = {
  name: "compact",
  ...STAGE,
  repeatable: true,
  parse: (recorded) => COMPACTION.parse(recorded),
};

export function createCompactWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const compaction = yield* step(
        request.steps,
        STEP,
        request.prompt,
        () => compact(deps, request),
      );
      return { text: "", compaction };
    },
  };
}

async function* compact(
  deps: AgentDependencies,
  request: RunRequest,
): AsyncGenerator<RunEvent, Compaction> {
  const { developerThreadId: threadId } = request;
  const codex = yield* startedCodex(deps, request, STAGE);
  const thread = threadId === undefined
    ? undefined
    : codex.resumeThread(threadId, threadOptions(request, "developer"));
  const begin = thread?.compact?.bind(thread);
  if (begin === undefined) {
    throw new CodexError("unsupported", "Cannot summarize: there is nothing here that could be", {
      trouble: { kind: "unsupported", wish: "compact", elsewhere: codex.kind === "mcp" },
    });
  }
  const used: number[] = [];
  const turn = runTurn(STAGE, begin, request, deps.clock);
  let next = await turn.next();
  for (; !next.done; next = await turn.next()) {
    const { value } = next;
    if (value.type === "turn.event" && value.event.type === "context") {
      used.push(value.event.tokens);
    }
    yield value;
  }
  completedOrThrow(STAGE, next.value);
  const [before, after] = [used[0], used.length > 1 ? used.at(-1) : undefined];
  return {
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}
