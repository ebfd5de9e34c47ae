/** Remembers which of Codex's news a session was told, so that each is told once. */
import { isOfRequest, newsKey } from "../codex/news.ts";
import type { TurnEvent } from "../codex/codex.ts";
import { sessionId, type SessionKey } from "../session/session.ts";
import type { RunEvent } from "./events.ts";

/** Of a session without end the oldest are told again. */
const MOST_OF_A_SESSION = 200;
const MOST_SESSIONS = 1_000;

export class ToldNews {
  /** Keys by session; those of the newest session last. */
  readonly #told = new Map<string, Set<string>>();

  /** @returns the event, marked as repeated where it is news that the session knows */
  marked(session: SessionKey, event: RunEvent): RunEvent {
    if (event.type !== "turn.event") return event;
    const marked = this.#marked(sessionId(session), event.event);
    return marked === event.event ? event : { ...event, event: marked };
  }

  #marked(session: string, event: TurnEvent): TurnEvent {
    if (event.type === "agent.event") {
      const inner = this.#marked(session, event.event);
      return inner === event.event ? event : { ...event, event: inner };
    }
    if (event.type !== "news" || isOfRequest(event.news)) return event;
    const told = this.#told.get(session) ?? new Set();
    this.#told.delete(session);
    this.#told.set(session, told);
    const key = newsKey(event.news);
    if (told.has(key)) return { ...event, repeated: true };
    told.add(key);
    dropOldest(told, MOST_OF_A_SESSION);
    dropOldest(this.#told, MOST_SESSIONS);
    return event;
  }
}

function dropOldest<Key>(
  kept: { readonly size: number; keys(): Iterator<Key>; delete(key: Key): boolean },
  most: number,
): void {
  const { value, done } = kept.keys().next();
  if (kept.size > most && done !== true) kept.delete(value);
}
