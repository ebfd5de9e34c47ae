/** Records durable messages on disk, and catches up later while the disk takes nothing. */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { describeError } from "../../core/errors.ts";
import { type Log, ThrottledReport } from "../../core/log.ts";

export interface NewEntry {
  /** Names the message for good. */
  readonly key: string;
  readonly chatId: number;
  /** See stored_message.ts. */
  readonly message: string;
  /** The bytes of a document. */
  readonly file?: Uint8Array;
}

export interface StoredEntry extends NewEntry {
  /** How many calls went out without a clear result. */
  readonly uncertain: number;
  readonly createdAt: Date;
}

/**
 * Stores messages for a later process. What a method changes is on disk when it returns; every
 * method may throw a StorageError.
 */
export interface OutboxStore {
  /** @returns false when the key is known already, delivered or not; nothing changes then */
  put(entry: NewEntry): boolean;
  /** @param calls how many calls have no clear result, including the next one */
  uncertain(key: string, calls: number): void;
  /**
   * Drops the content of a message that was delivered or given up on; its key stays known.
   * @param messageId absent where it did not arrive
   */
  done(key: string, messageId?: number): void;
  /** Replaces the content of a message that waits. */
  replace(key: string, message: string): void;
  /** Readdresses the messages of a group that became another chat. */
  moved(from: number, to: number): void;
  /** Returns what an earlier process left, oldest first. */
  unsent(): readonly StoredEntry[];
}

/** Records how one message fares; see {@link OutboxStore}. */
export interface DeliveryRecord {
  uncertain(calls: number): void;
  /**
   * @param arrived false = given up on, with nothing in its place that arrives
   * @param messageId under which it arrived, where it did itself
   */
  done(arrived: boolean, messageId?: number): void;
}

/** What the store does not have yet about one key. */
interface PendingWrite {
  /** The message itself, which has to be put first. */
  entry?: NewEntry;
  /** The content that takes the place of the message's. */
  replacement?: string;
  /** The store had the key before. */
  known?: boolean;
  /** The newest state: the number of uncertain calls, or that it is done. */
  state?: number | Done;
}

interface Done {
  readonly messageId?: number;
}

const RETRY_MS = 30_000;

/** No method throws: what the store refuses is kept in memory and written once it accepts it. */
export class OutboxJournal {
  readonly #store: OutboxStore;
  readonly #clock: Clock;
  readonly #failures: ThrottledReport;
  /** By key, in order of arrival. */
  readonly #pending = new Map<string, PendingWrite>();
  readonly #closed = new AbortController();
  /** Takes what an earlier process left; undefined once it has. */
  #onRestored: ((entries: readonly StoredEntry[]) => void) | undefined;
  #isRetrying = false;

  constructor(store: OutboxStore, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#failures = new ThrottledReport(clock, (error) => {
      log.error("outbox.not-kept", { error: describeError(error) });
    });
  }

  /** @returns undefined when the key is known already */
  put(entry: NewEntry): DeliveryRecord | undefined {
    if (this.#pending.has(entry.key)) return undefined;
    const write: PendingWrite = { entry };
    this.#pending.set(entry.key, write);
    this.#flush();
    return write.known === true ? undefined : this.recordOf(entry.key);
  }

  recordOf(key: string): DeliveryRecord {
    return {
      uncertain: (calls) => this.#setState(key, calls),
      done: (_arrived, messageId) =>
        this.#setState(key, messageId === undefined ? {} : { messageId }),
    };
  }

  replace(key: string, message: string): void {
    const write = this.#pending.get(key) ?? {};
    if (write.entry === undefined) write.replacement = message;
    else write.entry = { ...write.entry, message };
    this.#pending.set(key, write);
    this.#flush();
  }

  /** Hands over what an earlier process left, as soon as the store can be read. */
  restore(onRestored: (entries: readonly StoredEntry[]) => void): void {
    this.#onRestored = onRestored;
    this.#flush();
  }

  /** Readdresses messages, without trying again: a failure costs the next process a call only. */
  moved(from: number, to: number): void {
    try {
      this.#store.moved(from, to);
    } catch (error) {
      this.#failures.report(error);
    }
  }

  /** Tries once more to write what is pending, and stops. */
  close(): void {
    this.#closed.abort();
    if (this.#pending.size > 0) this.#flush();
  }

  #setState(key: string, state: number | Done): void {
    const write = this.#pending.get(key) ?? {};
    write.state = state;
    // The key is enough to recognise a repeat: the content would only fill the memory.
    if (typeof state === "object" && write.entry !== undefined) {
      write.entry = withoutContent(write.entry);
    }
    this.#pending.set(key, write);
    this.#flush();
  }

  #flush(): void {
    try {
      this.#restoreUnsent();
      for (const [key, write] of this.#pending) {
        this.#write(key, write);
        this.#pending.delete(key);
      }
    } catch (error) {
      this.#failures.report(error);
      void this.#flushLater(); // never rejects: flushing does not throw
    }
  }

  /** Runs before anything is put, so that everything unsent is from an earlier process. */
  #restoreUnsent(): void {
    const onRestored = this.#onRestored;
    if (onRestored === undefined) return;
    const unsent = this.#store.unsent().filter(({ key }) => !this.#pending.has(key));
    this.#onRestored = undefined;
    onRestored(unsent);
  }

  #write(key: string, write: PendingWrite): void {
    if (write.entry !== undefined) {
      write.known = !this.#store.put(write.entry);
      delete write.entry;
    }
    if (write.replacement !== undefined) {
      this.#store.replace(key, write.replacement);
      delete write.replacement;
    }
    if (typeof write.state === "object") this.#store.done(key, write.state.messageId);
    else if (write.state !== undefined) this.#store.uncertain(key, write.state);
  }

  async #flushLater(): Promise<void> {
    const { signal } = this.#closed;
    if (this.#isRetrying || signal.aborted) return;
    this.#isRetrying = true;
    const isTime = await pause(this.#clock, RETRY_MS, signal);
    this.#isRetrying = false;
    if (isTime) this.#flush();
  }
}

function withoutContent({ key, chatId }: NewEntry): NewEntry {
  return { key, chatId, message: "" };
}
