/** Reads one line of a trace, of any version, whole or damaged. */
import { CHECK_STATUSES } from "../../core/checks/check.ts";
import { VERDICTS } from "../../core/run/run_end.ts";
import { STORED_FINDING, STORED_REVIEW_RESULT } from "../../core/run/stored_review.ts";
import { z } from "../../core/schema.ts";
import { APPROVAL_DECISIONS } from "../../core/codex/approval.ts";
import { TRACE_VERSION, type TraceRecord } from "../../core/run/trace.ts";

/** What a line turned out to be. */
export type ReadLine =
  | { readonly kind: "record"; readonly record: TraceRecord }
  /** No JSON: cut by a crash. */
  | { readonly kind: "cut" }
  /** JSON that no version of this program has written. */
  | { readonly kind: "foreign" }
  /** Of a later version of this program. */
  | { readonly kind: "newer" };

const role = z.enum(["selector", "planner", "developer", "reviewer"]);
const mode = z.enum(["single", "plan"]);
const itemStatus = z.enum(["in_progress", "completed", "failed", "declined"]);
const endedStatus = z.enum([...itemStatus.options, "interrupted"]);
const time = z.iso.datetime();
/** A damaged line may have more than the calendar holds. */
const MOST_MS = 4e15;
const milliseconds = z.number().min(-MOST_MS).max(MOST_MS);
const tokens = z.object({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  totalTokens: z.number(),
}).nullable();

const line = {
  schema_version: z.number().default(1),
  timestamp: time,
  run_id: z.string().min(1),
  session_id: z.string(),
};
const inStage = { ...line, stage: role, round: z.number(), agent: z.string().exactOptional() };
const took = { started_at: time, duration_ms: milliseconds };
/** Absent in version 1. */
const text = z.string().nullable().default(null);
const file = z.object({ path: z.string(), kind: z.string() });

const stage = z.object({
  type: z.literal("stage"),
  ...inStage,
  mode,
  result: z.enum(["completed", "interrupted", "failed", "lost"]),
  started_at: time.optional(),
  latency_ms: milliseconds,
  model: text,
  reasoning_effort: text,
  thread_id: text,
  tokens,
  checklist: z.array(z.object({
    text: z.string(),
    status: z.enum(["pending", "in_progress", "completed"]),
  })).default([]),
  changes: z.array(file.extend({ added: z.number(), removed: z.number() })).default([]),
  error_message: z.string().nullable(),
}).transform(({ started_at, ...rest }) => ({
  ...rest,
  started_at: started_at ?? new Date(Date.parse(rest.timestamp) - rest.latency_ms).toISOString(),
}));

const request = z.object({
  type: z.literal("request"),
  ...line,
  mode,
  review_round: z.number(),
  review_result: STORED_REVIEW_RESULT.nullable(),
  // Earlier versions wrote none; a later one may know others.
  verdict: z.enum(VERDICTS).nullable().default(null).catch(null),
  input_kind: z.enum(["codex_slash", "text"]),
  input_text: z.string(),
  output_text: z.string(),
  status: z.enum(["ok", "error", "cancelled"]),
  latency_ms: milliseconds,
  tokens,
  error_message: z.string().nullable(),
  omitted: z.number().default(0),
});

const record = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("run"),
    ...line,
    continued: z.boolean(),
    mode,
    profile: z.string(),
    working_directory: z.string(),
    input_text: z.string(),
  }),
  z.object({ type: z.literal("stage_start"), ...inStage, model: text, reasoning_effort: text }),
  z.object({
    type: z.literal("command"),
    ...inStage,
    ...took,
    command: z.string(),
    working_directory: z.string(),
    status: endedStatus,
    exit_code: z.number().nullable(),
    output: text,
  }),
  z.object({
    type: z.literal("check"),
    ...inStage,
    ...took,
    name: z.string(),
    command: z.string(),
    status: z.enum(CHECK_STATUSES),
    exit_code: z.number().nullable(),
    output: text,
  }),
  z.object({ type: z.literal("files"), ...inStage, status: itemStatus, changes: z.array(file) }),
  z.object({
    type: z.literal("tool"),
    ...inStage,
    ...took,
    name: z.string(),
    status: endedStatus,
  }),
  z.object({ type: z.literal("message"), ...inStage, text: z.string(), commentary: z.boolean() }),
  z.object({
    type: z.literal("approval"),
    ...inStage,
    started_at: time,
    waited_ms: milliseconds,
    kind: z.enum(["command", "files", "permissions", "tool", "input", "form", "address"]),
    subject: z.string(),
    reason: text,
    decision: z.enum([...APPROVAL_DECISIONS, "answered"]),
    decided_by: text,
    closed_by: z.enum(["person", "timeout", "run"]),
  }),
  z.object({
    type: z.literal("notice"),
    ...inStage,
    kind: z.enum(["retry", "warning", "steer", "replayed", "agent", "decision"]),
    text: z.string(),
  }),
  z.object({ type: z.literal("selection"), ...line, mode, reason: z.string() }),
  z.object({
    type: z.literal("review"),
    ...line,
    round: z.number(),
    verdict: z.enum(["approved", "needs_changes", "unreadable"]),
    summary: z.string(),
    findings: z.array(STORED_FINDING),
    omitted_findings: z.number().exactOptional(),
  }),
  z.object({
    type: z.literal("workspace"),
    ...line,
    round: z.number(),
    refused: text,
    files: z.number(),
    added: z.number(),
    removed: z.number(),
    changes: z.array(file.extend({ added: z.number(), removed: z.number() })),
  }),
  z.object({ type: z.literal("acceptance"), ...line, accepted_by: z.string() }),
  z.object({ type: z.literal("suspended"), ...line }),
  stage,
  request,
]);

const version = z.object({ schema_version: z.number() });

/** Never throws. @param line without its newline */
export function readTraceLine(line: string): ReadLine {
  const json = parsedJson(line);
  return json === undefined ? { kind: "cut" } : readTraceValue(json.value);
}

/** The same for what has been parsed already. */
export function readTraceValue(value: unknown): ReadLine {
  const { data } = version.safeParse(value);
  if (data !== undefined && data.schema_version > TRACE_VERSION) return { kind: "newer" };
  const read = record.safeParse(value);
  return read.success ? { kind: "record", record: read.data } : { kind: "foreign" };
}

function parsedJson(line: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(line) };
  } catch {
    // The reader counts such lines.
    return undefined;
  }
}
