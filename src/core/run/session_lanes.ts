/** One lane per session: its requests run one after another, those of other sessions beside it. */
import type { RunAtWork } from "./active_run.ts";
import type { StoredRun } from "./run.ts";
import { sessionId, type SessionKey } from "../session/session.ts";

export interface Lane {
  readonly waiting: StoredRun[];
  active?: RunAtWork;
}

export class SessionLanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #workers = new Set<Promise<void>>();
  readonly #execute: (lane: Lane, run: StoredRun) => Promise<void>;
  #closed = false;

  /** @param execute runs one request to its end; must not reject */
  constructor(execute: (lane: Lane, run: StoredRun) => Promise<void>) {
    this.#execute = execute;
  }

  lane(key: SessionKey): Lane | undefined {
    return this.#lanes.get(sessionId(key));
  }

  active(): RunAtWork[] {
    return [...this.#lanes.values()].flatMap(({ active }) => active === undefined ? [] : [active]);
  }

  /** What is at work for the same person in topics of the chat, seen from outside of them. */
  inTopics({ chatId, userId, topicId }: SessionKey): RunAtWork[] {
    if (topicId !== undefined) return [];
    return this.active().filter(({ run: { session } }) =>
      session.topicId !== undefined && session.chatId === chatId && session.userId === userId
    );
  }

  /** @returns the request's place behind the running one; 0 = it starts at once */
  add(run: StoredRun): number {
    const id = sessionId(run.session);
    const existing = this.#lanes.get(id);
    if (existing !== undefined) return existing.waiting.push(run);
    const lane: Lane = { waiting: [run] };
    this.#lanes.set(id, lane);
    const worker = this.#work(id, lane).finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
    return 0;
  }

  /** @returns the waiting request, which does not wait any more; undefined when it did not */
  remove(key: SessionKey, runId: string): StoredRun | undefined {
    const waiting = this.lane(key)?.waiting ?? [];
    const index = waiting.findIndex(({ id }) => id === runId);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  /** Starts nothing new from now on; waiting requests stay where they are stored. */
  close(): void {
    this.#closed = true;
  }

  /** Resolves when no request is at work. */
  async idle(): Promise<void> {
    while (this.#workers.size > 0) await Promise.all(this.#workers);
  }

  async #work(id: string, lane: Lane): Promise<void> {
    for (let run = lane.waiting.shift(); run !== undefined; run = lane.waiting.shift()) {
      if (this.#closed) break;
      await this.#execute(lane, run);
      delete lane.active;
    }
    this.#lanes.delete(id);
  }
}
