/** Folds the events of a run into the steps that a person may read; pure. */
import type { Redact } from "../redaction/redact.ts";
import type { ApprovalRequest, TurnEvent, TurnItem } from "../codex/codex.ts";
import type { RunEvent, StageReport } from "./events.ts";
import type { LogEntry, LogKind, RunLog } from "./run_log.ts";

export interface LogContext {
  readonly at: Date;
  /** Masks secrets, before anything is cut: half a secret is not recognized. */
  readonly redact: Redact;
}

export const MOST_ENTRIES = 200;
/** UTF-16 units of an entry's text. */
export const LONGEST_ENTRY = 600;

/** @returns the same log when the event is no step */
export function foldRunLog(log: RunLog, event: RunEvent, context: LogContext): RunLog {
  switch (event.type) {
    case "stage.started":
      return withEntry(log, context, { ...placeOf(event), kind: "stage", text: "" });
    case "stage.finished":
      return withStageEnded(log, event.stage, context);
    case "turn.event":
      return foldTurn(log, event.event, placeOf(event), context);
    case "run.steered":
      return withEntry(log, context, { ...placeNow(log), kind: "steer", text: event.text });
    case "mode.selected": {
      const { mode: status, reason: text } = event;
      return withEntry(log, context, { ...placeNow(log), kind: "message", text, status });
    }
    case "review.finished": {
      const { verdict: status, summary: text } = event.review;
      return withEntry(log, context, { ...placeNow(log), kind: "message", text, status });
    }
    default:
      return log;
  }
}

/** The text without secrets, and no longer than that. */
export function shortText(
  text: string,
  limit: number,
  { redact }: Pick<LogContext, "redact">,
): string {
  const masked = redact(text.trim());
  if (masked.length <= limit) return masked;
  // Half a character at the end is left out.
  return `${masked.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}

type Place = Pick<LogEntry, "role" | "round">;
type NewEntry = Omit<LogEntry, "at">;

function placeOf({ role, round }: Place): Place {
  return { role, round };
}

/** Of what happens between the stages: it belongs to the last one. */
function placeNow({ entries }: RunLog): Place {
  const last = entries.at(-1);
  return last === undefined ? { role: "developer", round: 0 } : placeOf(last);
}

function foldTurn(log: RunLog, event: TurnEvent, place: Place, context: LogContext): RunLog {
  switch (event.type) {
    case "item.started":
      return withItemBegun(log, event.item, place, context);
    case "item.completed":
      return withItemEnded(log, event.item, place, context);
    case "retrying":
      return withEntry(log, context, { ...place, kind: "retry", text: event.message });
    case "approval.requested": {
      const { request } = event;
      const entry = {
        kind: "approval",
        text: subjectOf(request),
        openId: questionId(request),
      } as const;
      return withEntry(log, context, { ...place, ...entry });
    }
    case "approval.resolved": {
      const open = openEntry(log, "approval", questionId(event.request));
      if (open === undefined) return log;
      return withEnd(log, open, { ...open, status: event.decision }, context);
    }
    default:
      return log;
  }
}

/** What a question shall not be mistaken for is a step with the same id. */
export function questionId({ turnId, id }: ApprovalRequest): string {
  return `${turnId} ${id}`;
}

/** What it asks for, in its own words. */
export function subjectOf({ command, changes = [], permissions = "" }: ApprovalRequest): string {
  return command ?? (changes.map(({ path }) => path).join("\n") || permissions);
}

function withItemBegun(log: RunLog, item: TurnItem, place: Place, context: LogContext): RunLog {
  const described = describedItem(item, place);
  if (described?.status !== "in_progress") return log;
  if (openEntry(log, described.kind, item.id) !== undefined) return log;
  return withEntry(log, context, { ...place, ...described, openId: item.id });
}

/** Of some steps the end alone is told. */
function withItemEnded(log: RunLog, item: TurnItem, place: Place, context: LogContext): RunLog {
  const described = describedItem(item, place);
  if (described === undefined) return log;
  const open = openEntry(log, described.kind, item.id);
  if (open === undefined) return withEntry(log, context, { ...place, ...described });
  const text = shortText(described.text, LONGEST_ENTRY, context) || open.text;
  return withEnd(log, open, { ...open, ...described, text }, context);
}

function describedItem(
  item: TurnItem,
  { role }: Place,
): Pick<LogEntry, "kind" | "text" | "status" | "exitCode"> | undefined {
  switch (item.type) {
    case "command": {
      const { command, status, exitCode } = item;
      return {
        kind: "command",
        text: command,
        status,
        ...(exitCode === undefined ? {} : { exitCode }),
      };
    }
    case "files":
      return {
        kind: "files",
        text: item.changes.map(({ path }) => path).join("\n"),
        status: item.status,
      };
    case "tool":
      return { kind: "tool", text: item.name, status: item.status };
    case "message": {
      // What a selector or a reviewer says in the end is read by the program, and told by it.
      const forPeople = item.commentary === true || role === "developer" || role === "planner";
      return forPeople && item.text !== "" ? { kind: "message", text: item.text } : undefined;
    }
    default:
      return undefined;
  }
}

function openEntry({ entries }: RunLog, kind: LogKind, openId: string): LogEntry | undefined {
  return entries.findLast((entry) => entry.kind === kind && entry.openId === openId);
}

function withStageEnded(log: RunLog, stage: StageReport, context: LogContext): RunLog {
  const { role, round, status, latencyMs, error = "" } = stage;
  const begun = log.entries.findLast((entry) =>
    entry.kind === "stage" && entry.role === role && entry.round === round
  );
  if (begun === undefined || begun.durationMs !== undefined) return log;
  const text = shortText(error, LONGEST_ENTRY, context);
  return replaced(
    withNothingOpen(log, context),
    begun,
    { ...begun, text, status, durationMs: latencyMs },
  );
}

/** What Codex has not told the end of when its turn is over was cut short with it. */
function withNothingOpen(log: RunLog, context: LogContext): RunLog {
  return log.entries.filter(({ openId }) => openId !== undefined).reduce(
    (closed, open) => withEnd(closed, open, { ...open, status: "interrupted" }, context),
    log,
  );
}

function withEnd(log: RunLog, open: LogEntry, end: LogEntry, { at }: LogContext): RunLog {
  const { openId: _over, ...rest } = end;
  const durationMs = Math.max(0, at.getTime() - Date.parse(open.at));
  return replaced(log, open, { ...rest, durationMs });
}

function replaced({ entries, dropped }: RunLog, former: LogEntry, entry: LogEntry): RunLog {
  return { entries: entries.map((each) => each === former ? entry : each), dropped };
}

function withEntry({ entries, dropped }: RunLog, context: LogContext, added: NewEntry): RunLog {
  const text = shortText(added.text, LONGEST_ENTRY, context);
  const all = [...entries, { at: context.at.toISOString(), ...added, text }];
  const tooMany = Math.max(0, all.length - MOST_ENTRIES);
  return { entries: all.slice(tooMany), dropped: dropped + tooMany };
}
