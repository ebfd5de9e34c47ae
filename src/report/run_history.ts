/** Folds the lines of one run's trace into its history; everything the report shows comes from it. */
import { addUsage, type TokenUsage, type TurnStatus } from "../core/codex/codex.ts";
import type { ReviewResult } from "../core/run/events.ts";
import type { Verdict } from "../core/run/run_end.ts";
import type {
  ApprovalTrace,
  CheckTrace,
  CommandTrace,
  FilesTrace,
  MessageTrace,
  NoticeTrace,
  RequestTrace,
  ReviewTrace,
  RunTrace,
  SelectionTrace,
  StageStartTrace,
  StageTrace,
  ToolTrace,
  TracedFile,
  TraceRecord,
  WorkspaceTrace,
} from "../core/run/trace.ts";
import type { Mode, Role } from "../core/session/settings.ts";
import type { ChangeTotals } from "../core/workspace/recording.ts";

/** `unfinished` = still running, waiting for a decision, or cut short with the program. */
export type RunStatus = RequestTrace["status"] | "unfinished";

export interface RunHistory {
  readonly id: string;
  readonly session: string;
  readonly state: RunStatus;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** For an unfinished run, the time of its last line. */
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
  /** Absent in traces of earlier versions. */
  readonly verdict?: Verdict;
  /** Who has taken the work although it was not approved. */
  readonly acceptedBy?: string;
  readonly stages: readonly Stage[];
  /** While the program was not running. */
  readonly pauses: readonly Pause[];
  /** By path; the trace has room for the first ones of many. */
  readonly files: readonly TracedFile[];
  /** Of all files. */
  readonly totals: ChangeTotals;
  /** Steps that the trace had no room for. */
  readonly omitted: number;
  /** Written by a version that recorded requests and stages only. */
  readonly sparse: boolean;
}

interface Pause {
  readonly from: number;
  readonly to: number;
}

/** One turn of one role. */
export interface Stage {
  readonly role: Role;
  readonly round: number;
  readonly startedAt: number;
  /** For a stage without an end, the time of its last step. */
  readonly endedAt: number;
  /** Absent while the turn runs, and when the program ended during it. */
  readonly result?: TurnStatus;
  readonly mode?: Mode;
  /** The requested model; absent = Codex's own choice. */
  readonly model?: string;
  readonly reasoningEffort?: string;
  readonly threadId?: string;
  readonly tokens?: TokenUsage;
  readonly checklist: StageTrace["checklist"];
  readonly changes: StageTrace["changes"];
  readonly error?: string;
  readonly steps: readonly Step[];
  /** The verdict, for a reviewer's stage. */
  readonly review?: Pick<ReviewTrace, "verdict" | "summary" | "findings" | "omitted_findings">;
}

export type Step =
  | CommandTrace
  /** Runs after the developer's turn, and stands with it. */
  | CheckTrace
  | FilesTrace
  | ToolTrace
  | MessageTrace
  | ApprovalTrace
  | NoticeTrace;

/** One run in one line, as `trace list` shows it. */
export interface RunSummary {
  readonly id: string;
  readonly startedAt: string;
  readonly session: string;
  readonly profile: string | null;
  readonly workflow: Mode;
  readonly state: RunStatus;
  readonly durationMs: number;
  readonly tokens: number | null;
  /** The first line of the request. */
  readonly request: string;
}

/**
 * Tells what happened in a run. Lines may be missing anywhere: a crash cuts them, and a running run
 * has no end yet.
 * @param records of one run, in the order in which they were written; at least one
 */
export function runHistory(id: string, records: readonly TraceRecord[]): RunHistory {
  const { run, selection, request, stages: drafts, ...draft } = fold(records);
  const stages = drafts.map((stage) => finishedStage(stage, run?.working_directory));
  const tokens = request?.tokens ?? totalTokens(stages);
  return {
    id,
    session: draft.session,
    state: statusOf(records),
    startedAt: draft.startedAt,
    endedAt: draft.lastAt,
    workflow: selection?.mode ?? request?.mode ?? run?.mode ?? stages[0]?.mode ?? "plan",
    ...(selection === undefined
      ? {}
      : { selection: { mode: selection.mode, reason: selection.reason } }),
    ...(run === undefined ? {} : { profile: run.profile, workingDirectory: run.working_directory }),
    request: request?.input_text ?? run?.input_text ?? "",
    answer: request?.output_text ?? "",
    ...(request === undefined || request.error_message === null
      ? {}
      : { error: request.error_message }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(request === undefined || request.review_result === null
      ? {}
      : { review: request.review_result }),
    reviewRounds: request?.review_round ?? 0,
    ...(request === undefined || request.verdict === null ? {} : { verdict: request.verdict }),
    ...(draft.acceptedBy === undefined ? {} : { acceptedBy: draft.acceptedBy }),
    stages,
    pauses: draft.pauses,
    ...changedFiles(drafts),
    omitted: request?.omitted ?? 0,
    sparse: draft.sparse,
  };
}

/** How the run ended, as far as its lines tell. */
export function statusOf(records: readonly TraceRecord[]): RunStatus {
  return records.findLast((record) => record.type === "request")?.status ?? "unfinished";
}

export function summaryOf(run: RunHistory): RunSummary {
  return {
    id: run.id,
    startedAt: new Date(run.startedAt).toISOString(),
    session: run.session,
    profile: run.profile ?? null,
    workflow: run.workflow,
    state: run.state,
    durationMs: run.endedAt - run.startedAt,
    tokens: run.tokens?.totalTokens ?? null,
    request: run.request.trim().split(/\r?\n/, 1)[0] ?? "",
  };
}

/** The result of a planner or a developer: its last message. */
export function resultText({ steps, role, result }: Stage): string | undefined {
  if (role !== "planner" && role !== "developer") return undefined;
  if (result !== "completed") return undefined;
  return steps.filter((step) => step.type === "message").findLast(({ commentary, agent }) =>
    !commentary && agent === undefined
  )
    ?.text;
}

/** The plan that the developer followed. */
export function planOf(stages: readonly Stage[]): string | undefined {
  const planner = stages.findLast(({ role, result }) => role === "planner" && result !== undefined);
  return planner === undefined ? undefined : resultText(planner);
}

/** When a step began; a step without a duration began when it was written. */
export function startOf(step: Step): number {
  return Date.parse("started_at" in step ? step.started_at : step.timestamp);
}

export function endOf(step: Step): number {
  return Date.parse(step.timestamp);
}

/** What the lines read so far have told. */
interface RunDraft {
  session: string;
  startedAt: number;
  lastAt: number;
  sparse: boolean;
  /** Of the process that began the run. */
  run: RunTrace | undefined;
  selection: SelectionTrace | undefined;
  request: RequestTrace | undefined;
  acceptedBy: string | undefined;
  /** The line before has told that a result of an earlier process is taken over. */
  takesOver: boolean;
  readonly stages: StageDraft[];
  readonly pauses: Pause[];
}

interface StageDraft {
  start?: StageStartTrace;
  end?: StageTrace;
  review?: ReviewTrace;
  /** The last one: a repeated round is recorded again. */
  workspace?: WorkspaceTrace;
  readonly steps: Step[];
}

function fold(records: readonly TraceRecord[]): RunDraft {
  const draft: RunDraft = {
    session: records[0]?.session_id ?? "",
    startedAt: Infinity,
    lastAt: NaN,
    sparse: true,
    run: undefined,
    selection: undefined,
    request: undefined,
    acceptedBy: undefined,
    takesOver: false,
    stages: [],
    pauses: [],
  };
  for (const record of records) {
    if (!draft.takesOver || !isKnown(draft, record)) take(draft, record);
    draft.takesOver = record.type === "notice" && record.kind === "replayed";
    draft.startedAt = Math.min(draft.startedAt, beginningOf(record));
    draft.lastAt = Date.parse(record.timestamp);
    draft.sparse &&= record.schema_version < 2;
  }
  return draft;
}

function take(draft: RunDraft, record: TraceRecord): void {
  const { stages } = draft;
  switch (record.type) {
    case "run":
      draft.run ??= record;
      // From the last line of the earlier process to the one that resumed the run.
      if (record.continued && !Number.isNaN(draft.lastAt)) {
        draft.pauses.push({ from: draft.lastAt, to: Date.parse(record.timestamp) });
      }
      return;
    case "selection":
      draft.selection = record;
      return;
    case "stage_start":
      stages.push({ start: record, steps: [] });
      return;
    case "command":
    case "files":
    case "tool":
      openStage(stages, record).steps.push(record);
      return;
    case "message":
    case "approval": {
      // A plan and its questions are told when the planner's turn is over.
      const planner = stages.at(-1);
      const isPlan = record.stage === "planner" && planner?.end?.stage === "planner";
      (isPlan ? planner : openStage(stages, record)).steps.push(record);
      return;
    }
    case "notice":
      // A notice between two stages, such as a reused result, opens no stage of its own.
      stages.at(-1)?.steps.push(record);
      return;
    case "stage":
      openStage(stages, record).end = record;
      return;
    case "review": {
      const reviewers = stages.filter((stage) => roleOf(stage) === "reviewer");
      const reviewed = reviewers.findLast((stage) => stage.start?.round === record.round) ??
        reviewers.at(-1);
      if (reviewed !== undefined) reviewed.review = record;
      return;
    }
    case "workspace": {
      const developed = stages.findLast((stage) => roleOf(stage) === "developer");
      if (developed !== undefined) developed.workspace = record;
      return;
    }
    case "check":
      stages.findLast((stage) => roleOf(stage) === "developer")?.steps.push(record);
      return;
    case "acceptance":
      draft.acceptedBy = record.accepted_by;
      return;
    case "suspended":
      // Its time is all it tells; fold() takes it from every line.
      return;
    case "request":
      draft.request = record;
      return;
    default:
      record satisfies never;
  }
}

/** Whether an earlier process has told it: what is taken over is told once more. */
function isKnown({ stages }: RunDraft, record: TraceRecord): boolean {
  if (record.type === "review") return stages.some(({ review }) => review?.round === record.round);
  const isText = record.type === "message" ||
    (record.type === "notice" && record.kind === "decision");
  return isText &&
    stages.some(({ steps }) =>
      steps.some((step) => step.type === record.type && step.text === record.text)
    );
}

function beginningOf(record: TraceRecord): number {
  const at = Date.parse(record.timestamp);
  if (record.type === "request") return at - record.latency_ms;
  return "started_at" in record ? Date.parse(record.started_at) : at;
}

/** The running stage that a line belongs to, or a new one where its beginning is missing. */
function openStage(stages: StageDraft[], { stage, round }: Step | StageTrace): StageDraft {
  const last = stages.at(-1);
  const known = last?.start ?? last?.steps[0];
  if (last !== undefined && last.end === undefined) {
    if (known?.stage === stage && known.round === round) return last;
  }
  const draft: StageDraft = { steps: [] };
  stages.push(draft);
  return draft;
}

function roleOf({ start, end, steps }: StageDraft): Role | undefined {
  return (start ?? end ?? steps[0])?.stage;
}

/** @param folder the run's working directory; paths are shown relative to it */
function finishedStage(draft: StageDraft, folder: string | undefined): Stage {
  const { start, end, review, workspace } = draft;
  const steps = orderedSteps(draft.steps, folder);
  const known = start ?? end ?? steps[0];
  const startedAt = Date.parse(end?.started_at ?? start?.timestamp ?? steps[0]?.timestamp ?? "");
  const model = end?.model ?? start?.model ?? undefined;
  const effort = end?.reasoning_effort ?? start?.reasoning_effort ?? undefined;
  return {
    role: known?.stage ?? "developer",
    round: known?.round ?? 0,
    startedAt,
    endedAt: end === undefined
      ? Math.max(startedAt, ...steps.map(endOf))
      : Date.parse(end.timestamp),
    ...(end === undefined ? {} : { result: end.result, mode: end.mode }),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { reasoningEffort: effort }),
    ...(end === undefined || end.thread_id === null ? {} : { threadId: end.thread_id }),
    ...(end === undefined || end.tokens === null ? {} : { tokens: end.tokens }),
    checklist: end?.checklist ?? [],
    // What was recorded has all changes; Codex tells its own patches only.
    changes: workspace?.refused === null ? workspace.changes : end?.changes ?? [],
    ...(end === undefined || end.error_message === null ? {} : { error: end.error_message }),
    steps,
    ...(review === undefined ? {} : { review }),
  };
}

/** Steps by their beginning: lines are written at the end of what they tell. */
function orderedSteps(steps: readonly Step[], folder: string | undefined): Step[] {
  const approvals = steps.filter((step) => step.type === "approval");
  return steps.map((step): Step => {
    if (step.type === "command") return withoutWait(step, approvals);
    return step.type === "files" ? withShortPaths(step, folder) : step;
  }).sort((one, other) => startOf(one) - startOf(other));
}

/** Takes the wait for an approval out of the command, whose duration Codex counts it into. */
function withoutWait(command: CommandTrace, approvals: readonly ApprovalTrace[]): CommandTrace {
  const [from, to] = [startOf(command), endOf(command)];
  const decidedAt = approvals
    .filter((approval) => startOf(approval) >= from && endOf(approval) <= to)
    .reduce((latest, approval) => Math.max(latest, endOf(approval)), from);
  return {
    ...command,
    started_at: new Date(decidedAt).toISOString(),
    duration_ms: Math.max(0, command.duration_ms - (decidedAt - from)),
  };
}

function withShortPaths(files: FilesTrace, folder: string | undefined): FilesTrace {
  if (folder === undefined) return files;
  const inside = `${folder}/`;
  const changes = files.changes.map(({ path, kind }) => ({
    path: path.startsWith(inside) ? path.slice(inside.length) : path,
    kind,
  }));
  return { ...files, changes };
}

function totalTokens(stages: readonly Stage[]): TokenUsage | undefined {
  return stages.reduce<TokenUsage | undefined>(
    (sum, { tokens }) => tokens === undefined ? sum : addUsage(sum, tokens),
    undefined,
  );
}

/**
 * What was recorded last counts from the beginning of the run. Where nothing was, the lines of a file
 * are added up over all turns, as each turn tells its own patches.
 */
function changedFiles(stages: readonly StageDraft[]): Pick<RunHistory, "files" | "totals"> {
  const last = stages.findLastIndex(({ workspace }) => workspace?.refused === null);
  const recorded = stages[last]?.workspace;
  const told = stages.slice(last + 1).flatMap(({ end }) => end?.changes ?? []);
  const files = new Map<string, TracedFile>();
  for (const change of [...recorded?.changes ?? [], ...told]) {
    const before = files.get(change.path);
    files.set(change.path, {
      path: change.path,
      kind: before?.kind === "add" ? "add" : change.kind,
      added: change.added + (before?.added ?? 0),
      removed: change.removed + (before?.removed ?? 0),
    });
  }
  const sum = (count: (file: TracedFile) => number): number =>
    told.reduce((total, file) => total + count(file), 0);
  return {
    files: [...files.values()].sort((one, other) => one.path.localeCompare(other.path)),
    totals: {
      files: files.size + Math.max(0, (recorded?.files ?? 0) - (recorded?.changes.length ?? 0)),
      added: (recorded?.added ?? 0) + sum(({ added }) => added),
      removed: (recorded?.removed ?? 0) + sum(({ removed }) => removed),
    },
  };
}
