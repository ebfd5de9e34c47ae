/** Leaves groups that nobody allowed. */
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import type { Log } from "../core/log.ts";
import type { AllowedGroups } from "./gate.ts";
import type { Remainder } from "./update_queue.ts";

interface StrangeGroupsDependencies {
  readonly groups: Pick<AllowedGroups, "has">;
  readonly leaveChat: (chatId: number) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
  /** Ends the wait; the group is left after the next start. */
  readonly signal: AbortSignal;
}

/**
 * How long a supergroup that an allowed group has become may be a strange one: that the bot is in it,
 * and that the group has moved, comes as two updates of two chats, in any order.
 */
const MOVE_TOLD_WITHIN_MS = 5_000;

/** Leaves the group, unless it turns out to be an allowed one under its new id. */
export function leaveStrangeGroup(chatId: number, deps: StrangeGroupsDependencies): Remainder {
  return { ended: leave(chatId, deps) };
}

async function leave(
  chatId: number,
  { groups, leaveChat, clock, log, signal }: StrangeGroupsDependencies,
): Promise<"done" | "left"> {
  if (!await pause(clock, MOVE_TOLD_WITHIN_MS, signal)) return "left";
  if (groups.has(chatId)) return "done";
  log.warn("telegram.left", { chat_id: chatId });
  await leaveChat(chatId);
  return "done";
}
