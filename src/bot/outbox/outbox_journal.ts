/** Keeps on disk what must outlive the process, and does without a disk that cannot be used now. */
import type { Clock } from "../../core/clock.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { KeptEntry, NewEntry, OutboxStore } from "./outbox_store.ts";

/** Notes on disk how one message fares. */
export interface Journal {
  /** See {@link OutboxStore}. */
  uncertain(calls: number): void;
  /** Delivered, or given up on. */
  done(): void;
}

/** What the store does not say yet about one key. */
interface PendingWrite {
  /** The key itself, which has to be put first. */
  entry?: NewEntry;
  /** The store had the key before. */
  known?: boolean;
  /** The newest note: so many uncertain calls, or the end. */
  note?: number | "done";
}

const RETRY_MS = 30_000;
/** A full disk fails every note, and says nothing new by it. */
const COMPLAIN_EVERY_MS = 60_000;

/** No method throws: what the store does not take is owed to it, and put down as soon as it does. */
export class OutboxJournal {
  readonly #store: OutboxStore;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By key, in the order in which they came. */
  readonly #debts = new Map<string, PendingWrite>();
  readonly #closed = new AbortController();
  #takeUp: ((entry: KeptEntry) => void) | undefined;
  #retrying = false;
  #complainedAt = -Infinity;

  constructor(store: OutboxStore, clock: Clock, log: Log) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
  }

  /** @returns undefined when the key is known already */
  keep(entry: NewEntry): Journal | undefined {
    if (this.#debts.has(entry.key)) return undefined;
    const debt: PendingWrite = { entry };
    this.#debts.set(entry.key, debt);
    this.#pay();
    return debt.known === true ? undefined : this.journalOf(entry.key);
  }

  journalOf(key: string): Journal {
    return {
      uncertain: (calls) => this.#note(key, calls),
      done: () => this.#note(key, "done"),
    };
  }

  /** Hands over what an earlier process left; later if the store cannot be read now. */
  restore(takeUp: (entry: KeptEntry) => void): void {
    this.#takeUp = takeUp;
    this.#pay();
  }

  /** Only spares the next process a question to Telegram, so that it is not owed. */
  moved(from: number, to: number): void {
    try {
      this.#store.moved(from, to);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Tries a last time to put down what is owed. */
  close(): void {
    this.#closed.abort();
    if (this.#debts.size > 0) this.#pay();
  }

  #note(key: string, note: number | "done"): void {
    const debt = this.#debts.get(key) ?? {};
    debt.note = note;
    // The key alone recognises a repeat; the content need not be held until the disk is back.
    if (note === "done" && debt.entry !== undefined) debt.entry = withoutContent(debt.entry);
    this.#debts.set(key, debt);
    this.#pay();
  }

  #pay(): void {
    try {
      this.#restoreLeft();
      for (const [key, debt] of this.#debts) {
        this.#settle(key, debt);
        this.#debts.delete(key);
      }
    } catch (error) {
      this.#complain(error);
      this.#payLater();
    }
  }

  /** Before anything is put, so that all that is found was left by an earlier process. */
  #restoreLeft(): void {
    const takeUp = this.#takeUp;
    if (takeUp === undefined) return;
    const left = this.#store.unsent().filter(({ key }) => !this.#debts.has(key));
    this.#takeUp = undefined;
    for (const entry of left) takeUp(entry);
  }

  #settle(key: string, debt: PendingWrite): void {
    if (debt.entry !== undefined) {
      debt.known = !this.#store.put(debt.entry);
      delete debt.entry;
    }
    if (debt.note === "done") this.#store.done(key);
    else if (debt.note !== undefined) this.#store.uncertain(key, debt.note);
  }

  #payLater(): void {
    if (this.#retrying || this.#closed.signal.aborted) return;
    this.#retrying = true;
    // void: #pay throws nothing, and the sleep that is cut short is handled here
    void this.#clock.sleep(RETRY_MS, this.#closed.signal).then(() => {
      this.#retrying = false;
      this.#pay();
    }, () => {
      // Closed, which tries a last time itself.
    });
  }

  #complain(error: unknown): void {
    const now = this.#clock.monotonic();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    this.#log.error("outbox.not-kept", { error: describeError(error) });
  }
}

function withoutContent({ key, chatId }: NewEntry): NewEntry {
  return { key, chatId, message: "" };
}
