/** Defines the steps of a run as they are stored: their names and the shapes of their results. */
import { z } from "zod";
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

export const PLAN_STEP: StepOptions<string> = {
  name: "plan",
  role: "planner",
  round: 0,
  repeatable: true,
  parse: (recorded) => z.string().parse(recorded),
};

/** The only step that changes files, and so the only one that is not repeated unconfirmed. */
export function developStep(round: number): StepOptions<Candidate> {
  return {
    name: `develop ${round}`,
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

const CANDIDATE = z.object({
  answer: z.string(),
  diff: z.string(),
  changedFiles: z.array(z.object({ path: z.string(), kind: z.enum(["add", "delete", "update"]) })),
  // Earlier versions stored none.
  commands: z.array(z.object({ command: z.string(), exitCode: z.number().exactOptional() }))
    .default([]),
  threadId: z.string().exactOptional(),
});
