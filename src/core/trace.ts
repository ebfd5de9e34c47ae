/** The trace: one JSON line per request and per stage, for a person who asks what happened. */
import type { RunAtWork } from "./active_run.ts";
import { withAdditions } from "./additions.ts";
import type { TokenUsage } from "./token_usage.ts";
import type { ReviewResult, RunOutcome, StageReport } from "./events.ts";
import { sessionId } from "./session.ts";
import type { Mode, Role } from "./settings.ts";

/** Field names and values are those of the earlier program, so that its readers keep working. */
export interface RequestTrace {
  readonly type: "request";
  readonly timestamp: string;
  readonly run_id: string;
  readonly session_id: string;
  readonly mode: Mode;
  readonly review_round: number;
  readonly review_result: ReviewResult | null;
  readonly input_kind: "codex_slash" | "text";
  readonly input_text: string;
  readonly output_text: string;
  readonly status: "ok" | "error" | "cancelled";
  readonly latency_ms: number;
  readonly tokens: TokenUsage | null;
  readonly error_message: string | null;
}

export interface StageTrace {
  readonly type: "stage";
  readonly timestamp: string;
  readonly run_id: string;
  readonly session_id: string;
  readonly mode: Mode;
  readonly stage: Role;
  readonly round: number;
  readonly result: string;
  readonly latency_ms: number;
  readonly tokens: TokenUsage | null;
  readonly error_message: string | null;
}

export type TraceRecord = RequestTrace | StageTrace;

export interface TraceWriter {
  /** Queues one line, masked. Never throws: a trace that cannot be written is logged, not fatal. */
  write(record: TraceRecord): void;
  /** Resolves when every queued line is on disk or was given up on. */
  flush(): Promise<void>;
}

export function stageTrace({ run, mode }: RunAtWork, stage: StageReport, now: Date): StageTrace {
  return {
    type: "stage",
    timestamp: now.toISOString(),
    run_id: run.id,
    session_id: sessionId(run.session),
    mode,
    stage: stage.role,
    round: stage.round,
    result: stage.status,
    latency_ms: stage.latencyMs,
    tokens: stage.usage ?? null,
    error_message: stage.error ?? null,
  };
}

export function requestTrace(
  { run, additions, mode, reviewRounds, reviewResult, usage }: RunAtWork,
  outcome: RunOutcome,
  latencyMs: number,
  now: Date,
): RequestTrace {
  return {
    type: "request",
    timestamp: now.toISOString(),
    run_id: run.id,
    session_id: sessionId(run.session),
    mode,
    review_round: reviewRounds,
    review_result: reviewResult ?? null,
    input_kind: run.prompt.startsWith("/") ? "codex_slash" : "text",
    input_text: withAdditions(run.prompt, additions.texts),
    output_text: outcome.answer?.text ?? "",
    status: RECORDED_STATUS[outcome.status],
    latency_ms: latencyMs,
    tokens: usage ?? null,
    error_message: outcome.status === "failed" ? outcome.message : null,
  };
}

/** How an outcome is called in traces and session files. */
export const RECORDED_STATUS = { answered: "ok", failed: "error", cancelled: "cancelled" } as const;
