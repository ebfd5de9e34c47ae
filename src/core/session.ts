/** A session: one person's conversation in one chat, and what it remembers between requests. */
import type { ReviewResult } from "./events.ts";
import type { Mode } from "./settings.ts";

export interface SessionKey {
  readonly chatId: string;
  readonly userId: string;
}

export interface HistoryEntry {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface LastRun {
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
  /** Newest last, at most {@link HISTORY_LIMIT} entries. */
  readonly history: readonly HistoryEntry[];
  /** The developer's Codex thread, which the next request continues. */
  readonly developerThread?: DeveloperThread;
  readonly lastRun?: LastRun;
  readonly updatedAt: string;
}

export interface DeveloperThread {
  readonly id: string;
  /** The thread belongs to the folder it was started in; another profile gets another thread. */
  readonly workingDirectory: string;
}

export const HISTORY_LIMIT = 20;

export function sessionId(key: SessionKey): string {
  return `tg:${key.chatId}:${key.userId}`;
}

export function newSession(key: SessionKey, profile: string, now: Date): Session {
  return { key, mode: "plan", profile, history: [], updatedAt: now.toISOString() };
}

/** The session with one exchange added and the oldest entries dropped. */
export function withExchange(session: Session, prompt: string, answer: string): Session {
  const added: HistoryEntry[] = [
    { role: "user", content: prompt },
    { role: "assistant", content: answer },
  ];
  return { ...session, history: [...session.history, ...added].slice(-HISTORY_LIMIT) };
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
