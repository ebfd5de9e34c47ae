/** Reduces what happens to the plan of a run; pure. */
import type { RunEvent } from "./events.ts";
import { type PlanDecision, planMarkdown, type ProposedPlan } from "./plan.ts";
import { hasText, lastPlace, type LogEntry, type RunLog, withEntry } from "./run_log.ts";

/** The plan in force, or the last one. */
export interface PlanState extends ProposedPlan {
  /** What the person decided on it last; absent = nothing. */
  readonly decision?: PlanDecision;
}

type Planning = RunEvent & { readonly type: "plan.proposed" | "plan.decided" };

/** What a state of a run has to tell of its plan. */
interface Planned {
  readonly plan?: PlanState;
  readonly log: RunLog;
  /** Of this process. */
  readonly stages: readonly unknown[];
}

/** @returns the same state when the event is about another revision */
export function withPlan<State extends Planned>(state: State, event: Planning, at: Date): State {
  if (event.type === "plan.proposed") {
    const { type: _event, ...plan } = event;
    const isNew = state.plan?.revision !== plan.revision;
    const place = { role: "planner", round: 0 } as const;
    const text = planMarkdown(plan);
    // What is shown again, with its answers, stands in the log once more only where they differ.
    const isSame = !isNew && state.plan !== undefined && planMarkdown(state.plan) === text;
    const entry = { ...place, kind: "message", text } as const;
    const log = isSame || isTakenOver(state, entry) ? state.log : withEntry(state.log, entry, at);
    return { ...state, plan, log };
  }
  const { plan } = state;
  if (plan === undefined || plan.revision !== event.revision) return state;
  const { decision } = event;
  const decided = { ...plan, awaits: "nothing" as const, decision };
  if (decision.type !== "change") return { ...state, plan: decided };
  const entry = { ...lastPlace(state.log), kind: "steer", text: decision.words } as const;
  if (isTakenOver(state, entry)) return { ...state, plan: decided };
  return { ...state, plan: decided, log: withEntry(state.log, entry, at) };
}

/** A later process tells what it takes over once more, before its first stage. */
function isTakenOver({ log, stages }: Planned, entry: Pick<LogEntry, "kind" | "text">): boolean {
  return stages.length === 0 && hasText(log, entry);
}

/** Whether the run waits for a person to agree to its plan. */
export function awaitsGo({ plan }: { readonly plan?: PlanState }): boolean {
  return plan?.awaits === "go";
}
