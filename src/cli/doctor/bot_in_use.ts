/** The bot, for what makes sense only once Telegram knows it. */
import { type BotCheck, BotCheckError } from "../../bot/setup/bot_check.ts";
import { NotLookedAt } from "./check.ts";
import type { Installation } from "./installation.ts";

/** @throws {NotLookedAt} when Telegram did not answer for the account, which says why */
export async function botInUse(installation: Installation): Promise<BotCheck> {
  try {
    await installation.account();
    return await installation.bot();
  } catch (error) {
    if (error instanceof BotCheckError) throw new NotLookedAt("Telegram did not answer");
    throw error;
  }
}
