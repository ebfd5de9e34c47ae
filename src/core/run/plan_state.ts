/** Reduces what happens to the plan of a run; pure. */
import type { RunEvent } from "./events.ts";
import { type PlanDecision, planMarkdown, type ProposedPlan } from "./plan.ts";
import { lastPlace, type RunLog, withEntry } from "./run_log.ts";

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
    const log = isSame ? state.log : withEntry(state.log, { ...place, kind: "message", text }, at);
    return { ...state, plan, log };
  }
  const { plan } = state;
  if (plan === undefined || plan.revision !== event.revision) return state;
  const { decision } = event;
  const decided = { ...plan, awaits: "nothing" as const, decision };
  if (decision.type !== "change") return { ...state, plan: decided };
  const entry = { ...lastPlace(state.log), kind: "steer", text: decision.words } as const;
  return { ...state, plan: decided, log: withEntry(state.log, entry, at) };
}

/** Whether the run waits for a person to agree to its plan. */
export function awaitsGo({ plan }: { readonly plan?: PlanState }): boolean {
  return plan?.awaits === "go";
}
