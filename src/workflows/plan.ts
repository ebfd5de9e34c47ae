/**
 * The workflow "plan": selector -> planner -> developer -> reviewer, and back to the developer while
 * the reviewer asks for changes.
 *
 * A round is one developer turn and one review. `maxReviewRounds` bounds the reviews; the developer
 * never works twice on the same feedback.
 */
import { withAdditions } from "../core/run/steering.ts";
import { RunCancelledError, StageError } from "../core/errors.ts";
import type { Answer, Review, ReviewResult, RunEvent } from "../core/run/events.ts";
import { EndedEarlyError, type RunRequest, step, type Workflow } from "../core/run/workflow.ts";
import {
  type AgentDependencies,
  askDeveloper,
  askPlanner,
  askReviewer,
  askSelector,
} from "./agents.ts";
import {
  type Candidate,
  developerPrompt,
  plannerPrompt,
  reviewerPrompt,
  revisionPrompt,
  selectorPrompt,
} from "./prompts.ts";
import { developStep, PLAN_STEP, reviewStep, SELECT_STEP } from "./steps.ts";

export interface PlanDependencies extends AgentDependencies {
  readonly single: Workflow;
  /** 0 = the developer's first candidate is the answer. */
  readonly maxReviewRounds: number;
}

export function createPlanWorkflow(deps: PlanDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      const { history, steps } = request;
      const selection = yield* step(
        steps,
        SELECT_STEP,
        selectorPrompt(askedIn(request), history),
        (text) => askSelector(deps, request, text),
      );
      if (selection.mode === "single") {
        yield { type: "mode.selected", ...selection };
        return yield* deps.single.run({ ...request, mode: "single" });
      }
      yield { type: "mode.selected", ...selection, maxRounds: deps.maxReviewRounds };
      const plan = yield* step(
        steps,
        PLAN_STEP,
        plannerPrompt(askedIn(request), history),
        (text) => askPlanner(deps, request, text),
      );
      return yield* developAndReview(deps, request, plan);
    },
  };
}

/** The results of the rounds so far. */
interface Rounds {
  readonly candidates: Candidate[];
  readonly reviews: Review[];
}

async function* developAndReview(
  deps: PlanDependencies,
  request: RunRequest,
  plan: string,
): AsyncGenerator<RunEvent, Answer> {
  const rounds: Rounds = { candidates: [], reviews: [] };
  try {
    yield* develop(deps, request, plan, rounds);
    for (let round = 1; round <= deps.maxReviewRounds; round++) {
      const verdict = yield* review(deps, request, plan, rounds);
      rounds.reviews.push(verdict);
      yield { type: "review.finished", round, review: verdict };
      if (verdict.verdict !== "needs_changes") break;
      if (round < deps.maxReviewRounds) yield* develop(deps, request, plan, rounds);
    }
  } catch (error) {
    throw withCandidate(error, rounds);
  }
  return finalAnswer(rounds, finalResult(rounds.reviews.at(-1)));
}

async function* develop(
  deps: PlanDependencies,
  request: RunRequest,
  plan: string,
  rounds: Rounds,
): AsyncGenerator<RunEvent, void> {
  const round = rounds.candidates.length + 1;
  const findings = rounds.reviews.at(-1);
  const asked = findings === undefined
    ? developerPrompt(askedIn(request), plan)
    : withAdditions(revisionPrompt(findings, round - 1), request.additions.texts);
  const threadId = rounds.candidates.at(-1)?.threadId ?? request.developerThreadId;
  rounds.candidates.push(
    yield* step(
      request.steps,
      developStep(round),
      asked,
      (text) => askDeveloper(deps, request, { threadId, text, round }),
    ),
  );
}

async function* review(
  deps: PlanDependencies,
  request: RunRequest,
  plan: string,
  { candidates }: Rounds,
): AsyncGenerator<RunEvent, Review> {
  const round = candidates.length;
  const asked = reviewerPrompt({ prompt: askedIn(request), plan, candidates, round });
  return yield* step(
    request.steps,
    reviewStep(round),
    asked,
    async function* (text): AsyncGenerator<RunEvent, Review> {
      try {
        return yield* askReviewer(deps, request, text, round);
      } catch (error) {
        // The finished work is delivered all the same, marked as not reviewed.
        if (!(error instanceof StageError)) throw error;
        return { verdict: "unreadable", summary: error.message, findings: [] } satisfies Review;
      }
    },
  );
}

/** The request with what was added so far. */
function askedIn({ prompt, additions }: RunRequest): string {
  return withAdditions(prompt, additions.texts);
}

function finalResult(review: Review | undefined): ReviewResult | undefined {
  return review?.verdict === "needs_changes" ? "max_rounds_reached" : review?.verdict;
}

function finalAnswer({ candidates, reviews }: Rounds, result: ReviewResult | undefined): Answer {
  const text = candidates.at(-1)?.answer ?? "";
  const review = reviews.at(-1);
  if (review === undefined || result === undefined) return { text };
  return {
    text,
    review: {
      result,
      rounds: reviews.length,
      note: result === "approved" ? "" : review.summary,
      openFindings: review.findings,
    },
  };
}

/** Adds the last candidate to the error, where there is one to deliver. */
function withCandidate(error: unknown, rounds: Rounds): unknown {
  const early = error instanceof RunCancelledError || error instanceof StageError;
  if (!early || rounds.candidates.length === 0) return error;
  return new EndedEarlyError(error, finalAnswer(rounds, rounds.reviews.at(-1)?.verdict));
}
