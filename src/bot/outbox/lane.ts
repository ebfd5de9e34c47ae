/** The line in which everything for one chat waits: one call at a time, the most urgent first. */
import { Alarm } from "./alarm.ts";
import { withDeadline } from "./deadline.ts";
import { classifyFailure, failedDelivery, type Failure } from "./failure.ts";
import { described, levelOf, logRetry } from "./failure_log.ts";
import { LaneQueue } from "./lane_queue.ts";
import {
  type Entry,
  isLossy,
  newEntry,
  noteCall,
  noteNoEffect,
  type Operation,
  settle,
  STOPPED,
  variantOf,
} from "./operation.ts";
import type { Delivery } from "./outgoing.ts";
import type { Pacing } from "./pacing.ts";
import { recover, type Recovery } from "./recovery.ts";
import { ParkedMessages, type ShelfDependencies } from "./parked_messages.ts";
import { Tempo } from "./tempo.ts";

export interface LaneDependencies extends ShelfDependencies {
  /** The group became another chat. @returns the lane in which that one is written to from now on */
  readonly migrated: (from: number, to: number) => Lane;
  /** Until a call that failed is tried again, in milliseconds; the wait grows from there. */
  readonly retryMs: number;
}

export class Lane {
  readonly #dependencies: LaneDependencies;
  readonly #queue = new LaneQueue();
  readonly #shelf: ParkedMessages;
  readonly #tempo: Tempo;
  readonly #stopping = new AbortController();
  #chatId: number;
  readonly #alarm: Alarm;
  #working = false;
  #unreachable: string | undefined;

  constructor(chatId: number, pacing: Pacing, dependencies: LaneDependencies) {
    this.#chatId = chatId;
    this.#dependencies = dependencies;
    this.#alarm = new Alarm(dependencies.clock);
    this.#shelf = new ParkedMessages(dependencies);
    this.#tempo = new Tempo(pacing, dependencies.clock.monotonic());
  }

  /**
   * Resolves when the operation was done or given up on; never rejects.
   * @param chatId under which the caller knows the chat
   */
  add(operation: Operation, chatId: number): Promise<Delivery> {
    if (this.#stopping.signal.aborted) return Promise.resolve(STOPPED);
    if (this.#unreachable !== undefined && isLossy(operation)) {
      return Promise.resolve({ status: "unreachable", reason: this.#unreachable });
    }
    // As good an occasion as any to find out whether the chat is back, and the older goes first.
    if (operation.journal !== undefined) this.#unshelve();
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    this.#queue.add(newEntry(operation, chatId, this.#now(), resolve));
    this.#goOn();
    return promise;
  }

  /** The chat has been heard from: it can be written to again, and so can Telegram. */
  markReachable(): void {
    this.#unreachable = undefined;
    this.#tempo.outageOver();
    this.#unshelve();
    this.#goOn();
  }

  /** @returns how many were dropped */
  dropMatching(test: (operation: Operation) => boolean, reason: string): number {
    const delivery = { status: "failed", reason } as const;
    const picked = ({ operation }: Entry): boolean => test(operation);
    const dropped = this.#queue.drop(picked, delivery) + this.#shelf.drop(picked, delivery);
    this.#dependencies.tally.dropped += dropped;
    return dropped;
  }

  /** Gives up on everything, the call under way included. */
  stop(): void {
    this.#stopping.abort();
    this.#alarm.ring();
    for (const waiting of [this.#queue, this.#shelf]) waiting.drop(() => true, STOPPED);
  }

  #goOn(): void {
    this.#alarm.ring();
    if (!this.#working) void this.#work(); // never rejects: a failed attempt is a delivery
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#queue.size > 0) {
      const entry = this.#takeDue();
      if (entry === undefined) await this.#rest();
      else await this.#attempt(entry);
    }
    this.#working = false;
  }

  #takeDue(): Entry | undefined {
    const now = this.#now();
    this.#dropAged(now);
    const entry = this.#queue.next(now);
    if (entry === undefined || this.#tempo.delay(entry, now) > 0) return undefined;
    this.#queue.remove(entry);
    this.#tempo.take(entry, now);
    return entry;
  }

  #dropAged(now: number): void {
    this.#dependencies.tally.dropped += this.#queue.drop(
      ({ operation, queuedAt }) => now - queuedAt > (operation.maxAgeMs ?? Infinity),
      { status: "failed", reason: "It waited too long" },
    );
  }

  /** Sleeps until something may go, or until something new arrives that may go sooner. */
  async #rest(): Promise<void> {
    if (this.#queue.size === 0) return;
    const now = this.#now();
    const entry = this.#queue.next(now);
    const delayMs = entry === undefined
      ? this.#queue.earliest() - now
      : this.#tempo.delay(entry, now);
    await this.#alarm.sleep(Math.max(delayMs, 1));
  }

  async #attempt(entry: Entry): Promise<void> {
    const { clock, tally } = this.#dependencies;
    const { operation } = entry;
    tally.calls += 1;
    noteCall(entry);
    try {
      const messageId = await withDeadline(
        clock,
        operation.timeoutMs,
        this.#stopping.signal,
        (signal) => operation.perform(this.#chatId, variantOf(entry), signal),
      );
      this.#tempo.succeeded();
      tally.delivered += 1;
      settle(entry, this.#sent(entry, messageId));
      this.#unreachable = undefined;
      this.#unshelve();
    } catch (error) {
      this.#handle(entry, classifyFailure(error));
    }
  }

  #sent({ chatId }: Entry, messageId: number): Delivery {
    return this.#chatId === chatId
      ? { status: "sent", messageId }
      : { status: "sent", messageId, chatId: this.#chatId };
  }

  #handle(entry: Entry, failure: Failure): void {
    if (failure.kind !== "uncertain") noteNoEffect(entry);
    if (this.#stopping.signal.aborted) return settle(entry, STOPPED);
    switch (failure.kind) {
      case "flood":
        return this.#waitOutFlood(entry, failure.retryAfterMs);
      case "migrated":
        return this.#migrate(entry, failure);
      case "unreachable":
        return this.#markUnreachable(entry, failure);
      default:
        return this.#recover(
          entry,
          failure,
          recover(entry, failure, {
            now: this.#now(),
            retryMs: this.#dependencies.retryMs,
          }),
        );
    }
  }

  /** Lossy operations that wait now would be older than the pause by its end. */
  #waitOutFlood(entry: Entry, retryAfterMs: number): void {
    const { log, tally } = this.#dependencies;
    log.warn("outbox.flood", { method: entry.operation.method, retryAfterMs });
    tally.floods += 1;
    this.#tempo.flooded(retryAfterMs, this.#now());
    this.#queue.putBack(entry);
    tally.dropped += this.#queue.drop(
      ({ operation }) => isLossy(operation),
      { status: "failed", reason: "Telegram asked for a pause" },
    );
  }

  #migrate(entry: Entry, failure: Failure & { readonly kind: "migrated" }): void {
    if (failure.newChatId === this.#chatId) return this.#giveUp(entry, failure);
    const [from, to] = [this.#chatId, failure.newChatId];
    this.#dependencies.log.warn("outbox.chat_migrated", { from, to });
    this.#unshelve();
    this.#queue.putBack(entry);
    const successor = this.#dependencies.migrated(from, to);
    if (successor === this) this.#chatId = to;
    else successor.#takeOver(this.#queue);
  }

  #takeOver(queue: LaneQueue): void {
    this.#queue.join(queue);
    this.#goOn();
  }

  #markUnreachable(entry: Entry, failure: Failure): void {
    this.#unreachable = failure.description;
    this.#queue.putBack(entry);
    this.#shelf.put(this.#queue.takeAll(), failure.description);
    const kept = this.#shelf.size;
    this.#dependencies.log.warn("outbox.unreachable", { ...described(entry, failure), kept });
  }

  /** What the chat has refused goes in front of what waits, as it is older. */
  #unshelve(): void {
    for (const entry of this.#shelf.takeAll().toReversed()) this.#queue.putBack(entry);
  }

  #recover(entry: Entry, failure: Failure, recovery: Recovery): void {
    const { log, tally } = this.#dependencies;
    if (recovery.action === "give-up") return this.#giveUp(entry, failure);
    logRetry(log, entry, failure, recovery.action);
    tally.retries += 1;
    if (recovery.action === "reduce") {
      if (recovery.reductions.plain && !entry.reductions.plain) tally.plainTextResends += 1;
      entry.reductions = recovery.reductions;
    } else if (recovery.action === "pause-lane") {
      this.#tempo.outage(recovery.delayMs, this.#now());
    } else {
      entry.notBefore = this.#now() + recovery.delayMs;
    }
    this.#queue.putBack(entry);
  }

  #giveUp(entry: Entry, failure: Failure): void {
    const { log, tally } = this.#dependencies;
    log[levelOf(entry.operation, failure)]("outbox.failed", described(entry, failure));
    tally.failed += 1;
    settle(entry, failedDelivery(failure));
  }

  #now(): number {
    return this.#dependencies.clock.monotonic();
  }
}
