/**
 * The one state of a run, reduced from its events; pure. Whatever shows, keeps or traces a run reads
 * it from here, and folds no events of its own.
 */
import {
  type CheckState,
  withCheck,
  withNoneOutdated,
  withNoneRunning,
} from "../checks/check_states.ts";
import type { HeldUntil } from "./queue_holds.ts";
import type { BackgroundTerminal } from "../codex/background_terminals.ts";
import { addUsage, type TokenUsage, type TurnEvent } from "../codex/codex.ts";
import type { Goal } from "../codex/goal.ts";
import { type CodexNews, newsIn, newsKey } from "../codex/news.ts";
import {
  fileChangesOf,
  innermost,
  NEW_TURN,
  reduceTurn,
  type TurnState,
  wholeDiff,
  withApprovalAnswered,
} from "../codex/turn_state.ts";
import { unreachable } from "../errors.ts";
import type { Mode, Profile, Role } from "../session/settings.ts";
import { type FileChanges, mergeFileChanges, NO_FILES } from "../workspace/changes.ts";
import type { Sharer, WorkspaceRecord } from "../workspace/recording.ts";
import type { FolderWait } from "./folder_queue.ts";
import { withSharer, withWorkspace } from "./folder_state.ts";
import { goalOfRun, withGoal } from "./goal_state.ts";
import { countLines, type LineCounts, totalOf } from "../workspace/unified_diff.ts";
import type { Review, ReviewResult, RunEvent, RunOutcome, StageReport } from "./events.ts";
import { type PlanState, withPlan } from "./plan_state.ts";
import type { ConfirmationReason, RunTask, StoredRun } from "./run.ts";
import {
  EMPTY_LOG,
  hasDecision,
  lastPlace,
  type Place,
  type RunLog,
  withCheckLogged,
  withEntry,
  withNothingOpen,
  withStageEnded,
  withTurnLogged,
} from "./run_log.ts";
import {
  NO_PROGRESS,
  type RunProgress,
  withRunFailed,
  withStageBegun,
  withStageReplayed,
  withStageReported,
} from "./run_progress.ts";

export interface RunState {
  readonly status:
    | "awaiting-confirmation"
    | "queued"
    | "starting"
    | "working"
    | "suspended"
    | "finished";
  /** Absent = a request. */
  readonly task?: RunTask;
  /** Why the person has to confirm it; set while it awaits confirmation. */
  readonly confirmation?: ConfirmationReason;
  /** An earlier process began it. */
  readonly continued: boolean;
  /** Place behind the running request, while queued. */
  readonly position: number;
  /** The running request is the work on a goal, which gives way to this one. */
  readonly behindGoal: boolean;
  /** How the usage limit holds the queue, while queued. */
  readonly held?: HeldUntil;
  /** What it waits for in its folder, while queued. */
  readonly folderWait?: FolderWait;
  /** As the session has it; see {@link workingMode}. */
  readonly mode: Mode;
  /** What the selector decided. */
  readonly selection?: { readonly mode: Mode; readonly reason: string };
  readonly plan?: PlanState;
  /** When this process began to work on it. */
  readonly startedAt?: Date;
  /** Oldest first, bounded; the last one is at work unless it has a report. */
  readonly stages: readonly StageState[];
  /** How far it has come, stages of earlier processes included. */
  readonly progress: RunProgress;
  /** Its steps in order, those of earlier processes too. */
  readonly log: RunLog;
  /** What all turns of this process together did to each file. */
  readonly files: FileChanges;
  /** What the run has done to its folder, as it was recorded last. */
  readonly workspace?: WorkspaceRecord;
  /** Runs that worked in the folder at the same time. */
  readonly sharers: readonly Sharer[];
  /** Pictures that Codex made or looked at in this process, oldest first, bounded. */
  readonly pictures: readonly ReportedPicture[];
  /** What Codex told beside its work and the session was not told before, oldest first, bounded. */
  readonly news: readonly CodexNews[];
  /** Of the turns that have ended; absent while Codex has told of no changed line. */
  readonly lines?: LineCounts;
  /** Of the stages that have ended. */
  readonly usage?: TokenUsage;
  /** What the person added, in earlier processes too, oldest first. */
  readonly additions: readonly string[];
  /** What the person added to the stage at work last. */
  readonly added?: string;
  /** Set where the run is the work on a goal. */
  readonly goal?: RunGoal;
  /** The goal that another run has come upon, as Codex told of it last. */
  readonly foundGoal?: Goal;
  /** The program's own checks, of all rounds, in the order in which they began. */
  readonly checks: readonly CheckState[];
  /** The last one. */
  readonly review?: { readonly round: number; readonly review: Review };
  /** Set once it is finished. */
  readonly outcome?: RunOutcome;
  readonly latencyMs: number;
}

/** The goal that a run works on. */
export interface RunGoal {
  readonly objective: string;
  readonly timeBudgetMs?: number;
  /** The run sets it, and has not yet. */
  readonly unset?: true;
  /** As Codex told of it last; absent before it has, and once it was cleared. */
  readonly goal?: Goal;
}

export interface ReportedPicture {
  /** Absolute, on Codex's machine. */
  readonly path: string;
  readonly made: boolean;
}

/** One turn of one role. */
export interface StageState {
  readonly role: Role;
  readonly round: number;
  readonly startedAt: Date;
  /** Absent while it is at work. */
  readonly report?: StageReport;
  /** Answer and diff, which may be large, are kept until the next stage begins. */
  readonly turn: TurnState;
}

/** Something happened to a run: what it was, and what is known of the run before and after it. */
export interface RunChange {
  readonly run: StoredRun;
  /** Under which it works; absent before it has begun. */
  readonly profile?: Profile;
  /** After `/new`: nothing of it may be kept for the session, which has begun anew. */
  readonly detached: boolean;
  readonly event: RunEvent;
  readonly at: Date;
  readonly before: RunState;
  readonly state: RunState;
}

/** Records runs at work: their log, their trace, their spans. */
export interface RunObserver {
  /**
   * The last event of a run in this process is `run.finished` or `run.suspended`. Never throws: no
   * work is stopped for the sake of its record.
   */
  observe(change: RunChange): void;
}

/** Of a run without end the newest ones are kept. */
const MOST_STAGES = 50;
const MOST_PICTURES = 100;
const MOST_NEWS = 50;
const NO_LINES: LineCounts = { added: 0, removed: 0 };

/** @param log of the process that began the run */
export function newRunState(run: Partial<StoredRun> = {}, log: RunLog = EMPTY_LOG): RunState {
  const { mode = "plan", additions = [], task, confirmation } = run;
  const goal = goalOfRun(run);
  return {
    status: "starting",
    ...(task === undefined ? {} : { task }),
    continued: false,
    position: 0,
    behindGoal: false,
    mode,
    stages: [],
    progress: NO_PROGRESS,
    log,
    files: NO_FILES,
    sharers: [],
    pictures: [],
    news: [],
    additions,
    checks: [],
    ...(confirmation === undefined ? {} : { confirmation }),
    ...(goal === undefined ? {} : { goal }),
    latencyMs: 0,
  };
}

/** @returns the same state when the event changes nothing of it */
export function reduceRun(state: RunState, event: RunEvent, at: Date): RunState {
  switch (event.type) {
    case "run.queued": {
      const { position, held, folder: folderWait, behindGoal = false } = event;
      const queued = {
        ...withoutWaits(state),
        ...(folderWait === undefined ? {} : { folderWait }),
        status: "queued" as const,
        position,
        behindGoal: behindGoal && position === 1,
      };
      return held === undefined ? queued : { ...queued, held };
    }
    case "run.offered":
      return { ...state, status: "awaiting-confirmation", confirmation: event.reason };
    case "run.continued":
      return { ...state, continued: true };
    case "run.started": {
      const { mode } = event;
      return { ...withoutWaits(state), status: "starting", position: 0, mode, startedAt: at };
    }
    case "run.suspended":
      return { ...state, status: "suspended" };
    case "run.steered":
      return {
        ...state,
        additions: [...state.additions, event.text],
        added: event.text,
        log: withEntry(state.log, { ...lastPlace(state.log), kind: "steer", text: event.text }, at),
      };
    case "mode.selected": {
      const { mode, reason, maxRounds } = event;
      const selection = { mode, reason };
      const log = withDecision(state, { text: reason, status: mode }, at);
      if (maxRounds === undefined) return { ...state, selection, log };
      return { ...state, selection, log, progress: { ...state.progress, maxRounds } };
    }
    case "plan.proposed":
    case "plan.decided":
      return withPlan(state, event, at);
    case "stage.started":
      return withStage(state, event, at);
    case "stage.replayed":
      return {
        ...withUsage(state, event.usage),
        progress: withStageReplayed(state.progress, event),
      };
    case "turn.event":
      return withTurnEvent(state, event, at);
    case "approval.answered":
      return withTurn(state, (turn) => withApprovalAnswered(turn, event.request, event.who));
    case "question.answered":
      return withTurn(state, (turn) => withApprovalAnswered(turn, event.request, event.who));
    case "goal.changed":
      return withGoal(state, event.goal);
    case "goal.reported":
      return state;
    case "stage.finished":
      return withReport(state, event.stage, at);
    case "workspace.recorded":
      return withWorkspace(state, event.record);
    case "check.started":
    case "check.finished":
      return {
        ...state,
        checks: withCheck(state.checks, event, at),
        log: withCheckLogged(state.log, event, at),
      };
    case "workspace.shared":
      return withSharer(state, event);
    case "review.finished": {
      const { round, review } = event;
      const { summary: text, verdict: status } = review;
      const place = { role: "reviewer", round } as const;
      const log = withDecision(state, { text, status, place }, at);
      return { ...state, review: { round, review }, log };
    }
    case "run.finished": {
      const { outcome, latencyMs } = event;
      // What the turn of a stage that never reported its end has changed counts, too.
      const open = state.stages.at(-1)?.report === undefined;
      const progress = outcome.status === "failed" ? withRunFailed(state.progress) : state.progress;
      return {
        ...open ? withLines(state) : state,
        status: "finished",
        checks: withNoneRunning(withNoneOutdated(state.checks, state.progress.last.developer)),
        log: withNothingOpen(state.log, at),
        progress,
        outcome,
        latencyMs,
      };
    }
    default:
      return unreachable(event);
  }
}

function withoutWaits({ held: _passed, folderWait: _left, ...state }: RunState): RunState {
  return state;
}

/** The stage at work, or the last one that was. */
export function currentStage({ stages }: Pick<RunState, "stages">): StageState | undefined {
  return stages.at(-1);
}

/** The turn of that stage; a new one before the first. */
export function currentTurn(state: Pick<RunState, "stages">): TurnState {
  return currentStage(state)?.turn ?? NEW_TURN;
}

/** The Codex thread that a stage worked in last. */
export function lastThreadId({ stages }: Pick<RunState, "stages">): string | undefined {
  return stages.findLast(({ turn }) => turn.threadId !== undefined)?.turn.threadId;
}

/** The mode in which the stages work: the selector may choose another one than the session has. */
export function workingMode({ mode, selection }: Pick<RunState, "mode" | "selection">): Mode {
  return selection?.mode ?? mode;
}

/** How the review ended, or stands; undefined while nothing was reviewed. */
export function reviewResult({ outcome, review }: RunState): ReviewResult | undefined {
  return outcome?.answer?.review?.result ?? review?.review.verdict;
}

/** The commands that this run has left running. */
export function commandsLeft({ stages, startedAt }: RunState): readonly BackgroundTerminal[] {
  const last = stages.findLast(({ role }) => role === "developer");
  if (last === undefined || startedAt === undefined) return [];
  return last.turn.terminals.filter((each) =>
    each.startedAt !== undefined && each.startedAt >= startedAt
  );
}

function withStage(
  { added: _taken, ...state }: RunState,
  { role, round }: Place,
  at: Date,
): RunState {
  const before = state.stages.map((stage) => ({ ...stage, turn: withoutBulk(stage.turn) }));
  return {
    ...state,
    status: "working",
    stages: [...before, { role, round, startedAt: at, turn: NEW_TURN }].slice(-MOST_STAGES),
    progress: withStageBegun(state.progress, { role, round }),
    log: withEntry(state.log, { role, round, kind: "stage", text: "" }, at),
  };
}

function withoutBulk({ message: _told, commentary: _said, ...turn }: TurnState): TurnState {
  const agents = turn.agents.map((agent) => ({
    ...agent,
    turn: withoutBulk(agent.turn),
    earlier: { ...agent.earlier, diff: "" },
  }));
  return { ...turn, diff: "", agents };
}

function withTurnEvent(
  state: RunState,
  { role, round, event }: RunEvent & { readonly type: "turn.event" },
  at: Date,
): RunState {
  if (event.type === "goal") return withGoal(state, event.goal);
  const turned = withTurn(state, (turn) => reduceTurn(turn, event, at));
  const told = withNews(withPicture(turned, event), event);
  const log = withTurnLogged(state.log, event, { role, round }, at);
  const done = innermost(event);
  const changed = done.type === "item.completed" ? fileChangesOf(done.item) : [];
  if (log === state.log && changed.length === 0) return told;
  return { ...told, log, files: mergeFileChanges(state.files, changed) };
}

function withNews(state: RunState, event: TurnEvent): RunState {
  const news = newsIn(event);
  if (news === undefined) return state;
  const key = newsKey(news);
  if (state.news.some((known) => newsKey(known) === key)) return state;
  return { ...state, news: [...state.news, news].slice(-MOST_NEWS) };
}

/** Codex tells of a picture twice: when it begins with it and when it has it. */
function withPicture(state: RunState, told: TurnEvent): RunState {
  const event = innermost(told);
  if (event.type !== "item.completed" || event.item.type !== "picture") return state;
  const { path, made } = event.item;
  if (state.pictures.some((picture) => picture.path === path)) return state;
  return { ...state, pictures: [...state.pictures, { path, made }].slice(-MOST_PICTURES) };
}

function withTurn(state: RunState, change: (turn: TurnState) => TurnState): RunState {
  const stage = currentStage(state);
  if (stage === undefined) return state;
  const turn = change(stage.turn);
  return turn === stage.turn ? state : withCurrent(state, { ...stage, turn });
}

function withCurrent(state: RunState, stage: StageState): RunState {
  return { ...state, stages: [...state.stages.slice(0, -1), stage] };
}

function withReport(state: RunState, report: StageReport, at: Date): RunState {
  const progress = withStageReported(state.progress, report);
  const counted = { ...withUsage(withLines(state), report.usage), progress };
  const log = withStageEnded(state.log, report, at);
  const stage = currentStage(state);
  if (stage === undefined) return { ...counted, log };
  const { doing: _over, ...turn } = stage.turn;
  const ended = { ...turn, openItems: [], approvals: [], answersAhead: [] };
  return { ...withCurrent(counted, { ...stage, report, turn: ended }), log };
}

/** Only when the turn is over: Codex tells its whole diff again with every change. */
function withLines(state: RunState): RunState {
  const diff = wholeDiff(currentTurn(state));
  if (diff === "") return state;
  return { ...state, lines: totalOf([state.lines ?? NO_LINES, countLines(diff)]) };
}

function withUsage(state: RunState, usage: TokenUsage | undefined): RunState {
  return usage === undefined ? state : { ...state, usage: addUsage(state.usage, usage) };
}

function withDecision(
  { log, stages }: RunState,
  { text, status, place = lastPlace(log) }: {
    readonly text: string;
    readonly status: Mode | Review["verdict"];
    readonly place?: Place;
  },
  at: Date,
): RunLog {
  const decision = { ...place, kind: "message", text, status } as const;
  // A later process tells what it takes over once more, before its first stage.
  return stages.length === 0 && hasDecision(log, decision) ? log : withEntry(log, decision, at);
}
