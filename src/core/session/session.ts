/**
 * Defines a session: one person's conversation in one chat, or in one topic of it, and what is
 * remembered of it between requests.
 */
import type { SessionChecks } from "../checks/check.ts";
import type { Trouble } from "../codex/trouble.ts";
import type { TokenUsage } from "../codex/codex.ts";
import type { ReviewResult } from "../run/events.ts";
import type { RunEnd } from "../run/run_end.ts";
import type { RunTask } from "../run/run.ts";
import type { ReviewSubject } from "../run/review_subject.ts";
import type { PlanApproval } from "../run/plan.ts";
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
  /** Absent in sessions of an earlier version. */
  readonly runId?: string;
  readonly status: "ok" | "error" | "cancelled";
  /** Absent = a request, or the work on a goal. */
  readonly task?: RunTask;
  /** Set where it was the work on a goal: whether Codex has that goal. */
  readonly goal?: "kept" | "unset";
  readonly latencyMs: number;
  readonly endedAt: string;
  readonly error?: string;
  /** What the error means; absent in sessions of an earlier version. */
  readonly trouble?: Trouble;
  readonly reviewRound: number;
  readonly reviewResult?: ReviewResult;
  /** Absent in sessions of an earlier version. */
  readonly end?: RunEnd;
  /** Who has accepted the work although it was not approved. */
  readonly acceptedBy?: string;
}

/** What a review on demand has found. */
export interface Reviewed {
  readonly runId: string;
  readonly subject: ReviewSubject;
  /** Under which it was made. */
  readonly profile?: string;
  /** The run that was to mend these of its findings last: another round of it goes on with them. */
  readonly mending?: { readonly runId: string; readonly ids: readonly string[] };
}

export interface Session {
  readonly key: SessionKey;
  readonly mode: Mode;
  /** Only the name; model, folder and prompts are looked up in the configuration. */
  readonly profile: string;
  /** What the conversation is called; absent before its first request. */
  readonly name?: string;
  /** The person's choice; absent = the profile's. */
  readonly model?: string;
  /** The person's choice; absent = the profile's. */
  readonly reasoningEffort?: string;
  /** The person's choice; absent = the profile's. */
  readonly planApproval?: PlanApproval;
  /** Newest last, at most {@link HISTORY_LIMIT} entries. */
  readonly history: readonly HistoryEntry[];
  /** The developer's Codex thread, which the next request continues. */
  readonly developerThread?: DeveloperThread;
  /** Threads that the person has left, where commands may run on; newest last. Absent = none. */
  readonly leftThreads?: readonly DeveloperThread[];
  /** How long the goal of the conversation may be worked on, which Codex does not know. */
  readonly goalTimeBudgetMs?: number;
  readonly lastRun?: LastRun;
  /** The last review on demand, whose findings can be mended. */
  readonly reviewed?: Reviewed;
  /** Tokens of all requests since the session began; absent before the first that used any. */
  readonly usage?: TokenUsage;
  /** What the developer has to know before the next request, oldest first; in English. */
  readonly notes?: readonly string[];
  /** What the person chose of the profile's checks; absent = all of them, and no others. */
  readonly checks?: SessionChecks;
  readonly updatedAt: string;
}

export interface DeveloperThread {
  readonly id: string;
  /** Folder in which it was started; another folder gets another thread. */
  readonly workingDirectory: string;
  /** Machine on which it was started; absent = this one. */
  readonly machine?: string;
  /** A person picked it, and no request has continued it yet: the next one must. */
  readonly chosen?: true;
}

export const HISTORY_LIMIT = 20;
const MOST_LEFT_THREADS = 5;
const MOST_NOTES = 5;

/** UTF-16 units of one entry: enough context, and the file stays small. */
const HISTORY_ENTRY_LIMIT = 16_000;
const SHORTENED = "… [shortened]";
/** How far before the limit a cut looks for a blank, in UTF-16 units. */
const CUT_REACH = 500;

/** Chat id of sessions at the terminal. */
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

/** Makes this the thread of the session, and keeps an eye on the one that it leaves. */
export function withThread(session: Session, thread: DeveloperThread | undefined): Session {
  const { developerThread: left, leftThreads = [], ...rest } = session;
  const others = [...leftThreads, ...(left === undefined ? [] : [left])].filter((
    { id },
    index,
    all,
  ) => id !== thread?.id && all.findLastIndex((each) => each.id === id) === index).slice(
    -MOST_LEFT_THREADS,
  );
  return {
    ...rest,
    ...(thread === undefined ? {} : { developerThread: thread }),
    ...(others.length === 0 ? {} : { leftThreads: others }),
  };
}

/** The session's threads: the present one, then those that it has left, newest first. */
export function threadsOf(
  { developerThread, leftThreads = [] }: Session,
): readonly DeveloperThread[] {
  return [...(developerThread === undefined ? [] : [developerThread]), ...leftThreads.toReversed()];
}

/** Begins a session anew, but for the threads in which commands may still run. */
export function withEverythingNew(session: Session, profile: string, now: Date): Session {
  const { leftThreads } = withThread(session, undefined);
  const anew = newSession(session.key, profile, now);
  return leftThreads === undefined ? anew : { ...anew, leftThreads };
}

/** Begins a new conversation in the same project: profile and what was chosen with it stay. */
export function withNewConversation(session: Session, now: Date): Session {
  const { profile, model, reasoningEffort, checks, planApproval } = session;
  return {
    ...withEverythingNew(session, profile, now),
    ...(model === undefined ? {} : { model }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
    ...(checks === undefined ? {} : { checks }),
    ...(planApproval === undefined ? {} : { planApproval }),
  };
}

/** Adds what the developer has to know before the next request, unless it is the last note already. */
export function withNote(session: Session, note: string): Session {
  const notes = session.notes ?? [];
  return notes.at(-1) === note
    ? session
    : { ...session, notes: [...notes, note].slice(-MOST_NOTES) };
}

/** The session with one exchange added, each text of bounded length, and the oldest dropped. */
export function withExchange(session: Session, prompt: string, answer: string): Session {
  const added: HistoryEntry[] = [
    { role: "user", content: shortened(prompt) },
    { role: "assistant", content: shortened(answer) },
  ];
  return { ...session, history: [...session.history, ...added].slice(-HISTORY_LIMIT) };
}

/** Cuts at a blank where there is one, as half a secret would not be recognized. */
function shortened(text: string): string {
  if (text.length <= HISTORY_ENTRY_LIMIT) return text;
  const longest = HISTORY_ENTRY_LIMIT - SHORTENED.length;
  const start = longest - CUT_REACH;
  const blank = text.slice(start, longest + 1).search(/\s\S*$/);
  const kept = text.slice(0, blank < 0 ? longest : start + blank);
  // Drops half a character at the end.
  return kept.replace(/[\ud800-\udbff]$/, "") + SHORTENED;
}

/** A session as it was read. */
export interface SessionRead {
  readonly session: Session;
  /** Name of the file that a damaged session was moved to; absent when all was well. */
  readonly setAside?: string;
}

export interface SessionStore {
  /**
   * Reads the session, or makes a new one. Moves a damaged file aside, and says so once: only for who
   * tells the person.
   */
  read(key: SessionKey): Promise<SessionRead>;
  /** Reads the same, and leaves it to a later {@link read} to say what was moved aside. */
  peek(key: SessionKey): Promise<Session>;
  /**
   * Tells, once, whether the session was found to be gone after this process had known it: somebody
   * has deleted it.
   */
  takeGone(key: SessionKey): boolean;
  /**
   * Reads, edits and writes under the key's lock, so that two changes never interleave.
   * @returns the session as written
   * @throws {UserFacingError} when the folder cannot be written
   */
  change(key: SessionKey, edit: (session: Session) => Session): Promise<Session>;
}

/** Machine and folder: a thread can be continued where it began only. */
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
  /** A person picked that thread: the request fails rather than beginning a new one. */
  readonly mustContinue?: true;
}

export function continuation(thread: DeveloperThread | undefined, place: Place): Continuation {
  if (thread === undefined || !belongsTo(thread, place)) return {};
  return {
    developerThreadId: thread.id,
    ...(thread.chosen === true ? { mustContinue: true } : {}),
  };
}
