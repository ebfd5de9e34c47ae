/** The bot token, as far as its shape tells. */
import { conflictRefusal, webhookRefusal } from "../../../bot/api.ts";
import { type BotCheck, BotCheckError } from "../../../bot/setup/bot_check.ts";
import { BOT_TOKEN_VARIABLE, isBotToken, variable } from "../../../config/environment.ts";
import { type Check, fail, type Finding, NotLookedAt, ok, warn } from "../check.ts";
import type { Installation } from "../installation.ts";

const REMEDY = "Get it from @BotFather and run `codex-orchestrator init`, or write it into .env";

export const tokenCheck: Check = {
  id: "telegram.token",
  async look(installation): Promise<Finding> {
    const environment = await installation.environment();
    const token = variable(environment, BOT_TOKEN_VARIABLE);
    if (token === undefined) return fail(`${BOT_TOKEN_VARIABLE} is not set`, REMEDY);
    if (!isBotToken(token)) {
      return fail(`${BOT_TOKEN_VARIABLE} is not a token: digits, a colon, a secret`, REMEDY);
    }
    return ok(`set, for the bot with the number ${token.split(":", 1)[0]}`);
  },
};

export const accountCheck: Check = {
  id: "telegram.account",
  async look(installation): Promise<Finding> {
    const { telegram: { apiRoot } } = await installation.config();
    try {
      const { username } = await installation.account();
      return ok(`@${username}, by ${apiRoot}`);
    } catch (error) {
      if (!(error instanceof BotCheckError)) throw error;
      return fail(error.message, error.remedy, [`asked: ${apiRoot}`]);
    }
  },
};

const REMOVED_AT_START =
  "Stop the program that uses it, then start this one: it removes the webhook";

export const webhookCheck: Check = {
  id: "telegram.webhook",
  async look(installation, signal): Promise<Finding> {
    const bot = await botInUse(installation);
    const { address, waitingUpdates, lastError } = await bot.webhook(signal);
    const waiting = `${waitingUpdates} update${waitingUpdates === 1 ? "" : "s"} waiting`;
    if (address === "") return ok(`none; ${waiting}`);
    const { deleteWebhookOnStart } = (await installation.config()).telegram.polling;
    const host = URL.canParse(address) ? new URL(address).host : "an address";
    return warn(
      `messages go to a webhook at ${host}; ${waiting}`,
      deleteWebhookOnStart ? REMOVED_AT_START : webhookRefusal().remedy ?? REMOVED_AT_START,
      lastError === undefined ? [] : [`its last error: ${lastError}`],
    );
  },
};

export const pollerCheck: Check = {
  id: "telegram.poller",
  async look(installation, signal): Promise<Finding> {
    const running = await installation.running();
    if (running !== undefined) {
      const who = running.pid === undefined ? "" : `, process ${running.pid}`;
      return ok(`this program runs${who}; its polling is not disturbed`);
    }
    const bot = await botInUse(installation);
    switch (await bot.poll(signal)) {
      case "free":
        return ok("nobody was seen; telegram.conflict in the log is the sure sign");
      case "webhook":
        throw new NotLookedAt("a webhook gets the messages");
      case "other-program": {
        const { message, remedy } = conflictRefusal();
        return fail(message, remedy);
      }
    }
  },
};

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

/** @throws {NotLookedAt} when Telegram did not answer for the account, which says why */
async function botInUse(installation: Installation): Promise<BotCheck> {
  try {
    await installation.account();
    return await installation.bot();
  } catch (error) {
    if (error instanceof BotCheckError) throw new NotLookedAt("Telegram did not answer");
    throw error;
  }
}
