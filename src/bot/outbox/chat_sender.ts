/**
 * Sends everything for one chat, the most urgent first, in two lanes of one call at a time each: one
 * for what is urgent, one for decoration, so that an answer never waits for a call that only shows
 * progress. Calls about the same message keep their order.
 */
import { callTelegram } from "../api.ts";
import { classifyFailure, type Failure } from "../api_failure.ts";
import { pause } from "../../core/deadline.ts";
import type { ChatPace } from "../pace.ts";
import type { Delivery } from "./outgoing.ts";
import { FormerMessages } from "./former_messages.ts";
import { ParkedMessages, type ParkedMessagesDependencies } from "./parked_messages.ts";
import { FLOOD_MARGIN_MS, type OverallLimiter, RateLimiter } from "./rate_limiter.ts";
import { failedDelivery, logLevelOf, recover, type Recovery } from "./recovery.ts";
import {
  isDecoration,
  isLossy,
  isPaced,
  type Operation,
  type QueuedOperation,
  queuedOperation,
  recordCall,
  recordNoEffect,
  SendQueue,
  settle,
  STOPPED,
  variantOf,
} from "./send_queue.ts";

export interface ChatSenderDependencies extends ParkedMessagesDependencies {
  /** The group became another chat. @returns the sender of that one from now on */
  readonly onMigrated: (from: number, to: number) => ChatSender;
  /** Until a call that failed is tried again, in milliseconds; the wait grows from there. */
  readonly retryMs: number;
  /** Shared by all chats. */
  readonly overall: OverallLimiter;
}

/** Works through its part of the queue. */
interface Lane {
  readonly fits: (operation: Operation) => boolean;
  isWorking: boolean;
  /** The operation that is under way. */
  calling: Operation | undefined;
  /** Ends the sleep until the next operation is due; absent while it does not sleep. */
  wakeUp: AbortController | undefined;
}

function newLane(fits: Lane["fits"]): Lane {
  return { fits, isWorking: false, calling: undefined, wakeUp: undefined };
}

const IN_FORMER_CHAT: Failure = {
  kind: "message-gone",
  description: "The message is in the group that this chat was before",
};

/** Why a sleep has ended; nobody reads it. */
const AWAKE = "There is something to send";

export class ChatSender {
  readonly #dependencies: ChatSenderDependencies;
  readonly #queue = new SendQueue();
  readonly #parked: ParkedMessages;
  readonly #former = new FormerMessages();
  readonly #limiter: RateLimiter;
  readonly #stopping = new AbortController();
  readonly #lanes: readonly Lane[] = [
    newLane(({ urgency }) => !isDecoration(urgency)),
    newLane(({ urgency }) => isDecoration(urgency)),
  ];
  #chatId: number;
  /** Telegram asked for a pause of reactions and "typing…" until then. */
  #uncountedFrom = 0;
  /** Why the chat takes no messages; undefined while it does. */
  #unreachable: string | undefined;

  constructor(chatId: number, pace: ChatPace, dependencies: ChatSenderDependencies) {
    this.#chatId = chatId;
    this.#dependencies = dependencies;
    this.#parked = new ParkedMessages(dependencies);
    this.#limiter = new RateLimiter(pace, dependencies.clock.monotonic());
  }

  /**
   * Resolves when the operation was made or given up on; never rejects.
   * @param chatId the id under which the caller knows the chat
   */
  add(operation: Operation, chatId: number): Promise<Delivery> {
    if (this.#stopping.signal.aborted) return Promise.resolve(STOPPED);
    if (this.#unreachable !== undefined && isLossy(operation)) {
      return Promise.resolve({ status: "unreachable", reason: this.#unreachable });
    }
    // A durable message is worth another try of the chat, and the older ones go first.
    if (operation.record !== undefined) this.#unpark();
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    this.#queue.add(queuedOperation(operation, chatId, this.#now(), resolve));
    this.#postponeUncounted();
    this.#goOn();
    return promise;
  }

  /** Sends what is parked: the chat was heard from, and Telegram with it. */
  markReachable(): void {
    this.#unreachable = undefined;
    this.#limiter.outageOver();
    this.#unpark();
    this.#goOn();
  }

  /** @returns how many operations were dropped */
  drop(picked: (operation: Operation) => boolean, reason: string): number {
    const delivery = { status: "failed", reason } as const;
    const isPicked = ({ operation }: QueuedOperation): boolean => picked(operation);
    const dropped = this.#queue.drop(isPicked, delivery) + this.#parked.drop(isPicked, delivery);
    this.#dependencies.counters.dropped += dropped;
    return dropped;
  }

  /** Gives up on everything, the call under way included. */
  stop(): void {
    this.#stopping.abort();
    for (const lane of this.#lanes) lane.wakeUp?.abort();
    for (const waiting of [this.#queue, this.#parked]) waiting.drop(() => true, STOPPED);
  }

  #goOn(): void {
    for (const lane of this.#lanes) {
      lane.wakeUp?.abort(AWAKE);
      if (!lane.isWorking) void this.#work(lane); // never rejects: a failed attempt is a delivery
    }
  }

  async #work(lane: Lane): Promise<void> {
    lane.isWorking = true;
    const mayGo = (queued: QueuedOperation): boolean => this.#mayGo(queued, lane);
    while (this.#queue.has(mayGo)) {
      const due = this.#takeDue(mayGo);
      if (due === undefined) {
        await this.#sleepUntilDue(lane, mayGo);
        continue;
      }
      lane.calling = due.operation;
      await this.#attempt(due);
      lane.calling = undefined;
      // What the other lane has about the same message may go now.
      this.#goOn();
    }
    lane.isWorking = false;
  }

  /** Two calls about one message at the same time could arrive in the wrong order. */
  #mayGo({ operation }: QueuedOperation, lane: Lane): boolean {
    return lane.fits(operation) &&
      !this.#lanes.some(({ calling }) =>
        calling?.key !== undefined && calling.key === operation.key
      );
  }

  #takeDue(mayGo: (queued: QueuedOperation) => boolean): QueuedOperation | undefined {
    const now = this.#now();
    this.#dropAged(now);
    const next = this.#queue.next(now, mayGo);
    if (next === undefined || this.#delay(next, now) > 0) return undefined;
    this.#queue.remove(next);
    this.#limiter.take(next.operation.urgency, now);
    this.#dependencies.overall.take(now);
    return next;
  }

  #dropAged(now: number): void {
    this.#dependencies.counters.dropped += this.#queue.drop(
      ({ operation, queuedAt }) => now - queuedAt > (operation.maxAgeMs ?? Infinity),
      { status: "failed", reason: "It waited too long" },
    );
  }

  /** Sleeps until an operation may go, or until a new one comes that may go sooner. */
  async #sleepUntilDue(
    lane: Lane,
    mayGo: (queued: QueuedOperation) => boolean,
  ): Promise<void> {
    if (!this.#queue.has(mayGo)) return;
    const now = this.#now();
    const next = this.#queue.next(now, mayGo);
    const delayMs = next === undefined ? this.#queue.earliest(mayGo) - now : this.#delay(next, now);
    const wakeUp = lane.wakeUp = new AbortController();
    await pause(this.#dependencies.clock, Math.max(delayMs, 1), wakeUp.signal);
    lane.wakeUp = undefined;
  }

  #delay({ operation: { urgency } }: QueuedOperation, now: number): number {
    return Math.max(
      this.#limiter.delay(urgency, now),
      this.#dependencies.overall.delay(urgency, now),
    );
  }

  async #attempt(queued: QueuedOperation): Promise<void> {
    const { clock, counters } = this.#dependencies;
    const { perform, timeoutMs } = queued.operation;
    const chatId = this.#chatId;
    if (this.#former.isChanged(queued, chatId)) return this.#giveUp(queued, IN_FORMER_CHAT);
    if (this.#former.isRepliedTo(queued, chatId)) {
      queued.variant = { ...queued.variant, withoutReply: true };
    }
    counters.calls += 1;
    recordCall(queued);
    try {
      const messageId = await callTelegram(
        clock,
        timeoutMs,
        this.#stopping.signal,
        (signal) => perform(chatId, variantOf(queued), signal),
      );
      this.#limiter.succeeded();
      counters.delivered += 1;
      this.#former.sent(queued, chatId, messageId);
      settle(queued, sentDelivery(queued, chatId, messageId));
      this.#unreachable = undefined;
      this.#unpark();
    } catch (error) {
      this.#handle(queued, classifyFailure(error), chatId);
    }
  }

  /** @param chatId where the call went */
  #handle(queued: QueuedOperation, failure: Failure, chatId: number): void {
    if (failure.kind !== "uncertain") recordNoEffect(queued);
    if (this.#stopping.signal.aborted) return settle(queued, STOPPED);
    // Neither its topic nor the chat outside of topics takes it: one of them may be opened again.
    if (failure.kind === "topic-gone" && queued.variant.withoutTopic) {
      queued.variant = { ...queued.variant, withoutTopic: false, withoutReply: false };
      return this.#park([queued], queued, failure);
    }
    switch (failure.kind) {
      case "flood":
        return this.#waitOutFlood(queued, failure.retryAfterMs);
      case "migrated":
        return this.#migrate(queued, failure, chatId);
      case "unreachable":
        return this.#parkAll(queued, failure);
      default: {
        const time = { now: this.#now(), retryMs: this.#dependencies.retryMs };
        return this.#recover(queued, failure, recover(queued, failure, time));
      }
    }
  }

  /** Drops what is lossy and has to wait, as it would be out of date by the end of the pause. */
  #waitOutFlood(queued: QueuedOperation, retryAfterMs: number): void {
    const { log, counters } = this.#dependencies;
    const { method, urgency } = queued.operation;
    log.warn("outbox.flood", { method, retryAfterMs });
    counters.floods += 1;
    this.#queue.putBack(queued);
    const waits = isPaced(urgency) ? (): boolean => true : isUncounted;
    if (isPaced(urgency)) this.#limiter.flooded(retryAfterMs, this.#now());
    else this.#uncountedFrom = this.#now() + retryAfterMs + FLOOD_MARGIN_MS;
    this.#postponeUncounted();
    counters.dropped += this.#queue.drop(
      (each) => isLossy(each.operation) && waits(each),
      { status: "failed", reason: "Telegram asked for a pause" },
    );
  }

  /** Too many reactions are a matter of reactions: no answer waits for them. */
  #postponeUncounted(): void {
    this.#queue.postpone(isUncounted, this.#uncountedFrom);
  }

  #migrate(
    queued: QueuedOperation,
    failure: Failure & { readonly kind: "migrated" },
    from: number,
  ): void {
    const to = failure.newChatId;
    if (to === from) return this.#giveUp(queued, failure);
    // The other lane was told first.
    if (to === this.#chatId) return this.#queue.putBack(queued);
    this.#dependencies.log.warn("outbox.chat_migrated", { from, to });
    this.#unpark();
    this.#queue.putBack(queued);
    const successor = this.#dependencies.onMigrated(from, to);
    if (successor === this) this.#chatId = to;
    else successor.#takeOver(this.#queue);
  }

  #takeOver(queue: SendQueue): void {
    this.#queue.join(queue);
    this.#goOn();
  }

  #parkAll(queued: QueuedOperation, failure: Failure): void {
    this.#unreachable = failure.description;
    this.#queue.putBack(queued);
    this.#park(this.#queue.takeAll(), queued, failure);
  }

  /** @param tried the one of them that was refused */
  #park(
    operations: readonly QueuedOperation[],
    tried: QueuedOperation,
    failure: Failure,
  ): void {
    this.#parked.park(operations, failure.description);
    const kept = this.#parked.size;
    this.#dependencies.log.warn("outbox.unreachable", { ...describe(tried, failure), kept });
  }

  /** Puts parked messages in front of what waits, as they are older. */
  #unpark(): void {
    for (const queued of this.#parked.takeAll().toReversed()) this.#queue.putBack(queued);
  }

  #recover(queued: QueuedOperation, failure: Failure, recovery: Recovery): void {
    const { log, counters } = this.#dependencies;
    if (recovery.action === "give-up") return this.#giveUp(queued, failure);
    // A missing part is worth a warning: somebody may ask why it is missing.
    const level = recovery.action === "reduce" ? "warn" : "info";
    log[level]("outbox.retry", { ...describe(queued, failure), how: recovery.action });
    counters.retries += 1;
    if (recovery.action === "reduce") {
      if (recovery.variant.plain && !queued.variant.plain) counters.plainTextResends += 1;
      queued.variant = recovery.variant;
    } else if (recovery.action === "pause-chat") {
      this.#limiter.outage(queued.operation.urgency, recovery.delayMs, this.#now());
    } else {
      queued.notBefore = this.#now() + recovery.delayMs;
    }
    this.#queue.putBack(queued);
  }

  #giveUp(queued: QueuedOperation, failure: Failure): void {
    const { log, counters } = this.#dependencies;
    log[logLevelOf(queued, failure)]("outbox.failed", describe(queued, failure));
    counters.failed += 1;
    const substitute = queued.operation.instead?.(failure);
    if (substitute === undefined) return settle(queued, failedDelivery(failure));
    const { operation, delivers } = substitute;
    for (const record of queued.records) record.done(delivers);
    const tell = delivers ? queued.tell : (): void => queued.tell(failedDelivery(failure));
    // In front of what follows: it stands for what was before that.
    this.#queue.putBack(queuedOperation(operation, queued.chatId, this.#now(), tell));
  }

  #now(): number {
    return this.#dependencies.clock.monotonic();
  }
}

function isUncounted({ operation }: QueuedOperation): boolean {
  return !isPaced(operation.urgency);
}

function sentDelivery(queued: QueuedOperation, chatId: number, messageId: number): Delivery {
  return chatId === queued.chatId
    ? { status: "sent", messageId }
    : { status: "sent", messageId, chatId };
}

function describe(
  { operation }: QueuedOperation,
  { code, description }: Failure,
): { method: string; code: number | undefined; description: string } {
  return { method: operation.method, code, description };
}
