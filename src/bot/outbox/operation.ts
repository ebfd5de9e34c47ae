/** One call that waits in a chat's lane. */
import type { CallSignal } from "./call_signal.ts";
import type { Delivery, Priority } from "./outgoing.ts";

/** What had to be left away because Telegram refused it. */
export interface Reductions {
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
const ORDER: readonly Urgency[] = ["reaction", "approval", "reply", "final", "progress", "typing"];

export function rankOf(urgency: Urgency): number {
  return ORDER.indexOf(urgency);
}

/** Nobody misses it when it never arrives. */
export function isLossy(urgency: Urgency): boolean {
  return urgency === "reaction" || rankOf(urgency) >= rankOf("progress");
}

/** Telegram counts messages and edits; what shows beside them does not use up the chat's pace. */
export function isPaced(urgency: Urgency): boolean {
  return urgency !== "reaction" && urgency !== "typing";
}

/** An operation in a lane: what happened to it so far, and whom to tell. */
export interface Entry {
  readonly operation: Operation;
  readonly rank: number;
  readonly queuedAt: number;
  readonly settle: (delivery: Delivery) => void;
  reductions: Reductions;
  failures: number;
  /** Failures after which it is unknown whether the message arrived. */
  uncertainFailures: number;
  /** When the first attempt failed; undefined while none has. */
  failingSince: number | undefined;
  notBefore: number;
}

export function newEntry(
  operation: Operation,
  now: number,
  settle: (delivery: Delivery) => void,
): Entry {
  return {
    operation,
    rank: rankOf(operation.urgency),
    queuedAt: now,
    settle,
    reductions: { plain: false, withoutReply: false, withoutTopic: false },
    failures: 0,
    uncertainFailures: 0,
    failingSince: undefined,
    notBefore: 0,
  };
}
