/** Lets the developer work by a plan that the person may change meanwhile: the change stops the turn. */
import type { FileChange } from "../core/codex/codex.ts";
import { fileChangesOf, innermost } from "../core/codex/turn_state.ts";
import { RunCancelledError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import { type AgentDependencies, askDeveloper, type DeveloperInput } from "./agents.ts";
import type { PlanChangeWords } from "./planning.ts";
import type { Candidate, RanCommand } from "./prompts.ts";

/** What sub-agents still do would be neither checked nor reviewed. */
export function waitingForAgents(request: RunRequest, isReviewed: boolean): RunRequest {
  const { profile: { checks = [] } } = request;
  return isReviewed || checks.length > 0 ? { ...request, waitsForAgents: true } : request;
}

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
  const done: DoneInTurn = { diff: "", changedFiles: [], commands: [] };
  try {
    const turn = askDeveloper(deps, { ...request, signal }, input);
    let next = await turn.next();
    for (; !next.done; next = await turn.next()) {
      const event = next.value;
      if (event.type === "turn.event" && event.event.type === "started") {
        threadId = event.event.threadId;
      }
      noteDone(done, event);
      yield event;
    }
    const change = watch.change();
    return change === undefined ? next.value : { ...next.value, change };
  } catch (error) {
    const change = watch.change();
    const isStopped = error instanceof RunCancelledError && !request.signal.aborted;
    if (change === undefined || !isStopped) throw error;
    return { answer: "", ...done, ...(threadId === undefined ? {} : { threadId }), change };
  } finally {
    watch.close();
  }
}

/** What a turn has done that has no result, because it was stopped. */
interface DoneInTurn {
  diff: string;
  readonly changedFiles: FileChange[];
  readonly commands: RanCommand[];
}

function noteDone(done: DoneInTurn, told: RunEvent): void {
  if (told.type !== "turn.event") return;
  const { event } = told;
  if (event.type === "diff") done.diff = event.unifiedDiff;
  const inner = innermost(event);
  if (inner.type !== "item.completed") return;
  done.changedFiles.push(...fileChangesOf(inner.item));
  if (event.type !== "item.completed" || event.item.type !== "command") return;
  const { command, exitCode } = event.item;
  done.commands.push({ command, ...(exitCode === undefined ? {} : { exitCode }) });
}

/** The work of a round: also what was done by plans that the person has changed since. */
export function withEarlierParts(parts: readonly Candidate[], last: Candidate): Candidate {
  if (parts.length === 0) return last;
  const { wordsOnly: _wordsOnly, ...rest } = last;
  const all = [...parts, last];
  return {
    ...rest,
    diff: all.map(({ diff }) => diff).filter((each) => each !== "").join("\n\n"),
    changedFiles: all.flatMap(({ changedFiles }) => changedFiles),
    commands: all.flatMap(({ commands }) => commands),
    ...(all.every(({ wordsOnly }) => wordsOnly === true) ? { wordsOnly: true } : {}),
  };
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
