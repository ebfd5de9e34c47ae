/**
 * The log of a run: its steps in order, as a part of the run's state, and the same as people may
 * read it, without secrets and cut short.
 */
import type { CheckStatus } from "../checks/check.ts";
import { type ApprovalDecision, permissionsNote, toolNote } from "../codex/approval.ts";
import type { BackgroundTerminal } from "../codex/background_terminals.ts";
import { type ItemStatus, type TurnEvent, type TurnItem, waitNote } from "../codex/codex.ts";
import { newsNote } from "../codex/news.ts";
import {
  declineNote,
  type PersonRequest,
  type QuestionResult,
  questionSubject,
} from "../codex/question.ts";
import { unreachable } from "../errors.ts";
import type { Redact } from "../redaction/redact.ts";
import type { SessionKey } from "../session/session.ts";
import type { Mode, Role } from "../session/settings.ts";
import { shortened } from "../text/short_text.ts";
import type { Review, RunEvent, StageReport } from "./events.ts";

export const LOG_KINDS = [
  "stage",
  "command",
  "files",
  "tool",
  "message",
  "approval",
  "steer",
  "retry",
  "warning",
  "agent",
  "check",
] as const;
export type LogKind = typeof LOG_KINDS[number];

export interface LogEntry {
  /** When it began; ISO 8601. */
  readonly at: string;
  readonly role: Role;
  readonly round: number;
  readonly kind: LogKind;
  /** The name of the sub-agent that did it; absent = the agent of the stage itself. */
  readonly agent?: string;
  /** Of files one path a line; of a stage why it failed. */
  readonly text: string;
  /**
   * Absent while a stage runs or a question is open, and where there is nothing to tell; of a
   * selector's or a reviewer's message what it decided.
   */
  readonly status?:
    | ItemStatus
    | ApprovalDecision
    | QuestionResult
    | "interrupted"
    | "lost"
    | Mode
    | Review["verdict"]
    | CheckStatus;
  readonly exitCode?: number;
  /** How long it took; absent while it lasts. */
  readonly durationMs?: number;
  /** Names what is still to be told the end of. */
  readonly openId?: string;
}

export interface RunLog {
  /** Oldest first, bounded. */
  readonly entries: readonly LogEntry[];
  /** How many older entries were given up for them. */
  readonly dropped: number;
}

export interface LoggedRun {
  readonly runId: string;
  /** How the request began, without secrets. */
  readonly request: string;
  readonly log: RunLog;
}

/** The newest answer of a session, as Codex wrote it, or why there is none. */
export interface KeptAnswer {
  readonly runId: string;
  readonly text: string;
}

/** Logs of ended runs. Every method throws a StorageError when the disk does not take it. */
export interface RunLogStore {
  /** Takes the place of what was kept of the same run. */
  save(session: SessionKey, run: LoggedRun): void;
  /** Of this session only. */
  find(session: SessionKey, runId: string): LoggedRun | undefined;
  /** The one that was saved last. */
  newest(session: SessionKey): LoggedRun | undefined;
  /** Keeps the newest answer of the session, in place of the one before. */
  saveAnswer(session: SessionKey, runId: string, answer: string): void;
  answer(session: SessionKey): KeptAnswer | undefined;
}

export const EMPTY_LOG: RunLog = { entries: [], dropped: 0 };
export const MOST_ENTRIES = 200;
/** UTF-16 units of an entry as people read it. */
export const LONGEST_ENTRY = 600;
/**
 * UTF-16 units of an entry in memory: so much more than is read that a secret which begins in what
 * is read is whole, and recognized.
 */
const LONGEST_TEXT = 16_000;

/** The log as people may read it. */
export function readableLog({ entries, dropped }: RunLog, redact: Redact): RunLog {
  const readable = entries.map((entry) => ({
    ...entry,
    text: shortRedacted(entry.text, LONGEST_ENTRY, redact),
  }));
  return { entries: readable, dropped };
}

/** The text without secrets, and no longer than that: masked first, as half a secret is not known. */
export function shortRedacted(text: string, limit: number, redact: Redact): string {
  return shortened(redact(text.trim()), limit);
}

/** A stage or an item belongs to a role and its round. */
export type Place = Pick<LogEntry, "role" | "round" | "agent">;

/** Of what happens between the stages: it belongs to the last one. */
export function lastPlace({ entries }: RunLog): Place {
  const { role, round } = entries.at(-1) ?? { role: "developer", round: 0 };
  return { role, round };
}

export function withEntry(log: RunLog, entry: Omit<LogEntry, "at">, at: Date): RunLog {
  const text = entry.text.trim().slice(0, LONGEST_TEXT);
  const all = [...log.entries, { at: at.toISOString(), ...entry, text }];
  const tooMany = Math.max(0, all.length - MOST_ENTRIES);
  return { entries: all.slice(tooMany), dropped: log.dropped + tooMany };
}

/** Whether what a selector or the reviewer of that round decided is in the log. */
export function hasDecision(
  { entries }: RunLog,
  { role, round, status }: Pick<LogEntry, "role" | "round" | "status">,
): boolean {
  const decided = entries.filter((entry) => entry.kind === "message" && entry.status === status);
  // A run has one selection.
  if (status === "single" || status === "plan") return decided.length > 0;
  return decided.some((entry) => entry.role === role && entry.round === round);
}

/** Whether a text is in the log, which keeps those of earlier processes cut short. */
export function hasText(
  { entries }: RunLog,
  { kind, text }: Pick<LogEntry, "kind" | "text">,
): boolean {
  const whole = text.trim();
  return entries.some((entry) =>
    entry.kind === kind && (entry.text === whole || entry.text === shortened(whole, LONGEST_ENTRY))
  );
}

export function withStageEnded(log: RunLog, stage: StageReport, at: Date): RunLog {
  const { role, round, status, latencyMs, error = "" } = stage;
  const begun = log.entries.findLast((entry) =>
    entry.kind === "stage" && entry.role === role && entry.round === round
  );
  if (begun === undefined || begun.durationMs !== undefined) return log;
  const ended = { ...begun, text: error.trim(), status, durationMs: latencyMs };
  return replaced(withNothingOpen(log, at), begun, ended);
}

/** How long the stages took that have ended, in milliseconds. */
export function stagesMs({ entries }: RunLog): number {
  return entries.filter(({ kind }) => kind === "stage")
    .reduce((sum, { durationMs = 0 }) => sum + durationMs, 0);
}

/** Logs a check from its beginning to its end; a result of an earlier process is in the log already. */
export function withCheckLogged(
  log: RunLog,
  event: RunEvent & { readonly type: "check.started" | "check.finished" },
  at: Date,
): RunLog {
  const { round, name, command } = event;
  const openId = `${round} ${name}`;
  const open = openEntry(log, "check", openId);
  if (event.type === "check.started") {
    const text = name === command ? command : `${name}: ${command}`;
    const begun = { role: "developer", round, kind: "check", text, openId } as const;
    return open === undefined ? withEntry(log, begun, at) : log;
  }
  if (open === undefined || event.replayed === true) return log;
  const { status, exitCode, tail } = event.result;
  const failed = status !== "passed" && tail !== "";
  return withEnd(log, open, {
    text: failed ? `${open.text}\n${tail}` : open.text,
    status,
    ...(exitCode === undefined ? {} : { exitCode }),
  }, at);
}

/** @returns the same log when the event is no step */
export function withTurnLogged(log: RunLog, event: TurnEvent, place: Place, at: Date): RunLog {
  switch (event.type) {
    case "item.started":
      return withItemStarted(log, event.item, place, at);
    case "item.completed":
      return withItemEnded(log, event.item, place, at);
    case "retrying":
      return withEntry(log, { ...place, kind: "retry", text: event.message }, at);
    case "warning":
      return withEntry(log, { ...place, kind: "warning", text: event.message }, at);
    case "news":
      return withEntry(log, { ...place, kind: "warning", text: newsNote(event.news) }, at);
    case "waiting":
      return withEntry(log, { ...place, kind: "retry", text: waitNote(event.reason) }, at);
    case "declined":
      return withEntry(log, { ...place, kind: "warning", text: declineNote(event.reason) }, at);
    case "approval.requested":
    case "question.requested": {
      const { request } = event;
      const text = subjectOf(request);
      const asking = request.agent === undefined ? place : { ...place, agent: request.agent };
      return withEntry(
        log,
        { ...asking, kind: "approval", text, openId: approvalId(request) },
        at,
      );
    }
    case "approval.resolved": {
      const open = openEntry(log, "approval", approvalId(event.request));
      return open === undefined ? log : withEnd(log, open, { status: event.decision }, at);
    }
    case "question.resolved": {
      const open = openEntry(log, "approval", approvalId(event.request));
      return open === undefined ? log : withEnd(log, open, { status: event.result }, at);
    }
    case "agent.started": {
      const { name: agent, threadId: openId } = event.agent;
      if (openEntry(log, "agent", openId) !== undefined) return log;
      const begun = { kind: "agent", agent, text: "", status: "in_progress", openId } as const;
      return withEntry(log, { ...place, ...begun }, at);
    }
    case "agent.event":
      return withTurnLogged(log, event.event, { ...place, agent: event.agent.name }, at);
    case "agent.ended": {
      const open = openEntry(log, "agent", event.agent.threadId);
      return open === undefined ? log : withEnd(log, open, { status: event.status }, at);
    }
    case "terminals.left":
      return withLeftRunning(log, event.terminals);
    case "started":
    case "waited":
    case "message.delta":
    case "plan":
    case "diff":
    case "usage":
    case "goal":
    case "context":
      return log;
    default:
      return unreachable(event);
  }
}

/** What an approval or a question is about, in Codex's words. */
export function subjectOf(request: PersonRequest): string {
  switch (request.kind) {
    case "command":
      return request.command ?? request.host ?? "";
    case "files":
      return (request.changes ?? []).map(({ path }) => path).join("\n") ||
        (request.grantRoot ?? "");
    case "permissions":
      return permissionsNote(request.permissions);
    case "tool":
      return toolNote(request);
    case "input":
    case "form":
    case "address":
      return questionSubject(request);
    default:
      return unreachable(request);
  }
}

/** Prefixes the turn id, so that an approval never collides with an item. */
function approvalId({ turnId, id }: PersonRequest): string {
  return `${turnId} ${id}`;
}

function withItemStarted(log: RunLog, item: TurnItem, place: Place, at: Date): RunLog {
  const step = stepOf(item, place);
  if (step?.status !== "in_progress") return log;
  if (openEntry(log, step.kind, item.id) !== undefined) return log;
  return withEntry(log, { ...place, ...step, openId: item.id }, at);
}

/** Of some steps the end alone is told. */
function withItemEnded(log: RunLog, item: TurnItem, place: Place, at: Date): RunLog {
  const step = stepOf(item, place);
  if (step === undefined) return log;
  const open = openEntry(log, step.kind, item.id);
  if (open === undefined) return withEntry(log, { ...place, ...step }, at);
  return withEnd(log, open, { ...step, text: step.text.trim() || open.text }, at);
}

type Step = Pick<LogEntry, "kind" | "text" | "status" | "exitCode">;

/** @returns undefined for what is no step: thoughts, and what only the program reads */
function stepOf(item: TurnItem, { role, agent }: Place): Step | undefined {
  switch (item.type) {
    case "command": {
      const { command, status, exitCode } = item;
      const step = { kind: "command", text: command, status } as const;
      return exitCode === undefined ? step : { ...step, exitCode };
    }
    case "files": {
      const text = item.changes.map(({ path }) => path).join("\n");
      return { kind: "files", text, status: item.status };
    }
    case "tool":
      return { kind: "tool", text: item.name, status: item.status };
    case "picture":
      return { kind: "tool", text: `🖼 ${item.path}`, status: "completed" };
    case "message":
      return isForPeople(item, role, agent) ? { kind: "message", text: item.text } : undefined;
    case "reasoning":
    case "other":
      return undefined;
    default:
      return unreachable(item);
  }
}

/**
 * What a selector, a planner or a reviewer says in the end is read by the program, and told by its
 * sense.
 */
export function isForPeople(
  { text, commentary }: TurnItem & { readonly type: "message" },
  role: Role,
  agent?: string,
): boolean {
  const isRead = commentary === true || role === "developer" || agent !== undefined;
  return isRead && text.trim() !== "";
}

function openEntry({ entries }: RunLog, kind: LogKind, openId: string): LogEntry | undefined {
  return entries.findLast((entry) => entry.kind === kind && entry.openId === openId);
}

/**
 * What Codex has not told the end of when its turn is over was cut short with it. A sub-agent that is
 * at work then works on.
 */
export function withNothingOpen(log: RunLog, at: Date): RunLog {
  return log.entries.filter(({ openId }) => openId !== undefined).reduce(
    (closed, open) =>
      open.agent === undefined ? withEnd(closed, open, { status: "interrupted" }, at) : closed,
    log,
  );
}

/** A command that runs on behind its turn was not cut short: its end is not told here any more. */
function withLeftRunning(log: RunLog, left: readonly BackgroundTerminal[]): RunLog {
  return log.entries.filter((entry) => entry.openId !== undefined && isLeft(entry, left))
    .reduce((told, open) => {
      const { openId: _untold, ...entry } = open;
      return replaced(told, open, { ...entry, status: "in_progress" });
    }, log);
}

function isLeft({ kind, text }: LogEntry, left: readonly BackgroundTerminal[]): boolean {
  return kind === "command" &&
    left.some(({ command }) => command.trim().slice(0, LONGEST_TEXT) === text);
}

function withEnd(log: RunLog, open: LogEntry, end: Partial<Step>, at: Date): RunLog {
  const { openId: _over, ...rest } = open;
  const durationMs = Math.max(0, at.getTime() - Date.parse(open.at));
  const text = (end.text ?? open.text).slice(0, LONGEST_TEXT);
  return replaced(log, open, { ...rest, ...end, text, durationMs });
}

function replaced({ entries, dropped }: RunLog, former: LogEntry, entry: LogEntry): RunLog {
  return { entries: entries.map((each) => each === former ? entry : each), dropped };
}
