/** Asks a front-end on behalf of Codex, and takes nothing from it but what Codex offers. */
import {
  APPROVAL_DECISIONS,
  type ApprovalDecision,
  type ApprovalHandler,
  type ApprovalRequest,
  isOffered,
} from "../../core/codex/approval.ts";
import type {
  QuestionAnswer,
  QuestionHandler,
  QuestionRequest,
} from "../../core/codex/question.ts";
import { abortable } from "../../core/deadline.ts";
import { describeError } from "../../core/errors.ts";

const DECISIONS: readonly unknown[] = APPROVAL_DECISIONS;

function isDecision(answer: unknown): answer is ApprovalDecision {
  return DECISIONS.includes(answer);
}

export interface Decision {
  readonly decision: ApprovalDecision;
  /** The person's words with a denial. */
  readonly reason?: string;
}

interface Decided extends Decision {
  /** Why it was declined without asking anybody, for a person. */
  readonly problem?: string;
}

/**
 * Asks the person. Never rejects: whatever goes wrong, and a question that is void, declines.
 * @param signal aborts when nobody waits for the answer any more
 */
export async function askPerson(
  approve: ApprovalHandler,
  request: ApprovalRequest,
  signal: AbortSignal,
): Promise<Decided> {
  try {
    const answer = await abortable(approve(request, signal), signal);
    if (typeof answer === "object" && answer?.decision === "decline") return answer;
    // The handler is a front-end's, and its answer decides over a command on this machine.
    const usable = isDecision(answer) && isOffered(request, answer);
    return { decision: usable ? answer : "decline" };
  } catch (error) {
    if (signal.aborted) return { decision: "decline" };
    return { decision: "decline", problem: describeError(error) };
  }
}

/** Asks the person a question. Never rejects: whatever goes wrong leaves it open. */
export async function askPersonQuestion(
  answer: QuestionHandler | undefined,
  request: QuestionRequest,
  signal: AbortSignal,
): Promise<{ readonly answer: QuestionAnswer; readonly problem?: string }> {
  try {
    if (answer === undefined) throw new Error("questions are not taken here");
    return { answer: await abortable(answer(request, signal), signal) };
  } catch (error) {
    if (signal.aborted) return { answer: { type: "cancel" } };
    return { answer: { type: "cancel" }, problem: describeError(error) };
  }
}
