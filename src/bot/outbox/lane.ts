/** The line in which everything for one chat waits: one call at a time, the most urgent first. */
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { Alarm } from "./alarm.ts";
import { withDeadline } from "./deadline.ts";
import { classifyFailure, failedDelivery, type Failure } from "./failure.ts";
import { described, levelOf, logRetry } from "./failure_log.ts";
import { LaneQueue } from "./lane_queue.ts";
import {
  type Entry,
  isLossy,
  isPaced,
  newEntry,
  noteCall,
  noteNoEffect,
  type Operation,
  rankOf,
  STOPPED,
  variantOf,
} from "./operation.ts";
import type { Delivery } from "./outgoing.ts";
import { Pace, type Pacing } from "./pacing.ts";
import { recover, type Recovery } from "./recovery.ts";
import type { Tally } from "./stats.ts";

export interface LaneDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Tally;
  /** The group became another chat. @returns the lane in which that one is written to from now on */
  readonly migrated: (from: number, to: number) => Lane;
}

/** Telegram counts in whole seconds; a call at the very edge would be refused again. */
const FLOOD_MARGIN_MS = 200;

export class Lane {
  readonly #dependencies: LaneDependencies;
  readonly #queue = new LaneQueue();
  readonly #pace: Pace;
  readonly #stopping = new AbortController();
  #chatId: number;
  readonly #alarm: Alarm;
  /** Telegram asked for it. */
  #floodUntil = 0;
  /** Telegram could not be reached. */
  #outageUntil = 0;
  #working = false;
  #unreachable: string | undefined;

  constructor(chatId: number, pacing: Pacing, dependencies: LaneDependencies) {
    this.#chatId = chatId;
    this.#dependencies = dependencies;
    this.#alarm = new Alarm(dependencies.clock);
    this.#pace = new Pace(pacing, dependencies.clock.monotonic());
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
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    this.#queue.add(newEntry(operation, chatId, this.#now(), resolve));
    this.#goOn();
    return promise;
  }

  /** The chat has been heard from: it can be written to again, and so can Telegram. */
  markReachable(): void {
    this.#unreachable = undefined;
    this.#outageUntil = 0;
    this.#alarm.ring();
  }

  dropMatching(test: (operation: Operation) => boolean, reason: string): void {
    const dropped = this.#queue.drop((entry) => test(entry.operation), {
      status: "failed",
      reason,
    });
    this.#dependencies.tally.dropped += dropped;
  }

  /** Gives up on everything, the call under way included. */
  stop(): void {
    this.#stopping.abort();
    this.#alarm.ring();
    this.#queue.drop(() => true, STOPPED);
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
    if (entry === undefined || this.#delay(entry, now) > 0) return undefined;
    this.#queue.remove(entry);
    if (isPaced(entry.operation.urgency)) this.#pace.take(now);
    return entry;
  }

  #dropAged(now: number): void {
    this.#dependencies.tally.dropped += this.#queue.drop(
      ({ operation, queuedAt }) => now - queuedAt > (operation.maxAgeMs ?? Infinity),
      { status: "failed", reason: "It waited too long" },
    );
  }

  #delay(entry: Entry, now: number): number {
    const pausedMs = Math.max(this.#floodUntil, this.#outageUntil) - now;
    if (!isPaced(entry.operation.urgency)) return Math.max(pausedMs, 0);
    const urgent = entry.rank < rankOf("progress");
    return Math.max(pausedMs, this.#pace.waitFor(urgent, now));
  }

  /** Sleeps until something may go, or until something new arrives that may go sooner. */
  async #rest(): Promise<void> {
    if (this.#queue.size === 0) return;
    const now = this.#now();
    const entry = this.#queue.next(now);
    const delayMs = entry === undefined ? this.#queue.earliest() - now : this.#delay(entry, now);
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
      this.#pace.succeeded();
      this.#unreachable = undefined;
      tally.delivered += 1;
      entry.settle(this.#sent(entry, messageId));
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
    if (this.#stopping.signal.aborted) return entry.settle(STOPPED);
    switch (failure.kind) {
      case "flood":
        return this.#waitOutFlood(entry, failure.retryAfterMs);
      case "migrated":
        return this.#migrate(entry, failure);
      case "unreachable":
        return this.#markUnreachable(entry, failure);
      default:
        return this.#recover(entry, failure, recover(entry, failure, this.#now()));
    }
  }

  /** Lossy operations that wait now would be older than the pause by its end. */
  #waitOutFlood(entry: Entry, retryAfterMs: number): void {
    const { log, tally } = this.#dependencies;
    log.warn("outbox.flood", { method: entry.operation.method, retryAfterMs });
    tally.floods += 1;
    this.#floodUntil = this.#now() + retryAfterMs + FLOOD_MARGIN_MS;
    this.#pace.flooded(this.#floodUntil);
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
    const { log, tally } = this.#dependencies;
    const delivery: Delivery = { status: "unreachable", reason: failure.description };
    log.warn("outbox.unreachable", described(entry, failure));
    this.#unreachable = failure.description;
    entry.settle(delivery);
    tally.failed += 1 + this.#queue.drop(() => true, delivery);
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
      this.#outageUntil = this.#now() + recovery.delayMs;
    } else {
      entry.notBefore = this.#now() + recovery.delayMs;
    }
    this.#queue.putBack(entry);
  }

  #giveUp(entry: Entry, failure: Failure): void {
    const { log, tally } = this.#dependencies;
    log[levelOf(entry.operation, failure)]("outbox.failed", described(entry, failure));
    tally.failed += 1;
    entry.settle(failedDelivery(failure));
  }

  #now(): number {
    return this.#dependencies.clock.monotonic();
  }
}
