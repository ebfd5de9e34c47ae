/** Continues the rounds of a run whose work was not approved; pure. */
import type { FollowedRun, ReviewContinuation } from "../core/run/ended_reviews.ts";
import type { Review, ReviewResult } from "../core/run/events.ts";
import { type Candidate, developerPrompt, revisionPrompt } from "./prompts.ts";

/** What a run begins with: nothing, or what the run before it has left. */
export interface Beginning {
  /** The last review of the runs that it continues. */
  readonly before?: Review;
  /** The developer's rounds in those runs, but for one that was not reviewed. */
  readonly roundsBefore: number;
  /** The last round that may be reviewed, counted from the first of all. */
  readonly mostRounds: number;
  readonly candidates: Candidate[];
  readonly reviews: Review[];
}

export function newBeginning(mostRounds: number): Beginning {
  return { roundsBefore: 0, mostRounds, candidates: [], reviews: [] };
}

/** Has room for one more round at least. */
export function beginningAfter(
  { round, next, report, review }: FollowedRun,
  maxReviewRounds: number,
): Beginning {
  const before = review === undefined ? {} : { before: review };
  if (next === "develop") {
    const mostRounds = Math.max(maxReviewRounds, round + 1);
    return { ...before, roundsBefore: round, mostRounds, candidates: [], reviews: [] };
  }
  const candidate = { answer: report, diff: "", changedFiles: [], commands: [] };
  return {
    ...before,
    roundsBefore: round - 1,
    mostRounds: Math.max(maxReviewRounds, round),
    candidates: [candidate],
    reviews: [],
  };
}

/** Why the stages go on, for who reads the log. */
export function reasonToGoOn({ next, review }: FollowedRun): string {
  if (next === "review") return "The work was not reviewed; the review was asked for";
  return review === undefined ? "The work goes on" : "Another round was asked for";
}

/** Tells a developer all that it needs: other requests may have come in between. */
export function followUpPrompt(
  prompt: string,
  plan: string,
  review: Review,
  round: number,
): string {
  return `${developerPrompt(prompt, plan)}\n\n${revisionPrompt(review, round)}`;
}

/** What a person may do about an end: absent where there is nothing that could go on. */
export function continuationOf(
  result: ReviewResult,
  { plan, roundsBefore, before, candidates, reviews }: Beginning & { readonly plan: string },
): ReviewContinuation | undefined {
  const report = candidates.at(-1)?.answer;
  if (report === undefined || result === "approved" || result === "needs_changes") return undefined;
  const review = reviews.at(-1) ?? before;
  const isOver = result !== "unreadable" && result !== "unchecked";
  const isReviewed = isOver && reviews.length >= candidates.length;
  return {
    plan,
    round: roundsBefore + candidates.length,
    // What changed nothing is not worth a review.
    next: isReviewed || result === "stalled" ? "develop" : "review",
    report,
    ...(review === undefined ? {} : { review }),
  };
}
