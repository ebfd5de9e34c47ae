/**
 * Defines the trace: JSON lines that tell each run from its request to its answer, for a person who
 * asks what happened. Field names and values of `request` and `stage` are those of the earlier program,
 * so that its readers keep working.
 *
 * Version 1 (lines without `schema_version`) had these two types only, and less in them.
 */
import type { CheckStatus } from "../checks/check.ts";
import type { ApprovalDecision } from "../codex/approval.ts";
import type { PersonRequest, QuestionResult } from "../codex/question.ts";
import type { ItemStatus, PlanStep, TokenUsage, TurnStatus } from "../codex/codex.ts";
import type { Finding, Review, ReviewResult } from "./events.ts";
import type { Verdict } from "./run_end.ts";
import type { Mode, Role } from "../session/settings.ts";

/** Raised when a reader of the present version could misread a line. */
export const TRACE_VERSION = 2;

interface Line {
  readonly schema_version: number;
  /** When it was over; ISO 8601. */
  readonly timestamp: string;
  readonly run_id: string;
  readonly session_id: string;
}

/** The stage to which it belongs. */
interface InStage {
  readonly stage: Role;
  readonly round: number;
  /** The name of the sub-agent that did it; absent = the agent of the stage itself. */
  readonly agent?: string;
}

/** A process begins the run, or continues it. */
export interface RunTrace extends Line {
  readonly type: "run";
  readonly continued: boolean;
  readonly mode: Mode;
  readonly profile: string;
  readonly working_directory: string;
  readonly input_text: string;
}

export interface StageStartTrace extends Line, InStage {
  readonly type: "stage_start";
  /** As requested; null = Codex's own choice. */
  readonly model: string | null;
  readonly reasoning_effort: string | null;
}

export interface CommandTrace extends Line, InStage {
  readonly type: "command";
  readonly started_at: string;
  readonly duration_ms: number;
  readonly command: string;
  readonly working_directory: string;
  /** `interrupted` = cut short with its turn; `in_progress` = it ran on when its turn was over. */
  readonly status: ItemStatus | "interrupted";
  readonly exit_code: number | null;
  /** The beginning and the end of what it printed. */
  readonly output: string | null;
}

export interface FilesTrace extends Line, InStage {
  readonly type: "files";
  readonly status: ItemStatus;
  readonly changes: readonly { readonly path: string; readonly kind: string }[];
}

export interface ToolTrace extends Line, InStage {
  readonly type: "tool";
  readonly started_at: string;
  readonly duration_ms: number;
  readonly name: string;
  readonly status: ItemStatus | "interrupted";
}

/** What a developer said, or a plan: the last one of a planner that is no commentary. */
export interface MessageTrace extends Line, InStage {
  readonly type: "message";
  readonly text: string;
  readonly commentary: boolean;
}

export interface ApprovalTrace extends Line, InStage {
  readonly type: "approval";
  readonly started_at: string;
  readonly waited_ms: number;
  readonly kind: PersonRequest["kind"];
  /** The command, or one path, permission or parameter a line, or what a question asks. */
  readonly subject: string;
  readonly reason: string | null;
  /** `answered`: a question was; its answer is not kept. */
  readonly decision: ApprovalDecision | QuestionResult;
  /** The person's name; null where nobody decided. */
  readonly decided_by: string | null;
  /** `run` = the turn ended first, or nobody could be asked. */
  readonly closed_by: "person" | "timeout" | "run";
}

export interface NoticeTrace extends Line, InStage {
  readonly type: "notice";
  /** `decision` = of the person on the plan; `agent` = a sub-agent `started`, or how it ended. */
  readonly kind: "retry" | "warning" | "steer" | "replayed" | "agent" | "decision";
  readonly text: string;
}

export interface SelectionTrace extends Line {
  readonly type: "selection";
  readonly mode: Mode;
  readonly reason: string;
}

export interface ReviewTrace extends Line {
  readonly type: "review";
  readonly round: number;
  readonly verdict: Review["verdict"];
  readonly summary: string;
  /** Those that are open come before all others where there are too many. */
  readonly findings: readonly Finding[];
  /** How many there was no room for; absent = none. */
  readonly omitted_findings?: number;
}

/** A check that the program itself has run on what a developer's turn has done. */
export interface CheckTrace extends Line, InStage {
  readonly type: "check";
  readonly started_at: string;
  readonly duration_ms: number;
  readonly name: string;
  readonly command: string;
  readonly status: CheckStatus;
  readonly exit_code: number | null;
  /** The end of what it printed. */
  readonly output: string | null;
}

/** What the run has done to its folder by the end of a round, whoever changed it. */
export interface WorkspaceTrace extends Line {
  readonly type: "workspace";
  readonly round: number;
  /** Why nothing was recorded; null = it was. */
  readonly refused: string | null;
  readonly files: number;
  readonly added: number;
  readonly removed: number;
  /** The first ones; their paths are from the root of the tree. */
  readonly changes: readonly TracedFile[];
}

/** A person took the work as it is, although it was not approved. */
export interface AcceptanceTrace extends Line {
  readonly type: "acceptance";
  readonly accepted_by: string;
}

/** The program ended during the run; a later process may continue it. */
export interface SuspendedTrace extends Line {
  readonly type: "suspended";
}

export interface TracedFile {
  readonly path: string;
  readonly kind: string;
  readonly added: number;
  readonly removed: number;
}

/** A stage is one turn of one role. */
export interface StageTrace extends Line, InStage {
  readonly type: "stage";
  readonly mode: Mode;
  readonly result: TurnStatus;
  readonly started_at: string;
  readonly latency_ms: number;
  readonly model: string | null;
  readonly reasoning_effort: string | null;
  readonly thread_id: string | null;
  readonly tokens: TokenUsage | null;
  /** Codex's own checklist as it stood at the end. */
  readonly checklist: readonly PlanStep[];
  /** The files in the diff of the turn. */
  readonly changes: readonly TracedFile[];
  readonly error_message: string | null;
}

export interface RequestTrace extends Line {
  readonly type: "request";
  readonly mode: Mode;
  readonly review_round: number;
  readonly review_result: ReviewResult | null;
  /** How the run ended; null in lines of earlier versions. */
  readonly verdict: Verdict | null;
  readonly input_kind: "codex_slash" | "text";
  readonly input_text: string;
  readonly output_text: string;
  readonly status: "ok" | "error" | "cancelled";
  /** In the last process that worked on it. */
  readonly latency_ms: number;
  readonly tokens: TokenUsage | null;
  readonly error_message: string | null;
  /** How many lines were left out, as their number is limited. */
  readonly omitted: number;
}

export type TraceRecord =
  | RunTrace
  | StageStartTrace
  | CommandTrace
  | FilesTrace
  | ToolTrace
  | MessageTrace
  | ApprovalTrace
  | NoticeTrace
  | SelectionTrace
  | ReviewTrace
  | WorkspaceTrace
  | CheckTrace
  | AcceptanceTrace
  | SuspendedTrace
  | StageTrace
  | RequestTrace;

export interface TraceWriter {
  /** Masks secrets as {@link write} does, for texts that are cut first. */
  redact(text: string): string;
  /** Queues one line, masked. Never throws: a trace that cannot be written is logged, not fatal. */
  write(record: TraceRecord): void;
  /** Resolves when every queued line is on disk or was given up on. */
  flush(): Promise<void>;
}

/** The names of outcomes in traces and session files. */
export const RECORDED_STATUS = { answered: "ok", failed: "error", cancelled: "cancelled" } as const;
