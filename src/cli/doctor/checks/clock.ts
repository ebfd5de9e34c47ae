/** The clock of this computer against Telegram's: times of messages and of certificates hang on it. */
import { botInUse } from "../bot_in_use.ts";
import { type Check, type Finding, NotLookedAt, ok, warn } from "../check.ts";

const MOST_MS = 60_000;

export const clockCheck: Check = {
  id: "telegram.clock",
  async look(installation): Promise<Finding> {
    await botInUse(installation);
    const { clockAheadMs } = await installation.account();
    if (clockAheadMs === undefined) throw new NotLookedAt("Telegram did not tell the time");
    return clockFinding(clockAheadMs);
  },
};

/** @param aheadMs how far Telegram's clock is ahead of this one */
export function clockFinding(aheadMs: number): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= MOST_MS) {
    return ok(`within ${Math.max(1, seconds)} s of Telegram's`);
  }
  const direction = aheadMs > 0 ? "behind" : "ahead of";
  return warn(
    `the clock is ${seconds} s ${direction} Telegram's`,
    "Let the system set the time by itself (NTP)",
  );
}
