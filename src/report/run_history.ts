/** What happened in a run, put together from the lines of its trace; pure. */
import type { TokenUsage } from "../core/codex/token_usage.ts";
import { addUsage } from "../core/codex/token_usage.ts";
import type { ReviewResult } from "../core/run/events.ts";
import type { Mode } from "../core/session/settings.ts";
import type {
  RequestTrace,
  RunTrace,
  SelectionTrace,
  TracedFile,
  TraceRecord,
} from "../core/run/trace.ts";
import { type Stage, stagesOf } from "./stages.ts";

/** `unfinished` = at work, waiting for a person's word, or cut short with the program. */
export type RunState = RequestTrace["status"] | "unfinished";

export interface RunHistory {
  readonly id: string;
  readonly session: string;
  readonly state: RunState;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Of an unfinished run, when it was heard of last. */
  readonly endedAt: number;
  readonly workflow: Mode;
  readonly selection?: Pick<SelectionTrace, "mode" | "reason">;
  readonly profile?: string;
  readonly workingDirectory?: string;
  readonly request: string;
  readonly answer: string;
  readonly error?: string;
  readonly tokens?: TokenUsage;
  readonly review?: ReviewResult;
  readonly reviewRounds: number;
  readonly stages: readonly Stage[];
  /** While the program was not running. */
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
  /** By path. */
  readonly files: readonly TracedFile[];
  /** Steps that the trace had no room for. */
  readonly omitted: number;
  /** Written by a version that kept requests and stages only. */
  readonly sparse: boolean;
}

/** How the run ended, as far as it is known. */
export function stateOf(records: readonly TraceRecord[]): RunState {
  return records.findLast((record) => record.type === "request")?.status ?? "unfinished";
}

/** @param records of one run, in the order in which they were written; at least one */
export function runHistory(id: string, records: readonly TraceRecord[]): RunHistory {
  const request = records.findLast((record) => record.type === "request");
  const runs = records.filter((record) => record.type === "run");
  const [first] = runs;
  const selection = records.findLast((record) => record.type === "selection");
  const stages = stagesOf(records, first?.working_directory);
  const tokens = request?.tokens ?? sumOf(stages);
  return {
    id,
    session: records[0]?.session_id ?? "",
    state: stateOf(records),
    startedAt: beginningOf(records),
    endedAt: Date.parse(records.at(-1)?.timestamp ?? ""),
    workflow: selection?.mode ?? request?.mode ?? first?.mode ?? stages[0]?.mode ?? "plan",
    ...(selection === undefined
      ? {}
      : { selection: { mode: selection.mode, reason: selection.reason } }),
    ...(first === undefined
      ? {}
      : { profile: first.profile, workingDirectory: first.working_directory }),
    request: request?.input_text ?? first?.input_text ?? "",
    answer: request?.output_text ?? "",
    ...(request === undefined || request.error_message === null
      ? {}
      : { error: request.error_message }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(request === undefined || request.review_result === null
      ? {}
      : { review: request.review_result }),
    reviewRounds: request?.review_round ?? 0,
    stages,
    pauses: pausesOf(records, runs),
    files: filesOf(stages),
    omitted: request?.omitted ?? 0,
    sparse: records.every(({ schema_version }) => schema_version < 2),
  };
}

function beginningOf(records: readonly TraceRecord[]): number {
  return Math.min(...records.map((record) => {
    const at = Date.parse(record.timestamp);
    if (record.type === "request") return at - record.latency_ms;
    return "started_at" in record ? Date.parse(record.started_at) : at;
  }));
}

function sumOf(stages: readonly Stage[]): TokenUsage | undefined {
  return stages.reduce<TokenUsage | undefined>(
    (sum, { tokens }) => tokens === undefined ? sum : addUsage(sum, tokens),
    undefined,
  );
}

/** From the last sign of life to the process that went on. */
function pausesOf(
  records: readonly TraceRecord[],
  runs: readonly RunTrace[],
): RunHistory["pauses"] {
  return runs.filter(({ continued }) => continued).flatMap((run) => {
    const before = records[records.indexOf(run) - 1];
    if (before === undefined) return [];
    return [{ from: Date.parse(before.timestamp), to: Date.parse(run.timestamp) }];
  });
}

/** Each turn's diff is told on its own, so that the lines of a file add up. */
function filesOf(stages: readonly Stage[]): TracedFile[] {
  const files = new Map<string, TracedFile>();
  for (const change of stages.flatMap(({ changes }) => changes)) {
    const before = files.get(change.path);
    files.set(change.path, {
      path: change.path,
      kind: before?.kind === "add" ? "add" : change.kind,
      added: change.added + (before?.added ?? 0),
      removed: change.removed + (before?.removed ?? 0),
    });
  }
  return [...files.values()].sort((one, other) => one.path.localeCompare(other.path));
}
