/** Decides what follows a failed attempt: another one, when and how, or giving up. */
import type { Failure } from "../api_failure.ts";
import type { Delivery } from "./outgoing.ts";
import { isLossy, type QueuedOperation, type Urgency, type Variant } from "./send_queue.ts";

export type Recovery =
  | { readonly action: "give-up" }
  /** Once more without the part that Telegram refused. */
  | { readonly action: "reduce"; readonly variant: Variant }
  /** Nothing else would get through: the whole chat waits. */
  | { readonly action: "pause-chat"; readonly delayMs: number }
  /** The failure may concern this operation alone: others may pass it. */
  | { readonly action: "pause-operation"; readonly delayMs: number };

/** Repeats of a send that may have arrived: a double is better than a loss, a dozen is not. */
const MOST_UNCERTAIN_REPEATS = 2;
/** The same for durable messages, whose repeats are marked: a missing answer is worst of all. */
export const MOST_DURABLE_UNCERTAIN_REPEATS = 5;

/** After so many refusals by a gateway others may pass an upload, which goes on being tried. */
const REFUSALS_OF_UPLOAD = 5;
const UPLOADS: ReadonlySet<string> = new Set(["sendDocument", "sendPhoto", "sendMediaGroup"]);

const LONGEST_DELAY_MS = 15_000;
const LONGEST_DURABLE_DELAY_MS = 60_000;
/** A durable message waits for a network that is away for days. */
const DURABLE_PATIENCE_MS = 7 * 24 * 3_600_000;

/** How long an operation is retried while Telegram cannot be reached. */
const PATIENCE_MS: Readonly<Record<Urgency, number>> = {
  approval: 600_000,
  final: 600_000,
  status: 600_000,
  waiting: 600_000,
  reply: 120_000,
  progress: 60_000,
  reaction: 0,
  typing: 0,
};

interface RecoveryTime {
  readonly now: number;
  /** The first wait; every later one is twice as long. */
  readonly retryMs: number;
}

/**
 * Counts the failure, and decides what follows. Floods, moved groups and unreachable chats concern
 * the whole chat and are its sender's business.
 */
export function recover(queued: QueuedOperation, failure: Failure, time: RecoveryTime): Recovery {
  switch (failure.kind) {
    case "entities":
      return reduce(queued, "plain");
    case "reply-gone":
      return reduce(queued, "withoutReply");
    case "topic-gone":
      // A reply would end up in the topic of the message that it replies to.
      return reduce(queued, "withoutTopic", "withoutReply");
    case "before-effect":
      return retry(
        queued,
        isRefusedUpload(queued, failure) ? "pause-operation" : "pause-chat",
        time,
      );
    case "uncertain":
      if (queued.operation.repeatable) return retry(queued, "pause-operation", time);
      queued.uncertainFailures += 1;
      if (queued.operation.once === true) return { action: "give-up" };
      if (queued.uncertainFailures > mostUncertain(queued)) return { action: "give-up" };
      return retry(queued, "pause-chat", time);
    case "refused":
      // Nobody knows every sentence of Telegram's: it may be about the formatting.
      return queued.operation.isFormatted === true
        ? reduce(queued, "plain")
        : { action: "give-up" };
    case "done-already":
    case "message-gone":
    case "flood":
    case "migrated":
    case "unreachable":
      return { action: "give-up" };
    default:
      return failure satisfies never;
  }
}

/**
 * Tells whether what stands in front of the Bot API refuses the file again and again: it may be about
 * its content, and what comes behind it would wait for as long.
 */
function isRefusedUpload({ operation, failures }: QueuedOperation, { code }: Failure): boolean {
  const isDenied = code !== undefined && code >= 400 && code < 500;
  return isDenied && UPLOADS.has(operation.method) && failures >= REFUSALS_OF_UPLOAD;
}

function mostUncertain({ operation }: QueuedOperation): number {
  return operation.record === undefined ? MOST_UNCERTAIN_REPEATS : MOST_DURABLE_UNCERTAIN_REPEATS;
}

/** @param also another part that is left out together with the first */
function reduce(queued: QueuedOperation, part: keyof Variant, also = part): Recovery {
  if (queued.variant[part]) return { action: "give-up" };
  return { action: "reduce", variant: { ...queued.variant, [part]: true, [also]: true } };
}

function retry(
  queued: QueuedOperation,
  action: "pause-chat" | "pause-operation",
  { now, retryMs }: RecoveryTime,
): Recovery {
  queued.failingSince ??= now;
  const { record, urgency } = queued.operation;
  const patienceMs = record === undefined ? PATIENCE_MS[urgency] : DURABLE_PATIENCE_MS;
  if (now - queued.failingSince >= patienceMs) return { action: "give-up" };
  const longestMs = record === undefined ? LONGEST_DELAY_MS : LONGEST_DURABLE_DELAY_MS;
  const delayMs = Math.min(longestMs, retryMs * 2 ** queued.failures);
  queued.failures += 1;
  return { action, delayMs };
}

/** Makes the delivery of a message that is given up on. */
export function failedDelivery({ kind, description }: Failure): Delivery {
  const failed = { status: "failed", reason: description } as const;
  if (kind === "uncertain") return { ...failed, perhapsSent: true };
  return kind === "message-gone" ? { ...failed, gone: true } : failed;
}

/** Tells how much the log makes of an operation that is given up on. */
export function logLevelOf(
  { operation }: QueuedOperation,
  failure: Failure,
): "debug" | "warn" | "error" {
  // A person deleted the message and does not want to see more of it.
  if (failure.kind === "message-gone") return "debug";
  if (operation.urgency === "reaction") return "debug";
  if (operation.record !== undefined) return "error";
  return isLossy(operation) ? "debug" : "warn";
}
