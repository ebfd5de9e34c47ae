/**
 * A session: one person's conversation in one chat, or in one topic of it, and what it remembers
 * between requests.
 */
import type { TokenUsage } from "../codex/codex.ts";
import type { ReviewResult } from "../run/events.ts";
import type { Mode, Profile } from "./settings.ts";

export interface SessionKey {
  readonly chatId: string;
  readonly userId: string;
  /** A topic of the chat has a conversation of its own; absent outside of topics. */
  readonly topicId?: string;
}

export interface HistoryEntry {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface LastRun {
  /** Absent in sessions of an older program. */
  readonly runId?: string;
  readonly status: "ok" | "error" | "cancelled";
  readonly latencyMs: number;
  readonly endedAt: string;
  readonly error?: string;
  readonly reviewRound: number;
  readonly reviewResult?: ReviewResult;
}

export interface Session {
  readonly key: SessionKey;
  readonly mode: Mode;
  /** Name only: model, folder and prompts are looked up in the configuration, never copied here. */
  readonly profile: string;
  /** Chosen by the person in place of the profile's. */
  readonly model?: string;
  /** Chosen by the person in place of the profile's. */
  readonly reasoningEffort?: string;
  /** Newest last, at most {@link HISTORY_LIMIT} entries. */
  readonly history: readonly HistoryEntry[];
  /** The developer's Codex thread, which the next request continues. */
  readonly developerThread?: DeveloperThread;
  readonly lastRun?: LastRun;
  /** Of all requests since the session began; absent before the first that used any. */
  readonly usage?: TokenUsage;
  readonly updatedAt: string;
}

export interface DeveloperThread {
  readonly id: string;
  /** The thread belongs to the folder it was started in; another profile gets another thread. */
  readonly workingDirectory: string;
  /** And to the machine on which it is kept; absent = this one. */
  readonly machine?: string;
  /** A person picked it and no request has continued it yet: it is that one or none. */
  readonly chosen?: true;
}

export const HISTORY_LIMIT = 20;

/** In UTF-16 units: enough to remember a request by, and the file stays small. */
const HISTORY_ENTRY_LIMIT = 16_000;
const SHORTENED = "… [shortened]";
/** How far before the limit a cut looks for a blank. */
const CUT_REACH = 500;

/** The chat of whoever sits at this computer. */
const TERMINAL = "terminal";

/** @param name of the conversation: letters, digits, `-`, `_` and `.` */
export function terminalSession(name: string): SessionKey {
  return { chatId: TERMINAL, userId: name };
}

export function isTerminalSession({ chatId }: SessionKey): boolean {
  return chatId === TERMINAL;
}

export function sessionId({ chatId, userId, topicId }: SessionKey): string {
  if (chatId === TERMINAL) return `${TERMINAL}:${userId}`;
  return topicId === undefined ? `tg:${chatId}:${userId}` : `tg:${chatId}:${userId}:${topicId}`;
}

export function newSession(key: SessionKey, profile: string, now: Date): Session {
  return { key, mode: "plan", profile, history: [], updatedAt: now.toISOString() };
}

/** The session with one exchange added, each text of bounded length, and the oldest dropped. */
export function withExchange(session: Session, prompt: string, answer: string): Session {
  const added: HistoryEntry[] = [
    { role: "user", content: shortened(prompt) },
    { role: "assistant", content: shortened(answer) },
  ];
  return { ...session, history: [...session.history, ...added].slice(-HISTORY_LIMIT) };
}

/** Cuts at a blank where there is one: nothing is left half that is masked only as a whole. */
function shortened(text: string): string {
  if (text.length <= HISTORY_ENTRY_LIMIT) return text;
  const longest = HISTORY_ENTRY_LIMIT - SHORTENED.length;
  const start = longest - CUT_REACH;
  const blank = text.slice(start, longest + 1).search(/\s\S*$/);
  const kept = text.slice(0, blank < 0 ? longest : start + blank);
  // Half a character at the end.
  return kept.replace(/[\ud800-\udbff]$/, "") + SHORTENED;
}

/** What reading a session brought to light, for the person who is about to use it. */
export interface SessionRead {
  readonly session: Session;
  /** Name of the file that a damaged session was moved to; absent when all was well. */
  readonly setAside?: string;
}

export interface SessionStore {
  /** The stored session, or a new one. A damaged file is moved aside, never overwritten. */
  read(key: SessionKey): Promise<SessionRead>;
  /**
   * Reads, edits and writes under the key's lock, so that two changes never interleave.
   * @returns the session as written
   * @throws {UserFacingError} when the folder cannot be written
   */
  change(key: SessionKey, edit: (session: Session) => Session): Promise<Session>;
}

/** Where a thread began, and where alone it can be continued: on that machine, in that folder. */
type Place = Pick<Profile, "workingDirectory" | "machine">;

export function developerThread(id: string, { workingDirectory, machine }: Place): DeveloperThread {
  return { id, workingDirectory, ...(machine === undefined ? {} : { machine }) };
}

/** Whether the thread can be continued in that place. */
export function belongsTo(
  thread: DeveloperThread,
  { workingDirectory, machine }: Place,
): boolean {
  return thread.workingDirectory === workingDirectory && thread.machine === machine;
}

/** The conversation that a request continues; nothing of it is set where it begins a new one. */
export interface Continuation {
  /** The developer's thread of earlier requests in the same folder. */
  readonly developerThreadId?: string;
  /** A person picked that thread: where it cannot be continued, the request fails. */
  readonly mustContinue?: true;
}

export function continuation(thread: DeveloperThread | undefined, place: Place): Continuation {
  if (thread === undefined || !belongsTo(thread, place)) return {};
  return {
    developerThreadId: thread.id,
    ...(thread.chosen === true ? { mustContinue: true } : {}),
  };
}
