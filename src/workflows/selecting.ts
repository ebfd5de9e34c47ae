/** Lets the selector decide how a request is handled, while the planner is made ready. */
import type { Trouble } from "../core/codex/trouble.ts";
import { StageError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import { withAdditions } from "../core/run/steering.ts";
import { type RunRequest, step } from "../core/run/workflow.ts";
import { type AgentDependencies, askSelector, startedCodex } from "./agents.ts";
import type { Selection } from "./decisions.ts";
import type { Planning } from "./planning.ts";
import { selectorPrompt } from "./prompts.ts";
import { SELECT_STEP } from "./steps.ts";

/** What a developer would meet as well. */
const FAILS_ALL: ReadonlySet<Trouble["kind"]> = new Set(
  ["login", "login-there", "limit", "variable", "access", "unreachable", "refused"] as const,
);

/** A selector that fails decides nothing: the request is answered directly. */
export async function* select(
  deps: AgentDependencies,
  request: RunRequest,
  planning: Planning,
): AsyncGenerator<RunEvent, Selection> {
  const { prompt, additions, history } = request;
  const asked = selectorPrompt(withAdditions(prompt, additions.texts), history);
  return yield* step(
    request.steps,
    SELECT_STEP,
    asked,
    async function* (text): AsyncGenerator<RunEvent, Selection> {
      // Without Codex nobody can answer directly either.
      yield* startedCodex(deps, request, { role: "selector", round: 0 });
      try {
        return yield* preparing(planning, askSelector(deps, request, text));
      } catch (error) {
        if (!(error instanceof StageError) || FAILS_ALL.has(error.trouble.kind)) throw error;
        const { message, trouble } = error;
        const reason = `the selector failed: ${message}`;
        return { mode: "single", reason, undecided: { trouble } };
      }
    },
  );
}

/** Prepares the planner as soon as the selector is at work: it must not wait for it. */
async function* preparing(
  planning: Planning,
  selecting: AsyncGenerator<RunEvent, Selection>,
): AsyncGenerator<RunEvent, Selection> {
  let next = await selecting.next();
  for (; !next.done; next = await selecting.next()) {
    const event = next.value;
    if (event.type === "turn.event" && event.event.type === "started") planning.prepare();
    yield event;
  }
  return next.value;
}
