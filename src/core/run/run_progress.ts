/** What is known of a run, folded from its events; pure. */
import type { FileChange, PlanStep, TurnEvent, TurnItem } from "../codex/codex.ts";
import type { RunEvent, RunOutcome } from "./events.ts";
import type { ConfirmationReason } from "./run.ts";
import type { Role } from "../session/settings.ts";
import { countLines, type LineCounts, totalOf } from "../workspace/unified_diff.ts";

export interface Progress {
  readonly state: "offered" | "queued" | "starting" | "working" | "suspended" | "finished";
  /** Why the run waits for a person's word, while offered. */
  readonly offer?: ConfirmationReason;
  /** An earlier process began it. */
  readonly continued: boolean;
  /** Place behind the running request, while queued. */
  readonly position: number;
  readonly stage?: { readonly role: Role; readonly round: number };
  /** What Codex does now; the newest thing wins. */
  readonly doing?: Doing;
  readonly plan: readonly PlanStep[];
  readonly files: ReadonlyMap<string, FileChange["kind"]>;
  /** What the person added to the stage at work last. */
  readonly added?: string;
  readonly openApprovals: number;
  readonly tokens: number;
  /** Of the turns that have ended; absent while Codex has told of no changed line. */
  readonly lines?: LineCounts;
  /** What the present turn has changed so far, as a unified diff; empty = nothing that Codex told. */
  readonly turnDiff: string;
  readonly outcome?: RunOutcome;
  readonly latencyMs: number;
}

export type Doing =
  | { readonly type: "command"; readonly command: string }
  | { readonly type: "tool"; readonly name: string }
  | { readonly type: "thought"; readonly text: string }
  | { readonly type: "retrying"; readonly message: string };

export const NOTHING_YET: Progress = {
  state: "starting",
  continued: false,
  position: 0,
  plan: [],
  files: new Map(),
  openApprovals: 0,
  tokens: 0,
  turnDiff: "",
  latencyMs: 0,
};

export function reduce(progress: Progress, event: RunEvent): Progress {
  switch (event.type) {
    case "run.queued":
      return { ...progress, state: "queued", position: event.position };
    case "run.offered":
      return { ...NOTHING_YET, state: "offered", offer: event.reason };
    case "run.continued":
      return { ...progress, continued: true };
    case "run.suspended":
      return { ...progress, state: "suspended" };
    case "run.started":
      return { ...progress, state: "starting", position: 0 };
    case "stage.started": {
      const { doing: _over, added: _taken, ...rest } = progress;
      const { role, round } = event;
      return { ...rest, state: "working", stage: { role, round }, plan: [], openApprovals: 0 };
    }
    case "turn.event":
      return reduceTurn(progress, event.event);
    case "stage.finished": {
      const { doing: _over, ...rest } = progress;
      const tokens = progress.tokens + (event.stage.usage?.totalTokens ?? 0);
      return withTurnCounted({ ...rest, tokens });
    }
    case "stage.replayed":
      return { ...progress, tokens: progress.tokens + (event.usage?.totalTokens ?? 0) };
    case "run.finished":
      return {
        ...withTurnCounted(progress),
        state: "finished",
        outcome: event.outcome,
        latencyMs: event.latencyMs,
      };
    case "run.steered":
      return { ...progress, added: event.text };
    case "mode.selected":
    case "review.finished":
      return progress;
  }
}

function reduceTurn(progress: Progress, event: TurnEvent): Progress {
  switch (event.type) {
    case "item.started":
      return withItem(progress, event.item);
    case "item.completed":
      return withFiles(withItem(progress, event.item), event.item);
    case "plan":
      return { ...progress, plan: event.steps };
    case "diff":
      return { ...progress, turnDiff: event.unifiedDiff };
    case "retrying":
      return { ...progress, doing: { type: "retrying", message: event.message } };
    case "approval.requested":
      return { ...progress, openApprovals: progress.openApprovals + 1 };
    case "approval.resolved":
      return { ...progress, openApprovals: Math.max(0, progress.openApprovals - 1) };
    default:
      return progress;
  }
}

function withItem(progress: Progress, item: TurnItem): Progress {
  switch (item.type) {
    case "command":
      return { ...progress, doing: { type: "command", command: item.command } };
    case "tool":
      return { ...progress, doing: { type: "tool", name: item.name } };
    case "reasoning":
      return item.summary === ""
        ? progress
        : { ...progress, doing: { type: "thought", text: item.summary } };
    case "message":
      // Commentary tells what comes next; the answer itself arrives as a message of its own.
      return item.commentary === true
        ? { ...progress, doing: { type: "thought", text: item.text } }
        : progress;
    default:
      return progress;
  }
}

function withFiles(progress: Progress, item: TurnItem): Progress {
  if (item.type !== "files" || item.status !== "completed") return progress;
  const files = new Map(progress.files);
  for (const { path, kind } of item.changes) {
    files.set(path, files.get(path) === "add" && kind === "update" ? "add" : kind);
  }
  return { ...progress, files };
}

/** Only when the turn is over: Codex tells its whole diff again with every change. */
function withTurnCounted(progress: Progress): Progress {
  if (progress.turnDiff === "") return progress;
  const { lines = NO_LINES, turnDiff } = progress;
  return { ...progress, lines: totalOf([lines, countLines(turnDiff)]), turnDiff: "" };
}

const NO_LINES: LineCounts = { added: 0, removed: 0 };
