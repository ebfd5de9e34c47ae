/** One call that waits in a chat's lane. */
import type { CallSignal } from "./call_signal.ts";
import type { Journal } from "./outbox_journal.ts";
import { type Delivery, PRIORITIES, type Priority } from "./outgoing.ts";

/** How an attempt differs from the message as it was handed over. */
export interface Reductions {
  /** An earlier attempt may have arrived. */
  readonly repeated: boolean;
  /** The others name what had to be left away because Telegram refused it. */
  readonly plain: boolean;
  readonly withoutReply: boolean;
  readonly withoutTopic: boolean;
}

export interface Operation {
  /** Method of the Bot API, for the log. */
  readonly method: string;
  readonly urgency: Urgency;
  /** Of two waiting operations with one key only the newer is wanted. */
  readonly key?: string;
  /** Doing it twice does no harm. */
  readonly repeatable: boolean;
  /** Not worth sending once it has waited so long, in milliseconds. */
  readonly maxAgeMs?: number;
  readonly timeoutMs: number;
  /** Present where the message is kept on disk. */
  readonly journal?: Journal;
  /** Calls of earlier processes that may have had their effect. */
  readonly uncertainCalls?: number;
  /** How long earlier processes had it, in milliseconds. */
  readonly ageMs?: number;
  /** @returns the id of the message */
  readonly perform: (
    chatId: number,
    reductions: Reductions,
    signal: CallSignal,
  ) => Promise<number>;
}

export type Urgency = Priority | "reaction" | "typing";

/**
 * Reactions first: they say "received", cost next to nothing and hold nobody up. A reply to a command
 * comes before answers: the person has just asked for it and waits.
 */
const ORDER: readonly Urgency[] = ["reaction", ...PRIORITIES, "typing"];

export function rankOf(urgency: Urgency): number {
  return ORDER.indexOf(urgency);
}

/** Nobody misses it when it never arrives. */
export function isLossy({ urgency, journal }: Operation): boolean {
  if (journal !== undefined) return false;
  return urgency === "reaction" || rankOf(urgency) >= rankOf("progress");
}

/** It tells of what goes on, which is over when the program ends. */
export function isUnfinished(operation: Operation): boolean {
  return isLossy(operation) || operation.urgency === "waiting";
}

/** Telegram counts messages and edits; what shows beside them does not use up the chat's pace. */
export function isPaced(urgency: Urgency): boolean {
  return urgency !== "reaction" && urgency !== "typing";
}

/** An operation in a lane: what happened to it so far, and whom to tell; its end is {@link settle}. */
export interface Entry {
  readonly operation: Operation;
  /** As it was asked for; the lane may lead to another one by now. */
  readonly chatId: number;
  readonly rank: number;
  /** By the monotonic clock, and before its beginning for what an earlier process left. */
  readonly queuedAt: number;
  /** The notes on disk that it answers for: its own, and those of what it has replaced. */
  readonly journals: readonly Journal[];
  /** Tells who waits for the delivery; only the first word counts. */
  readonly tell: (delivery: Delivery) => void;
  reductions: Reductions;
  failures: number;
  /** Failures after which it is unknown whether the message arrived. */
  uncertainFailures: number;
  /** When the first attempt failed; undefined while none has. */
  failingSince: number | undefined;
  notBefore: number;
}

/** What becomes of everything that the end of the program cuts off. */
export const STOPPED: Delivery = { status: "failed", reason: "The program is stopping" };

export function newEntry(
  operation: Operation,
  chatId: number,
  now: number,
  tell: (delivery: Delivery) => void,
): Entry {
  return {
    operation,
    chatId,
    rank: rankOf(operation.urgency),
    queuedAt: now - (operation.ageMs ?? 0),
    journals: operation.journal === undefined ? [] : [operation.journal],
    tell,
    reductions: { repeated: false, plain: false, withoutReply: false, withoutTopic: false },
    failures: 0,
    uncertainFailures: operation.repeatable ? 0 : operation.uncertainCalls ?? 0,
    failingSince: undefined,
    notBefore: 0,
  };
}

export function isKept({ journals }: Entry): boolean {
  return journals.length > 0;
}

/** The entry was delivered or given up on, and is not sent again by this process. */
export function settle({ journals, tell }: Entry, delivery: Delivery): void {
  // What the end of the program cuts off stays on disk for the next one.
  if (delivery !== STOPPED) { for (const journal of journals) journal.done(); }
  tell(delivery);
}

/** What the next attempt looks like. */
export function variantOf({ reductions, uncertainFailures }: Entry): Reductions {
  return { ...reductions, repeated: uncertainFailures > 0 };
}

/** Before a call goes out: until more is known, it may have had its effect. */
export function noteCall({ operation, uncertainFailures }: Entry): void {
  if (!operation.repeatable) operation.journal?.uncertain(uncertainFailures + 1);
}

/** The call that went out last certainly had no effect. */
export function noteNoEffect({ operation, uncertainFailures }: Entry): void {
  if (!operation.repeatable) operation.journal?.uncertain(uncertainFailures);
}
