/** What waits in a lane: most urgent first, in order of arrival, the newest of each key only. */
import type { Delivery } from "./outgoing.ts";
import { type Entry, settle } from "./operation.ts";

export class LaneQueue {
  #entries: Entry[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** Puts a new entry in its place; an older one of the same key will share its fate. */
  add(entry: Entry): void {
    const older = this.#takeKey(entry.operation.key);
    this.#insert(older === undefined ? entry : successor(older, entry), false);
  }

  /** Puts an entry that was taken back in front of its equals, unless it was overtaken meanwhile. */
  putBack(entry: Entry): void {
    const newer = this.#takeKey(entry.operation.key);
    this.#insert(newer === undefined ? entry : successor(entry, newer), true);
  }

  /** The next entry that may go at `now`, without taking it. */
  next(now: number): Entry | undefined {
    return this.#entries.find((entry) => entry.notBefore <= now);
  }

  /** When an entry that must wait may go, at the earliest. */
  earliest(): number {
    return Math.min(...this.#entries.map((entry) => entry.notBefore));
  }

  remove(entry: Entry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  /** Settles and forgets every waiting entry that `test` picks. */
  drop(test: (entry: Entry) => boolean, delivery: Delivery): number {
    const dropped = this.#entries.filter(test);
    this.#entries = this.#entries.filter((entry) => !dropped.includes(entry));
    for (const entry of dropped) settle(entry, delivery);
    return dropped.length;
  }

  /** Takes over all that waits in another queue, in its order. */
  join(other: LaneQueue): void {
    for (const entry of other.takeAll()) this.#insert(entry, false);
  }

  /** Empties the queue without settling anything. */
  takeAll(): readonly Entry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  #takeKey(key: string | undefined): Entry | undefined {
    const found = this.#entries.find((entry) => key !== undefined && entry.operation.key === key);
    if (found !== undefined) this.remove(found);
    return found;
  }

  #insert(entry: Entry, inFront: boolean): void {
    const index = this.#entries.findIndex((other) =>
      inFront ? other.rank >= entry.rank : other.rank > entry.rank
    );
    this.#entries.splice(index === -1 ? this.#entries.length : index, 0, entry);
  }
}

/** The newer entry, as urgent and as durable as the more so of both, answering for both. */
function successor(older: Entry, newer: Entry): Entry {
  const urgent = older.rank < newer.rank ? older : newer;
  const journal = newer.operation.journal ?? older.operation.journal;
  return {
    ...newer,
    operation: {
      ...newer.operation,
      urgency: urgent.operation.urgency,
      ...(journal === undefined ? {} : { journal }),
    },
    rank: urgent.rank,
    journals: [...older.journals, ...newer.journals],
    tell: (delivery) => {
      older.tell(delivery);
      newer.tell(delivery);
    },
  };
}
