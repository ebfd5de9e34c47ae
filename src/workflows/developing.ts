/** Lets the developer work by a plan that the person may change meanwhile: the change stops the turn. */
import { RunCancelledError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import { type AgentDependencies, askDeveloper, type DeveloperInput } from "./agents.ts";
import type { PlanChangeWords } from "./planning.ts";
import type { Candidate } from "./prompts.ts";

/**
 * Runs a turn of the developer.
 * @returns the result of the turn; its `change` is set where the person changed the plan
 */
export async function* developUntilChanged(
  deps: AgentDependencies,
  request: RunRequest,
  { revision, ...input }: DeveloperInput & { readonly revision: number },
): AsyncGenerator<RunEvent, Candidate> {
  const watch = watchForChange(request, revision);
  const signal = AbortSignal.any([request.signal, watch.signal]);
  let { threadId } = input;
  try {
    const turn = askDeveloper(deps, { ...request, signal }, input);
    let next = await turn.next();
    for (; !next.done; next = await turn.next()) {
      const event = next.value;
      if (event.type === "turn.event" && event.event.type === "started") {
        threadId = event.event.threadId;
      }
      yield event;
    }
    const change = watch.change();
    return change === undefined ? next.value : { ...next.value, change };
  } catch (error) {
    const change = watch.change();
    const isStopped = error instanceof RunCancelledError && !request.signal.aborted;
    if (change === undefined || !isStopped) throw error;
    const nothing = { answer: "", diff: "", changedFiles: [], commands: [] };
    return { ...nothing, ...(threadId === undefined ? {} : { threadId }), change };
  } finally {
    watch.close();
  }
}

interface ChangeWatch {
  /** Aborts when the person changes the plan. */
  readonly signal: AbortSignal;
  readonly change: () => PlanChangeWords | undefined;
  readonly close: () => void;
}

function watchForChange({ decidePlan, signal }: RunRequest, revision: number): ChangeWatch {
  const over = new AbortController();
  const changed = new AbortController();
  let change: PlanChangeWords | undefined;
  const watch = async (): Promise<void> => {
    try {
      const asked = { revision, awaits: "nothing" } as const;
      const decision = await decidePlan?.(asked, AbortSignal.any([signal, over.signal]));
      if (decision?.type !== "change") return;
      const { type: _change, ...words } = decision;
      change = words;
      changed.abort();
    } catch {
      // The turn has ended first: nothing is changed any more.
    }
  };
  // Does not reject.
  void watch();
  return { signal: changed.signal, change: () => change, close: () => over.abort() };
}
