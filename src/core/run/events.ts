/**
 * Defines what can happen to a run, as one closed union. `reduceRun()` makes the run's state of it;
 * nothing else reports progress.
 */
import type { CheckedCommand, CheckResult } from "../checks/check.ts";
import type { ApprovalRequest } from "../codex/approval.ts";
import type { TokenUsage, TurnEvent, TurnFailureKind, TurnStatus } from "../codex/codex.ts";
import type { QuestionRequest } from "../codex/question.ts";
import type { HeldUntil } from "./queue_holds.ts";
import type { Goal, GoalEnd } from "../codex/goal.ts";
import type { Trouble } from "../codex/trouble.ts";
import type { ReviewSubject } from "./review_subject.ts";
import type { PlanDecision, ProposedPlan } from "./plan.ts";
import type { ConfirmationReason } from "./run.ts";
import type { Mode, Role } from "../session/settings.ts";
import type { Sharer, WorkspaceRecord } from "../workspace/recording.ts";
import type { FolderWait } from "./folder_queue.ts";
import type { ReviewContinuation } from "./ended_reviews.ts";
import type { CheckTotals, RunChangeTotals } from "./run_end.ts";

/** How the reviews of a plan run ended; an `unreadable` one has to be looked at by a person. */
export const REVIEW_RESULTS = [
  "approved",
  "needs_changes",
  "max_rounds_reached",
  // The last round changed nothing, or left the same findings open.
  "stalled",
  // The run has used up what it may use.
  "budget",
  "unreadable",
  // The reviewer approved, and the configured checks could not be run.
  "unchecked",
] as const;
export type ReviewResult = typeof REVIEW_RESULTS[number];

export interface Finding {
  /** The same over all rounds: `F1`, `F2`, …; empty in records of earlier versions. */
  readonly id: string;
  readonly severity: "blocker" | "major" | "minor";
  /** What goes wrong. */
  readonly message: string;
  readonly file?: string;
  readonly lines?: { readonly from: number; readonly to: number };
  /** How it was seen. */
  readonly evidence?: string;
  readonly fix?: string;
  /** From 0 to 1. */
  readonly confidence?: number;
  readonly state: "open" | "settled" | "withdrawn";
  /** Set where the program itself found it; absent = the reviewer did. */
  readonly origin?: FindingOrigin;
  /** In which it was found first. */
  readonly round: number;
}

export type FindingOrigin =
  /** A check of this name fails; without an exit code it did not end in its time. */
  | { readonly type: "check"; readonly name: string; readonly exitCode?: number }
  /** The developer's report claims success, and this command failed. */
  | { readonly type: "report"; readonly command: string; readonly exitCode: number };

export interface Review {
  readonly verdict: "approved" | "needs_changes" | "unreadable";
  readonly summary: string;
  /** Those of the earlier rounds, too, each as it stands now. */
  readonly findings: readonly Finding[];
}

/** Why a run ended without an approval, where its review alone does not tell. */
export type EndReason =
  /** The developer's last turn changed nothing. */
  | { readonly type: "unchanged" }
  /** The last round left the same findings open as the one before. */
  | { readonly type: "repeated" }
  | { readonly type: "tokens"; readonly budget: number }
  | { readonly type: "time"; readonly budgetMs: number }
  /** The checks could not be run. */
  | { readonly type: "unchecked" }
  /** The reviewer's turn failed; the note says how. */
  | { readonly type: "reviewer-failed" };

/** How much of the model's room a conversation took, in tokens, as far as Codex told. */
export interface Compaction {
  readonly before?: number;
  readonly after?: number;
}

/** What a workflow returns: the text for the person and what is known about its quality. */
export interface Answer {
  readonly text: string;
  /** The conversation was summarized; there is no text then. */
  readonly compaction?: Compaction;
  /** The checks were run on request; there is no text then. */
  readonly checked?: readonly CheckedCommand[];
  /** It is the result of a review on demand; `text` tells agents of it. */
  readonly reviewed?: ReviewSubject;
  /** Absent when no review was meant to happen. */
  readonly review?: {
    readonly result: ReviewResult;
    /** Reviews done in this run. */
    readonly rounds: number;
    /** Why it was not approved, for a person; empty when approved. */
    readonly note: string;
    /** With an approval, minor ones. */
    readonly openFindings: readonly Finding[];
    readonly why?: EndReason;
  };
  /** Set where a person may have another round of it. */
  readonly continues?: ReviewContinuation;
  /** Set when the run has ended; what its state tells is lost with the process. */
  readonly facts?: {
    readonly mode: Mode;
    /** Whether the folder was recorded. */
    readonly recorded: boolean;
    /** The plan named files to change. */
    readonly planned?: true;
    readonly change?: RunChangeTotals;
    readonly checks?: CheckTotals;
  };
  /** Set where the run was the work on a goal; `text` is the report of its last round then. */
  readonly goal?: { readonly end: GoalEnd; readonly rounds: number };
}

export type RunOutcome =
  | { readonly status: "answered"; readonly answer: Answer }
  /** `answer` is the last candidate, where one existed when the person stopped the run. */
  | { readonly status: "cancelled"; readonly answer?: Answer }
  | {
    readonly status: "failed";
    readonly message: string;
    /** Set where front-ends say it in sentences of their own. */
    readonly trouble: Trouble;
    readonly answer?: Answer;
  };

export interface StageReport {
  readonly role: Role;
  /** 0 before the first developer turn, then 1, 2, … */
  readonly round: number;
  readonly status: TurnStatus;
  readonly latencyMs: number;
  readonly usage?: TokenUsage;
  readonly error?: string;
  readonly errorKind?: TurnFailureKind;
}

export interface Undecided {
  /** Why its turn failed; absent where its answer could not be read. */
  readonly trouble?: Trouble;
}

export type RunEvent =
  /**
   * `position` 1 = next, behind the running one. `held` = the usage limit holds the queue; position 0
   * = the first of a held queue.
   */
  | {
    readonly type: "run.queued";
    readonly position: number;
    readonly held?: HeldUntil;
    /** What the first of the queue waits for in its folder. */
    readonly folder?: FolderWait;
    /** What runs now is the work on a goal, which gives way after its present round. */
    readonly behindGoal?: true;
  }
  | { readonly type: "run.started"; readonly mode: Mode }
  /** The run awaits a person's confirmation; `chat --json` has written it under this name. */
  | { readonly type: "run.offered"; readonly reason: ConfirmationReason }
  /** An earlier process began it; this one continues it. */
  | { readonly type: "run.continued" }
  /** The program stops while it runs; the next start continues it. */
  | { readonly type: "run.suspended" }
  /** The person added to the running turn, and Codex accepted it. */
  | { readonly type: "run.steered"; readonly text: string }
  | {
    readonly type: "mode.selected";
    readonly mode: Mode;
    readonly reason: string;
    /** How many reviews there are at most; absent where the request is answered directly. */
    readonly maxRounds?: number;
    /** Nobody has decided: the selector failed, or its answer could not be read. */
    readonly undecided?: Undecided;
  }
  /** The plan by which the work is to be done; said again when its questions are answered. */
  | ({ readonly type: "plan.proposed" } & ProposedPlan)
  | {
    readonly type: "plan.decided";
    readonly revision: number;
    readonly decision: PlanDecision;
  }
  | { readonly type: "stage.started"; readonly role: Role; readonly round: number }
  /** A stage that an earlier process finished is not run again; its recorded result is used. */
  | {
    readonly type: "stage.replayed";
    readonly step: string;
    readonly role: Role;
    readonly round: number;
    readonly usage?: TokenUsage;
  }
  | {
    readonly type: "turn.event";
    readonly role: Role;
    readonly round: number;
    readonly event: TurnEvent;
  }
  /** A front-end answered an approval; `who` is absent when nobody did in time. */
  | {
    readonly type: "approval.answered";
    readonly request: ApprovalRequest;
    readonly who?: string;
  }
  /** The same for a question. */
  | {
    readonly type: "question.answered";
    readonly request: QuestionRequest;
    readonly who?: string;
  }
  | { readonly type: "stage.finished"; readonly stage: StageReport }
  /** How the goal stands that the run works on; absent = cleared. */
  | { readonly type: "goal.changed"; readonly goal?: Goal }
  /** What Codex says at the end of a round that another one follows. */
  | { readonly type: "goal.reported"; readonly round: number; readonly text: string }
  /** What the run has done to its folder by the end of this round. */
  | {
    readonly type: "workspace.recorded";
    readonly round: number;
    readonly record: WorkspaceRecord;
  }
  /** The program runs a check of its own on what the round has done. */
  | {
    readonly type: "check.started";
    readonly round: number;
    readonly name: string;
    readonly command: string;
  }
  | {
    readonly type: "check.finished";
    readonly round: number;
    readonly name: string;
    readonly command: string;
    readonly result: CheckResult;
    /** An earlier process ran it; its recorded result is used. */
    readonly replayed?: true;
  }
  /** Another run worked in the folder at the same time: its changes count as those of this one, too. */
  | ({ readonly type: "workspace.shared" } & Sharer)
  | { readonly type: "review.finished"; readonly round: number; readonly review: Review }
  | { readonly type: "run.finished"; readonly outcome: RunOutcome; readonly latencyMs: number };
