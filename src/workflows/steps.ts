/** Defines the steps of a run as they are stored: their names and the shapes of their results. */
import { z } from "../core/schema.ts";
import {
  decisionStepName,
  type Plan,
  PLAN_APPROVALS,
  type PlanAnswer,
  type PlanApproval,
  type PlanDecision,
  STORED_ANSWERS,
  STORED_DECISION,
  STORED_PLAN,
} from "../core/run/plan.ts";
import type { Review } from "../core/run/events.ts";
import { STORED_REVIEW } from "../core/run/stored_review.ts";
import type { StepOptions } from "../core/run/workflow.ts";
import type { Selection } from "./decisions.ts";
import type { Candidate } from "./prompts.ts";

export const SELECT_STEP: StepOptions<Selection> = {
  name: "select",
  role: "selector",
  round: 0,
  repeatable: true,
  parse: (recorded) => SELECTION.parse(recorded),
};

const PLANNER = { role: "planner", round: 0, repeatable: true } as const;

/** Whether a person has to agree to a plan is settled when it is made. */
export interface PlanResult {
  readonly plan: Plan;
  readonly approval: PlanApproval;
}

/** The first one has the name that it had when there was no other. */
export function planStep(revision: number): StepOptions<PlanResult> {
  return {
    ...PLANNER,
    name: revision === 1 ? "plan" : `plan ${revision}`,
    parse: (recorded) => PLAN_RESULT.parse(recorded),
  };
}

export function answersStep(revision: number): StepOptions<readonly PlanAnswer[]> {
  return {
    ...PLANNER,
    name: `answers ${revision}`,
    parse: (recorded) => STORED_ANSWERS.parse(recorded),
  };
}

export function decisionStep(revision: number): StepOptions<PlanDecision> {
  return {
    ...PLANNER,
    name: decisionStepName(revision),
    parse: (recorded) => STORED_DECISION.parse(recorded),
  };
}

/**
 * The only step that changes files, and so the only one that is not repeated unconfirmed.
 * @param part 1 = the first one of its round; a changed plan begins another one
 */
export function developStep(round: number, part = 1): StepOptions<Candidate> {
  return {
    name: part === 1 ? `develop ${round}` : `develop ${round}.${part}`,
    role: "developer",
    round,
    repeatable: false,
    parse: (recorded) => CANDIDATE.parse(recorded),
  };
}

export function reviewStep(round: number): StepOptions<Review> {
  return {
    name: `review ${round}`,
    role: "reviewer",
    round,
    repeatable: true,
    parse: (recorded) => STORED_REVIEW.parse(recorded),
  };
}

const SELECTION = z.object({ mode: z.enum(["single", "plan"]), reason: z.string() });

/** Earlier versions stored the planner's text. */
const PLAN_RESULT: z.ZodType<PlanResult> = z.union([
  z.object({ plan: STORED_PLAN, approval: z.enum(PLAN_APPROVALS) }),
  STORED_PLAN.transform((plan) => ({ plan, approval: "auto" as const })),
]);

const CANDIDATE = z.object({
  answer: z.string(),
  diff: z.string(),
  changedFiles: z.array(z.object({ path: z.string(), kind: z.enum(["add", "delete", "update"]) })),
  // Earlier versions stored none.
  commands: z.array(z.object({ command: z.string(), exitCode: z.number().exactOptional() }))
    .default([]),
  threadId: z.string().exactOptional(),
  wordsOnly: z.literal(true).exactOptional(),
  change: z.object({ words: z.string(), who: z.string().exactOptional() }).exactOptional(),
});
