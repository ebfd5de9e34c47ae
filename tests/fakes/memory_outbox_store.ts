/** Stores messages in memory; a second outbox finds what a first one left. */
import type { Clock } from "../../src/core/clock.ts";
import type { NewEntry, OutboxStore, StoredEntry } from "../../src/bot/outbox/outbox_journal.ts";
import { FakeClock } from "./fake_clock.ts";

export interface MemoryEntry extends NewEntry {
  readonly createdAt: Date;
  readonly chatId: number;
  uncertain: number;
  done: boolean;
}

export class MemoryOutboxStore implements OutboxStore {
  readonly entries: MemoryEntry[] = [];
  /** The clock of the process that has it now. */
  clock: Pick<Clock, "now"> = new FakeClock();
  /** The error that every method throws. */
  failure: Error | undefined;

  put(entry: NewEntry): boolean {
    this.#throwIfFailing();
    if (this.#find(entry.key) !== undefined) return false;
    const createdAt = this.clock.now();
    this.entries.push({ ...entry, createdAt, uncertain: 0, done: false });
    return true;
  }

  uncertain(key: string, calls: number): void {
    this.#throwIfFailing();
    const entry = this.#find(key);
    if (entry !== undefined) entry.uncertain = calls;
  }

  done(key: string): void {
    this.#throwIfFailing();
    const entry = this.#find(key);
    if (entry !== undefined) entry.done = true;
  }

  replace(key: string, message: string): void {
    this.#throwIfFailing();
    const index = this.entries.findIndex((entry) => entry.key === key && !entry.done);
    const entry = this.entries[index];
    if (entry !== undefined) this.entries[index] = { ...entry, message };
  }

  moved(from: number, to: number): void {
    this.#throwIfFailing();
    for (const [index, entry] of this.entries.entries()) {
      if (entry.chatId === from && !entry.done) this.entries[index] = { ...entry, chatId: to };
    }
  }

  unsent(): StoredEntry[] {
    this.#throwIfFailing();
    return this.entries.filter(({ done }) => !done).map(({ done: _, ...entry }) => ({ ...entry }));
  }

  /** Lists `key waiting`, `key sending` (from two uncertain calls on with their number), `key done`. */
  states(): string[] {
    return this.entries.map(({ key, uncertain, done }) => {
      if (done) return `${key} done`;
      if (uncertain === 0) return `${key} waiting`;
      return uncertain === 1 ? `${key} sending` : `${key} sending ${uncertain}`;
    });
  }

  #find(key: string): MemoryEntry | undefined {
    return this.entries.find((entry) => entry.key === key);
  }

  #throwIfFailing(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
