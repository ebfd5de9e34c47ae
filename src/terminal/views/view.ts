/** Defines what the terminal, a file or another program is shown. */
import type { ApprovalDecision, ApprovalRequest } from "../../core/codex/approval.ts";
import type { QuestionProgress } from "../../core/codex/field_answers.ts";
import type { QuestionRequest, QuestionResult } from "../../core/codex/question.ts";
import type { RunEvent, RunOutcome } from "../../core/run/events.ts";
import type { Run } from "../../core/run/run.ts";
import { newRunState, type RunState } from "../../core/run/run_state.ts";
import type { Line } from "../text/styled_line.ts";

/** How an approval ended. */
export type ApprovalEnd = ApprovalDecision | "timed-out" | "nobody" | "void";

/** How a question ended. */
export type QuestionEnd = QuestionResult | "timed-out" | "nobody" | "void";

/** How the question for a decision on a plan ended. */
export type PlanEnd = "go" | "change" | "cancel" | "timed-out" | "nobody" | "void";

export interface View {
  /** Shows an event of a run, but not its end. */
  show(shown: ShownRun, event: RunEvent): void;
  /** Shows the end of a run: its answer, and one line of facts. */
  finish(shown: ShownRun, outcome: RunOutcome, latencyMs: number): void;
  /** Asks for an approval. @param request without secrets */
  ask(run: Run, request: ApprovalRequest): void;
  settled(run: Run, request: ApprovalRequest, end: ApprovalEnd): void;
  /** Asks what comes next of a question. @param progress without secrets, but for the address */
  askQuestion(run: Run, progress: QuestionProgress): void;
  questionSettled(run: Run, question: QuestionRequest, end: QuestionEnd): void;
  /** Asks for a decision on the plan that was shown, or for the words of its change. */
  askPlan(run: Run, words: boolean): void;
  planSettled(run: Run, end: PlanEnd): void;
  /** Shows something that belongs to no run. */
  say(lines: readonly Line[]): void;
  /** Columns for {@link say}. */
  readonly columns: number;
}

/** A run as the terminal knows it. */
export interface ShownRun {
  readonly run: Run;
  readonly state: RunState;
  /** In which it works, once it has begun. */
  readonly folder?: string;
  /** The person has asked for its end. */
  readonly stopping?: boolean;
}

export function newlyShown(run: Run): ShownRun {
  return { run, state: newRunState() };
}
