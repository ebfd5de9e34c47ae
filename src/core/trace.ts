/** The trace: one JSON line per request and per stage, for a person who asks what happened. */
import type { TokenUsage } from "./codex.ts";
import type { ReviewResult } from "./events.ts";
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
  readonly input_kind: "bot_command" | "codex_slash" | "text";
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
