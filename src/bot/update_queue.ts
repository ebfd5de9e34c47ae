/**
 * Handles updates beside the polling: those of a chat in order. Retries a few times what fails, and
 * for as long as it takes what the disk refuses to store.
 */
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import { describeError, StorageError } from "../core/errors.ts";
import { KeyedMutex } from "../core/keyed_queue.ts";
import { type Log, ThrottledReport } from "../core/log.ts";
import { chatIdOf } from "./wire.ts";

/** Records how far the handling of an update has come. Every method may throw a StorageError. */
export interface HandlingRecord {
  attempted(updateId: number): void;
  /** Takes back an attempt that failed because of the disk. */
  spoiled(updateId: number): void;
  /** Records all of them or none. */
  done(updateIds: readonly number[]): void;
}

/** The rest of the work on an update, for which later ones of its chat do not wait. */
export interface Remainder {
  /** `left` = for the next start. May reject, as routing may. */
  readonly ended: Promise<"done" | "left">;
  /** It had no effect, and would have none again: that it is done may be recorded in a moment. */
  readonly passedOver?: true;
}

/** `refused` = it needs the disk: its sender was told so, and it is tried again. */
export type WithoutDisk = "handled" | "refused";

export interface UpdateHandlers {
  /** Routes an update; takes milliseconds, never a whole run. */
  readonly handle: (update: unknown) => Promise<Remainder | void>;
  /** Does what can be done for an update while the disk refuses it. Called once per update. */
  readonly handleWithoutDisk: (update: unknown, failure: unknown) => Promise<WithoutDisk>;
  /** Tells the sender that their update failed and is not tried again. */
  readonly onGivenUp: (update: unknown) => Promise<void>;
}

export interface UpdateQueueDependencies extends UpdateHandlers {
  readonly store: HandlingRecord;
  readonly clock: Clock;
  readonly log: Log;
}

export interface StoredUpdate {
  readonly updateId: number;
  readonly update: unknown;
  /** How often its handling was begun, as far as the disk knows. */
  readonly attempts: number;
  /** The attempt that begins now is among them. */
  readonly isCounted?: boolean;
}

/** An update from its arrival until the disk has recorded that it is done. */
interface Item {
  readonly updateId: number;
  readonly update: unknown;
  attempts: number;
  /** The next attempt is among `attempts` already. */
  isCounted: boolean;
  isStored: boolean;
  wasServedWithoutDisk: boolean;
  /** `handled` = only the record of it is missing. */
  state: "queued" | "working" | WithoutDisk;
}

/** Pauses before the second and the third attempt, in which later updates of the chat go ahead. */
const PAUSES_MS = [5_000, 30_000];
const MOST_ATTEMPTS = PAUSES_MS.length + 1;
const DISK_PAUSE_MS = 5_000;
/** How long, and how many, passed over updates wait to be recorded in one transaction. */
const PASSED_OVER_MS = 50;
const MOST_PASSED_OVER = 200;

export class UpdateQueue {
  readonly #deps: UpdateQueueDependencies;
  readonly #chats = new KeyedMutex<number>();
  readonly #items = new Map<number, Item>();
  #passedOver: Item[] = [];
  readonly #diskFailures: ThrottledReport;
  /** Remainders and pauses. */
  readonly #background = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #isRetrying = false;

  constructor(deps: UpdateQueueDependencies) {
    this.#deps = deps;
    this.#diskFailures = new ThrottledReport(deps.clock, (error) => {
      deps.log.error("telegram.storage-failed", { reason: describeError(error) });
    });
  }

  /** Logs why the disk refuses updates, once a minute. */
  reportDiskFailure(error: unknown): void {
    this.#diskFailures.report(error);
  }

  /** Handles a stored update. A second call for the same one does nothing. */
  add({ updateId, update, attempts, isCounted = false }: StoredUpdate): void {
    const item = this.#items.get(updateId) ?? newItem(updateId, update);
    if (item.isStored) return;
    item.isStored = true;
    item.attempts = attempts;
    item.isCounted = isCounted;
    this.#items.set(updateId, item);
    void this.#enqueue(item); // never rejects
  }

  /**
   * Does what can be done for an update that the disk refuses. A second call for the same one does
   * nothing, until {@link forgetUnstored}.
   */
  addUnstored(updateId: number, update: unknown, failure: unknown): void {
    if (this.knows(updateId)) return;
    const item = newItem(updateId, update);
    this.#items.set(updateId, item);
    // void: never rejects.
    void this.#chats.hold(chatIdOf(update), () => this.#serveWithoutDisk(item, failure));
  }

  /** Tells whether the update was added and is not recorded as done yet. */
  knows(updateId: number): boolean {
    return this.#items.has(updateId);
  }

  /** Tells whether nothing is left to do for the update but to record it. */
  isHandled(updateId: number): boolean {
    return this.#items.get(updateId)?.state === "handled";
  }

  /** Forgets unstored updates below the offset, which Telegram does not send again. */
  forgetUnstored(offset: number): void {
    for (const { updateId, isStored } of this.#items.values()) {
      if (!isStored && updateId < offset) this.#items.delete(updateId);
    }
  }

  /** Tries everything again that waits for the disk, before whatever is added later. */
  retry(): void {
    this.#recordHandled();
    for (const item of this.#refused()) void this.#enqueue(item); // never rejects
  }

  /** Ends every pause, and waits for what was begun; the rest is left for the next start. */
  async close(): Promise<void> {
    this.#closing.abort();
    while (this.#chats.size + this.#background.size > 0) {
      await Promise.all([this.#chats.drained(), ...this.#background]);
    }
    this.#recordHandled();
  }

  #enqueue(item: Item): Promise<void> {
    if (item.state === "refused") item.state = "queued";
    return this.#chats.hold(chatIdOf(item.update), () => this.#work(item));
  }

  async #work(item: Item): Promise<void> {
    if (!this.knows(item.updateId) || item.state === "working") return; // queued twice
    if (item.state === "handled") return this.#record(item);
    if (!item.isCounted && item.attempts >= MOST_ATTEMPTS) return await this.#giveUp(item);
    item.state = "working";
    try {
      this.#countAttempt(item);
      const remainder = await this.#deps.handle(item.update);
      if (remainder === undefined) this.#record(item);
      else if (remainder.passedOver === true) this.#recordSoon(item);
      else this.#inBackground(() => this.#finish(item, remainder));
    } catch (error) {
      await this.#fail(item, error);
    }
  }

  async #finish(item: Item, { ended }: Remainder): Promise<void> {
    try {
      if (await ended === "done") this.#record(item);
    } catch (error) {
      await this.#fail(item, error);
    }
  }

  /** @throws {StorageError} when the attempt cannot be counted, which then must not be made */
  #countAttempt(item: Item): void {
    if (item.isCounted) return;
    this.#deps.store.attempted(item.updateId);
    item.attempts += 1;
    item.isCounted = true;
  }

  async #fail(item: Item, error: unknown): Promise<void> {
    if (error instanceof StorageError) return await this.#refuse(item, error);
    const { updateId, attempts } = item;
    this.#deps.log.error("telegram.update.failed", {
      update_id: updateId,
      attempts,
      error: describeError(error),
    });
    item.isCounted = false;
    const pauseMs = PAUSES_MS[attempts - 1];
    if (pauseMs === undefined) return await this.#giveUp(item);
    this.#inBackground(async () => {
      if (!await this.#pause(pauseMs)) return;
      item.state = "queued";
      await this.#enqueue(item);
    });
  }

  async #giveUp(item: Item): Promise<void> {
    const { log, onGivenUp } = this.#deps;
    const { updateId, update, attempts } = item;
    log.error("telegram.update.given-up", { update_id: updateId, attempts });
    try {
      await onGivenUp(update);
    } catch (error) {
      log.error("telegram.given-up.untold", { update_id: updateId, error: describeError(error) });
    }
    this.#record(item);
  }

  /** Leaves the update for a disk that accepts it; the attempt does not count. */
  async #refuse(item: Item, error: StorageError): Promise<void> {
    this.#diskFailures.report(error);
    if (item.isCounted) this.#takeBackAttempt(item);
    if (item.wasServedWithoutDisk) item.state = "refused";
    else await this.#serveWithoutDisk(item, error);
    this.#retryLater();
  }

  #takeBackAttempt(item: Item): void {
    try {
      this.#deps.store.spoiled(item.updateId);
      item.attempts -= 1;
      item.isCounted = false;
    } catch (error) {
      // The count stays on disk, and is not raised by the next attempt.
      this.#diskFailures.report(error);
    }
  }

  async #serveWithoutDisk(item: Item, failure: unknown): Promise<void> {
    const { handleWithoutDisk, log } = this.#deps;
    const { updateId, update } = item;
    item.wasServedWithoutDisk = true;
    try {
      item.state = await handleWithoutDisk(update, failure);
    } catch (error) {
      item.state = "refused";
      log.error("telegram.unstored.failed", { update_id: updateId, error: describeError(error) });
    }
  }

  /** Records together what people say to one another in a busy group. */
  #recordSoon(item: Item): void {
    item.state = "handled";
    this.#passedOver.push(item);
    if (this.#passedOver.length >= MOST_PASSED_OVER) return this.#recordAll([]);
    if (this.#passedOver.length > 1) return;
    this.#inBackground(async () => {
      await this.#pause(PASSED_OVER_MS);
      this.#recordAll([]);
    });
  }

  #record(item: Item): void {
    this.#recordAll([item]);
  }

  /**
   * Records them, and what was passed over. Never throws: an update that is handled stays so, whatever
   * the disk says.
   */
  #recordAll(handled: readonly Item[]): void {
    const items = new Set([...this.#passedOver, ...handled]);
    this.#passedOver = [];
    if (items.size === 0) return;
    try {
      this.#deps.store.done([...items].map(({ updateId }) => updateId));
      for (const { updateId } of items) this.#items.delete(updateId);
    } catch (error) {
      this.#diskFailures.report(error);
      for (const item of items) item.state = "handled";
      this.#retryLater();
    }
  }

  #recordHandled(): void {
    this.#recordAll(this.#stored().filter(({ state }) => state === "handled"));
  }

  #retryLater(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    this.#inBackground(async () => {
      while (this.#isDiskNeeded() && await this.#pause(DISK_PAUSE_MS)) await this.#retryWithProbe();
      this.#isRetrying = false;
    });
  }

  /** Tries one first, so that a disk that is still full does not have to refuse them all. */
  async #retryWithProbe(): Promise<void> {
    this.#recordHandled();
    const [first] = this.#refused();
    if (first !== undefined) await this.#enqueue(first);
    if (first?.state !== "refused") this.retry();
  }

  #isDiskNeeded(): boolean {
    return this.#stored().some(({ state }) => state === "handled" || state === "refused");
  }

  #refused(): Item[] {
    return this.#stored().filter(({ state }) => state === "refused");
  }

  /** In order of arrival. */
  #stored(): Item[] {
    return [...this.#items.values()].filter(({ isStored }) => isStored)
      .sort((one, other) => one.updateId - other.updateId);
  }

  /** @param work must not reject */
  #inBackground(work: () => Promise<void>): void {
    const ended = work().finally(() => this.#background.delete(ended));
    this.#background.add(ended);
  }

  /** @returns false when the queue is closed */
  #pause(ms: number): Promise<boolean> {
    return pause(this.#deps.clock, ms, this.#closing.signal);
  }
}

function newItem(updateId: number, update: unknown): Item {
  return {
    updateId,
    update,
    attempts: 0,
    isCounted: false,
    isStored: false,
    wasServedWithoutDisk: false,
    state: "queued",
  };
}
