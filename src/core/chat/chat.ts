/** What the engine needs of any front-end. */
import type { ApprovalDecision, ApprovalRequest } from "../codex/codex.ts";
import type { Run } from "../run/run.ts";
import type { RunChange } from "../run/run_state.ts";

/** Things the engine has to tell a person outside of any run's own events. */
export type Notice =
  | { readonly type: "session.set-aside"; readonly file: string }
  /** The run has ended, but its session could not be written. */
  | { readonly type: "session.not-kept"; readonly reason: string };

export interface ApprovalAnswer {
  readonly decision: ApprovalDecision;
  /** The person's name; absent when nobody answered in time. */
  readonly who?: string;
}

export interface ChatPort {
  /**
   * Shows progress. Returns at once: a newer event may replace what an older one would have shown.
   *
   * `run.finished` closes the run's display and delivers its answer: when the call returns, the
   * answer is kept durably and arrives even if the process ends now. The same run may be finished
   * again by a later process; its answer is still delivered once.
   */
  show(change: RunChange): void;
  /** Asks the person; rejects with the signal's reason when the question is void. */
  askApproval(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
  notify(run: Run, notice: Notice): void;
  /** Resolves when everything final that was shown so far has been handed over or given up on. */
  settled(): Promise<void>;
}
