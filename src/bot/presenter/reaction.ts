/** Chooses the bot's reaction to a request that has ended. */
import { isGoodEnd, type RunEnd } from "../../core/run/run_end.ts";
import type { ReactionEmoji } from "../outbox/outgoing.ts";

/** What is not approved wants to be looked at. @returns undefined where no reaction is left */
export function reactionTo(end: Pick<RunEnd, "verdict" | "checks">): ReactionEmoji | undefined {
  if (end.verdict === "cancelled") return undefined;
  if (end.verdict === "failed") return "😢";
  return isGoodEnd(end) ? "👌" : "🤔";
}
