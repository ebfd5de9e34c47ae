/** What to do after a failed attempt. */
import type { Failure } from "./failure.ts";
import type { Entry, Reductions, Urgency } from "./operation.ts";

export type Recovery =
  | { readonly action: "give-up" }
  /** Once more without the part that Telegram refused. */
  | { readonly action: "reduce"; readonly reductions: Reductions }
  /** Nothing else has a better chance: the whole lane waits. */
  | { readonly action: "pause-lane"; readonly delayMs: number }
  /** The failure may be this message's own: others may pass it. */
  | { readonly action: "pause-entry"; readonly delayMs: number };

/** A send that may have arrived is repeated this often: a double is better than a loss, a dozen not. */
const UNCERTAIN_REPEATS = 2;
/** For what is kept on disk and marked when it is repeated: a missing answer is the worst of all. */
export const KEPT_UNCERTAIN_REPEATS = 5;

const LONGEST_DELAY_MS = 15_000;
const KEPT_LONGEST_DELAY_MS = 60_000;
/** A message that is kept waits for a network that is away for days. */
const KEPT_PATIENCE_MS = 7 * 24 * 3_600_000;

/** How long a message is tried again while Telegram cannot be reached, in milliseconds. */
const PATIENCE_MS: Readonly<Record<Urgency, number>> = {
  approval: 600_000,
  final: 600_000,
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

/** Pauses for pace, moved groups and closed chats concern the lane, which handles them itself. */
export function recover(entry: Entry, failure: Failure, time: RecoveryTime): Recovery {
  switch (failure.kind) {
    case "entities":
      return reduce(entry, "plain");
    case "reply-gone":
      return reduce(entry, "withoutReply");
    case "topic-gone":
      // A reply would follow the message that it answers into the same topic.
      return reduce(entry, "withoutTopic", "withoutReply");
    case "before-effect":
      return retry(entry, "pause-lane", time);
    case "uncertain":
      if (entry.operation.repeatable) return retry(entry, "pause-entry", time);
      entry.uncertainFailures += 1;
      if (entry.uncertainFailures > mostUncertain(entry)) return { action: "give-up" };
      return retry(entry, "pause-lane", time);
    default:
      return { action: "give-up" };
  }
}

function mostUncertain({ operation }: Entry): number {
  return operation.journal === undefined ? UNCERTAIN_REPEATS : KEPT_UNCERTAIN_REPEATS;
}

/** @param also what goes with the part */
function reduce(entry: Entry, part: keyof Reductions, also = part): Recovery {
  if (entry.reductions[part]) return { action: "give-up" };
  return { action: "reduce", reductions: { ...entry.reductions, [part]: true, [also]: true } };
}

function retry(
  entry: Entry,
  action: "pause-lane" | "pause-entry",
  { now, retryMs }: RecoveryTime,
): Recovery {
  entry.failingSince ??= now;
  const { journal, urgency } = entry.operation;
  const patienceMs = journal === undefined ? PATIENCE_MS[urgency] : KEPT_PATIENCE_MS;
  if (now - entry.failingSince >= patienceMs) return { action: "give-up" };
  const longestMs = journal === undefined ? LONGEST_DELAY_MS : KEPT_LONGEST_DELAY_MS;
  const delayMs = Math.min(longestMs, retryMs * 2 ** entry.failures);
  entry.failures += 1;
  return { action, delayMs };
}
