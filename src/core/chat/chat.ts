/** Defines what the engine needs of a front-end. */
import type { ApprovalDecision, ApprovalRequest } from "../codex/approval.ts";
import type { DeclineReason, QuestionAnswer, QuestionRequest } from "../codex/question.ts";
import type { TurnStatus } from "../codex/codex.ts";
import type { Unowned } from "../codex/thread_activity.ts";
import type { Trouble } from "../codex/trouble.ts";
import type { PlanDecision, ProposedPlan } from "../run/plan.ts";
import type { Run } from "../run/run.ts";
import type { RunChange } from "../run/run_state.ts";
import type { CutUndoEnd } from "../run/unfinished_undos.ts";
import type { Mode } from "../session/settings.ts";
import type { UndoDirection } from "../workspace/recording.ts";

/** What a person has to know about a session, beside the events of runs. */
export type Notice =
  | { readonly type: "session.set-aside"; readonly file: string }
  /** Somebody has deleted the session: it begins anew, and this is how the run works. */
  | { readonly type: "session.gone"; readonly mode: Mode; readonly profile: string }
  /** The run has ended, but its session could not be written. */
  | { readonly type: "session.not-kept"; readonly trouble: Trouble }
  /** The configuration has the session's profile no longer, and the run uses the default one. */
  | {
    readonly type: "profile.gone";
    readonly name: string;
    readonly used: string;
    /** Absent = this one. */
    readonly machine?: string;
    readonly folder: string;
  }
  /** The run worked in a folder that is not there: nothing could be read or changed in it. */
  | {
    readonly type: "folder.missing";
    /** Absent = this one. */
    readonly machine?: string;
    readonly folder: string;
  }
  /** This backend knows no policy "untrusted": it asks as with "on-request". */
  | { readonly type: "policy.weaker" }
  /** This backend hands pictures on as files only. */
  | { readonly type: "pictures.unseen" }
  /**
   * Codex could not continue its thread: a fresh one knows so many messages of the conversation, as
   * text. `elsewhere` = another backend could.
   */
  | {
    readonly type: "conversation.moved";
    readonly messages: number;
    readonly elsewhere: boolean;
  }
  /** The checks of the profile could not be run. `elsewhere` = another backend runs them. */
  | {
    readonly type: "checks.not-run";
    /** In the words of the log, where the trouble does not tell. */
    readonly reason: string;
    readonly trouble?: Trouble;
    readonly elsewhere: boolean;
  }
  /** Nobody could decide whether the request deserves a plan, so that it is answered directly. */
  | { readonly type: "selector.undecided"; readonly trouble?: Trouble }
  /** The usage limit has reset, and the queue goes on with this run. */
  | { readonly type: "queue.goes-on" }
  /** A sub-agent that worked on when its request was done has ended. */
  | {
    readonly type: "agent.ended";
    readonly name: string;
    readonly status: TurnStatus;
    /** The paths of those that it changed. */
    readonly files: readonly string[];
    /** Why it failed. */
    readonly reason?: string;
  }
  /** The program was killed in the middle of an undo. */
  | {
    readonly type: "undo.cut-short";
    readonly direction: UndoDirection;
    readonly end: CutUndoEnd;
  }
  /** Something that Codex asked was declined on the person's behalf. */
  | { readonly type: "declined"; readonly reason: DeclineReason };

/** What the owner of the program has to know, whoever works with it. */
export type Announcement =
  /** The state was deleted or replaced under the running program, and written anew. */
  | { readonly type: "state.rescued"; readonly folder: string }
  /** Something of Codex that belongs to nothing which anybody works on here was declined or stopped. */
  | { readonly type: "codex.unowned"; readonly what: Unowned };

export interface ApprovalAnswer {
  readonly decision: ApprovalDecision;
  /** With a denial: what the person wants instead, for Codex. */
  readonly reason?: string;
  /** The person's name; absent when nobody answered in time. */
  readonly who?: string;
}

export interface QuestionReply {
  readonly answer: QuestionAnswer;
  /** As in {@link ApprovalAnswer}. */
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
  /** Asks the person; rejects with the signal's reason when Codex no longer waits for the answer. */
  askApproval(run: Run, request: ApprovalRequest, signal: AbortSignal): Promise<ApprovalAnswer>;
  /** The same for a question. */
  askQuestion(run: Run, question: QuestionRequest, signal: AbortSignal): Promise<QuestionReply>;
  /**
   * Lets the person decide on the plan that is shown, until the signal aborts; rejects with its reason
   * then.
   */
  decidePlan(
    run: Run,
    proposed: Pick<ProposedPlan, "revision" | "awaits">,
    signal: AbortSignal,
  ): Promise<PlanDecision>;
  notify(run: Run, notice: Notice): void;
  /** Resolves when every outcome shown so far has been delivered or given up on. */
  settled(): Promise<void>;
}
