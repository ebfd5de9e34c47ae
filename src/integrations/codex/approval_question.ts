/** One question to a person, answered for sure: whatever goes wrong, and a void question, declines. */
import type { ApprovalDecision, ApprovalHandler, ApprovalRequest } from "../../core/codex/codex.ts";
import { describeError } from "../../core/errors.ts";
import { abortable } from "../../core/deadline.ts";

const DECISIONS: readonly unknown[] = ["accept", "accept-for-session", "decline", "cancel"];

export interface AnsweredQuestion {
  readonly decision: ApprovalDecision;
  /** Why it was declined without anybody's word, for a person. */
  readonly problem?: string;
}

/** Never rejects. @param signal aborts when nobody waits for the answer any more */
export async function askPerson(
  approve: ApprovalHandler,
  request: ApprovalRequest,
  signal: AbortSignal,
): Promise<AnsweredQuestion> {
  try {
    const decision = await abortable(approve(request, signal), signal);
    // The handler is somebody else's, and what it says decides over a command on this machine.
    return { decision: DECISIONS.includes(decision) ? decision : "decline" };
  } catch (error) {
    if (signal.aborted) return { decision: "decline" };
    const problem = `Codex's question was declined, nobody could be asked: ${describeError(error)}`;
    return { decision: "decline", problem };
  }
}
