/** Queues what waits to be sent to a chat: the most urgent first, only the newest of each key. */
import type { CallSignal } from "../api.ts";
import type { Failure } from "../api_failure.ts";
import type { DeliveryRecord } from "./outbox_journal.ts";
import { type Delivery, PRIORITIES, type Priority } from "./outgoing.ts";

/** A call of the Bot API to be made. */
export interface Operation {
  /** Method of the Bot API, for the log. */
  readonly method: string;
  readonly urgency: Urgency;
  /** Of two waiting operations with the same key only the newer is sent. */
  readonly key?: string;
  /** Does no harm when it is made twice. */
  readonly repeatable: boolean;
  /** Is given up on when it may have had its effect. */
  readonly once?: true;
  /** Is dropped after waiting this long, in milliseconds. */
  readonly maxAgeMs?: number;
  readonly timeoutMs: number;
  /** Present where the message is kept on disk. */
  readonly record?: DeliveryRecord;
  /** How many calls of earlier processes may have had their effect. */
  readonly uncertainCalls?: number;
  /** The message that it changes; absent where it makes one. */
  readonly changes?: number;
  /** The message that it replies to. */
  readonly repliesTo?: number;
  /** An earlier process was told that the chat has another id now: these ids are of the former one. */
  readonly isMoved?: true;
  /** Tells whether leaving out the formatting may help where Telegram refuses it. */
  readonly isFormatted?: true;
  /**
   * Makes what is sent in its place when it is given up on; it is on disk before this returns.
   * @returns undefined where nothing is
   */
  readonly instead?: (failure: Failure) => Substitute | undefined;
  /** How long it waited in earlier processes, in milliseconds. */
  readonly ageMs?: number;
  /** @returns the id of the message */
  readonly perform: (chatId: number, variant: Variant, signal: CallSignal) => Promise<number>;
}

export interface Substitute {
  readonly operation: Operation;
  /** Tells whether it holds what was to be delivered, in another form. */
  readonly delivers: boolean;
}

/** How an attempt differs from the message as it was handed over. */
export interface Variant {
  /** An earlier attempt may have arrived. */
  readonly repeated: boolean;
  /** The others name what is left out because Telegram refused it. */
  readonly plain: boolean;
  readonly withoutReply: boolean;
  readonly withoutTopic: boolean;
}

export type Urgency = Priority | "reaction" | "typing";

/**
 * Reactions first: they say "received". Replies to commands come before answers, since the person has
 * just asked for them.
 */
const ORDER: readonly Urgency[] = ["reaction", ...PRIORITIES, "typing"];

/** @returns a smaller number for what is more urgent */
export function rankOf(urgency: Urgency): number {
  return ORDER.indexOf(urgency);
}

/** Tells whether nobody misses the operation when it is never made. */
export function isLossy({ urgency, record }: Operation): boolean {
  if (record !== undefined) return false;
  return urgency === "reaction" || rankOf(urgency) >= rankOf("progress");
}

/** Tells whether what is urgent shall never wait for the operation. */
export function isDecoration(urgency: Urgency): boolean {
  return urgency === "reaction" || rankOf(urgency) >= rankOf("status");
}

/** Tells whether Telegram counts the operation; reactions and "typing…" cost nothing. */
export function isPaced(urgency: Urgency): boolean {
  return urgency !== "reaction" && urgency !== "typing";
}

/** An operation with what happened to it so far. {@link settle} ends it. */
export interface QueuedOperation {
  readonly operation: Operation;
  /** The id under which the caller knows the chat, which may have moved since. */
  readonly chatId: number;
  readonly rank: number;
  /** In milliseconds of the monotonic clock; before its start for what an earlier process left. */
  readonly queuedAt: number;
  /** Its own record on disk, and those of the operations that it replaced. */
  readonly records: readonly DeliveryRecord[];
  /** Tells the callers; only the first delivery counts. */
  readonly tell: (delivery: Delivery) => void;
  variant: Variant;
  failures: number;
  /** Failures that leave open whether the message arrived. */
  uncertainFailures: number;
  /** When the first attempt failed; undefined while none has. */
  failingSince: number | undefined;
  notBefore: number;
}

/** The delivery of whatever is still waiting when the program ends. */
export const STOPPED: Delivery = { status: "failed", reason: "The program is stopping" };

export function queuedOperation(
  operation: Operation,
  chatId: number,
  now: number,
  tell: (delivery: Delivery) => void,
): QueuedOperation {
  return {
    operation,
    chatId,
    rank: rankOf(operation.urgency),
    queuedAt: now - (operation.ageMs ?? 0),
    records: operation.record === undefined ? [] : [operation.record],
    tell,
    variant: { repeated: false, plain: false, withoutReply: false, withoutTopic: false },
    failures: 0,
    uncertainFailures: operation.repeatable ? 0 : operation.uncertainCalls ?? 0,
    failingSince: undefined,
    notBefore: 0,
  };
}

export function isDurable({ records }: QueuedOperation): boolean {
  return records.length > 0;
}

/** Ends an operation that was delivered or given up on. */
export function settle({ records, tell }: QueuedOperation, delivery: Delivery): void {
  // What the end of the program cuts off stays on disk for the next process.
  if (delivery !== STOPPED) {
    const messageId = delivery.status === "sent" ? delivery.messageId : undefined;
    for (const record of records) record.done(delivery.status === "sent", messageId);
  }
  tell(delivery);
}

/** Returns the variant of the next attempt. */
export function variantOf({ variant, uncertainFailures }: QueuedOperation): Variant {
  return { ...variant, repeated: uncertainFailures > 0 };
}

/** Records before a call that it may have its effect, until more is known. */
export function recordCall({ operation, uncertainFailures }: QueuedOperation): void {
  if (!operation.repeatable) operation.record?.uncertain(uncertainFailures + 1);
}

/** Records that the last call certainly had no effect. */
export function recordNoEffect({ operation, uncertainFailures }: QueuedOperation): void {
  if (!operation.repeatable) operation.record?.uncertain(uncertainFailures);
}

export class SendQueue {
  #waiting: QueuedOperation[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  has(fits: (queued: QueuedOperation) => boolean): boolean {
    return this.#waiting.some(fits);
  }

  /** Adds an operation behind its equals. Replaces one of the same key, which shares its delivery. */
  add(queued: QueuedOperation): void {
    const older = this.#takeKey(queued.operation.key);
    this.#insert(older === undefined ? queued : replacing(older, queued), false);
  }

  /** Puts an operation back in front of its equals, unless a newer one of its key has come. */
  putBack(queued: QueuedOperation): void {
    const newer = this.#takeKey(queued.operation.key);
    this.#insert(newer === undefined ? queued : replacing(queued, newer), true);
  }

  /** Returns the first of those that fit and may go at `now`, and leaves it in the queue. */
  next(now: number, fits: (queued: QueuedOperation) => boolean): QueuedOperation | undefined {
    return this.#waiting.find((queued) => queued.notBefore <= now && fits(queued));
  }

  /** Returns the earliest time at which one of those that fit may go. */
  earliest(fits: (queued: QueuedOperation) => boolean): number {
    return Math.min(...this.#waiting.filter(fits).map(({ notBefore }) => notBefore));
  }

  /** Lets none of those that fit go before that time. */
  postpone(fits: (queued: QueuedOperation) => boolean, until: number): void {
    for (const queued of this.#waiting.filter(fits)) {
      queued.notBefore = Math.max(queued.notBefore, until);
    }
  }

  remove(queued: QueuedOperation): void {
    this.#waiting = this.#waiting.filter((other) => other !== queued);
  }

  /**
   * Settles and removes the operations that `picked` accepts.
   * @returns how many there were
   */
  drop(picked: (queued: QueuedOperation) => boolean, delivery: Delivery): number {
    const dropped = this.#waiting.filter(picked);
    this.#waiting = this.#waiting.filter((queued) => !dropped.includes(queued));
    for (const queued of dropped) settle(queued, delivery);
    return dropped.length;
  }

  /** Takes over everything that waits in another queue, in its order. */
  join(other: SendQueue): void {
    for (const queued of other.takeAll()) this.#insert(queued, false);
  }

  /** Empties the queue without settling anything. */
  takeAll(): readonly QueuedOperation[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  #takeKey(key: string | undefined): QueuedOperation | undefined {
    const found = this.#waiting.find(({ operation }) => key !== undefined && operation.key === key);
    if (found !== undefined) this.remove(found);
    return found;
  }

  #insert(queued: QueuedOperation, inFront: boolean): void {
    const index = this.#waiting.findIndex(({ rank }) =>
      inFront ? rank >= queued.rank : rank > queued.rank
    );
    this.#waiting.splice(index === -1 ? this.#waiting.length : index, 0, queued);
  }
}

/** Returns the newer operation, with the higher urgency and durability of both, settling both. */
function replacing(older: QueuedOperation, newer: QueuedOperation): QueuedOperation {
  const urgent = older.rank < newer.rank ? older : newer;
  const record = newer.operation.record ?? older.operation.record;
  return {
    ...newer,
    operation: {
      ...newer.operation,
      urgency: urgent.operation.urgency,
      ...(record === undefined ? {} : { record }),
    },
    rank: urgent.rank,
    records: [...older.records, ...newer.records],
    tell: (delivery) => {
      older.tell(delivery);
      newer.tell(delivery);
    },
  };
}
