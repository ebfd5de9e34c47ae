/**
 * Tells how a run ended, in one value from which everything speaks that says so: the answer, the status
 * message, the reaction, /status, /last, traces and the report.
 */
import { isFailing } from "../checks/check.ts";
import { lastChecks, withNoneOutdated } from "../checks/check_states.ts";
import type { LineCounts } from "../workspace/unified_diff.ts";
import type { Answer, EndReason, ReviewResult, RunOutcome } from "./events.ts";
import { type RunState, workingMode } from "./run_state.ts";

export const VERDICTS = [
  "approved",
  "not-approved",
  /** The review failed, or could not be read. */
  "not-reviewed",
  /** The run has used up what it may use. */
  "budget",
  /** Planned, and no file had to be changed. */
  "answered",
  /** No review was meant to happen. */
  "done",
  "cancelled",
  "failed",
] as const;
export type Verdict = typeof VERDICTS[number];

export interface RunEnd {
  readonly verdict: Verdict;
  /** Reviews that were done; none of a review on demand. */
  readonly rounds: number;
  /** Findings that are left open; with an approval, minor ones. */
  readonly open: number;
  /** Why it was not approved, where the findings alone do not tell. */
  readonly why?: EndReason;
  /** How far the review had come of what a run left behind that was stopped or failed. */
  readonly early?: "not-approved" | "not-reviewed";
  /** The plan named files to change, and nothing was changed. */
  readonly unlikePlan?: true;
  /** Absent where the run changed nothing, as far as it is known. */
  readonly change?: RunChangeTotals;
  /** What the program checked after the last turn; absent where nothing was. */
  readonly checks?: CheckTotals;
}

/** The checks after the last turn. */
export interface CheckTotals {
  readonly passed: number;
  readonly failed: number;
  /** Those that could not be run, or were cut short. */
  readonly notRun: number;
}

export interface RunChangeTotals {
  readonly files: number;
  /** Absent where nobody told. */
  readonly lines?: LineCounts;
  /** Seen in the folder, so that it can be taken back; else as Codex told it. */
  readonly recorded: boolean;
}

/** What a run needs to tell its end. */
export type EndedRun = Pick<
  RunState,
  "mode" | "selection" | "task" | "workspace" | "files" | "lines" | "checks" | "plan" | "progress"
>;

export function runEnd(outcome: RunOutcome, state: EndedRun): RunEnd {
  const { answer } = outcome;
  const { review, goal } = answer ?? {};
  const change = changeOf(state, answer);
  const checks = checksOf(state, answer);
  const why = review?.result === "unchecked" ? { type: "unchecked" } as const : review?.why;
  const facts = {
    // A review on demand has no rounds.
    rounds: answer?.reviewed === undefined ? review?.rounds ?? 0 : 0,
    open: review?.openFindings.length ?? 0,
    ...(change === undefined ? {} : { change }),
    ...(checks === undefined ? {} : { checks }),
    ...(why === undefined ? {} : { why }),
  };
  switch (outcome.status) {
    case "answered": {
      const verdict = verdictOf(state, outcome.answer, change);
      const planned = answer?.facts?.planned ?? plansChange(state);
      return verdict === "answered" && planned
        ? { verdict, unlikePlan: true, ...facts }
        : { verdict, ...facts };
    }
    case "cancelled":
    case "failed": {
      if (answer === undefined || goal !== undefined) return { verdict: outcome.status, ...facts };
      const early = facts.rounds > 0 ? "not-approved" : "not-reviewed";
      return { verdict: outcome.status, early, ...facts };
    }
  }
}

/** Whether the end may look as if all were well. */
export function isGoodEnd({ verdict, checks }: Pick<RunEnd, "verdict" | "checks">): boolean {
  switch (verdict) {
    case "approved":
    case "answered":
      return true;
    case "done":
      // Without a review the checks are all that judges the work.
      return checks === undefined || checks.failed === 0;
    case "not-approved":
    case "not-reviewed":
    case "budget":
    case "cancelled":
    case "failed":
      return false;
  }
}

function verdictOf(
  state: EndedRun,
  { review, goal, facts }: Answer,
  change: RunChangeTotals | undefined,
): Verdict {
  if (review !== undefined) return REVIEWED[review.result];
  const isRequest = goal === undefined && state.task === undefined;
  const planned = (facts?.mode ?? workingMode(state)) === "plan";
  const unchanged = change === undefined && (facts?.recorded ?? isRecorded(state));
  return isRequest && planned && unchanged ? "answered" : "done";
}

const REVIEWED: Readonly<Record<ReviewResult, Verdict>> = {
  approved: "approved",
  needs_changes: "not-approved",
  max_rounds_reached: "not-approved",
  stalled: "not-approved",
  budget: "budget",
  unreadable: "not-reviewed",
  unchecked: "not-approved",
};

/** The state of a later process, which only delivers the outcome, knows nothing of its own. */
function changeOf(state: EndedRun, answer: Answer | undefined): RunChangeTotals | undefined {
  const { files, lines } = state;
  if (files.size === 0 && lines === undefined) return answer?.facts?.change;
  const recorded = isRecorded(state);
  return {
    files: files.size + notListed(state),
    ...(lines === undefined ? {} : { lines }),
    recorded,
  };
}

/** Files that a record counts and does not name. */
function notListed({ workspace }: EndedRun): number {
  if (workspace?.type !== "recorded") return 0;
  return Math.max(0, workspace.totals.files - workspace.files.length);
}

function checksOf(
  { checks, progress }: Pick<EndedRun, "checks" | "progress">,
  answer: Answer | undefined,
): CheckTotals | undefined {
  const last = lastChecks(withNoneOutdated(checks, progress.last.developer));
  if (last.length === 0) return answer?.facts?.checks;
  const passed = last.filter(({ status }) => status === "passed").length;
  const failed = last.filter((check) => check.status !== "running" && isFailing(check)).length;
  return { passed, failed, notRun: last.length - passed - failed };
}

function plansChange({ plan }: Pick<EndedRun, "plan">): boolean {
  return plan?.plan.changesFiles === true && plan.plan.steps.some(({ files }) => files.length > 0);
}

function isRecorded({ workspace }: EndedRun): boolean {
  return workspace?.type === "recorded";
}

/** Adds to an answer what a later process needs to tell the end, should it have to deliver it. */
export function withRunFacts(answer: Answer, state: RunState): Answer {
  const change = changeOf(state, undefined);
  const checks = checksOf(state, undefined);
  return {
    ...answer,
    facts: {
      mode: workingMode(state),
      recorded: isRecorded(state),
      ...(plansChange(state) ? { planned: true } as const : {}),
      ...(change === undefined ? {} : { change }),
      ...(checks === undefined ? {} : { checks }),
    },
  };
}
