/** Checks the bot: token, account, webhook, other pollers, clock. */
import { conflictRefusal, webhookRefusal } from "../../../bot/api.ts";
import { type BotCheck, BotCheckError } from "../../../bot/setup/bot_check.ts";
import { BOT_TOKEN_VARIABLE, isBotToken, variable } from "../../../config/environment.ts";
import { type Check, CheckSkipped, fail, type Finding, ok, warn } from "../check.ts";
import type { Installation } from "../installation.ts";

const REMEDY =
  "Get a token from @BotFather, then run `codex-orchestrator init` or put the token into .env";

/** The bot token, as far as its form tells. */
export const tokenCheck: Check = {
  id: "telegram.token",
  async look(installation): Promise<Finding> {
    const environment = await installation.environment();
    const token = variable(environment, BOT_TOKEN_VARIABLE);
    if (token === undefined) return fail(`${BOT_TOKEN_VARIABLE} is not set`, REMEDY);
    if (!isBotToken(token)) {
      return fail(`${BOT_TOKEN_VARIABLE} is not a bot token (digits, a colon, a secret)`, REMEDY);
    }
    return ok(`set, for bot ${token.split(":", 1)[0]}`);
  },
};

/** Whether Telegram accepts the token, and whose it is. */
export const accountCheck: Check = {
  id: "telegram.account",
  async look(installation): Promise<Finding> {
    const { telegram: { apiRoot } } = await installation.config();
    try {
      const { username } = await installation.account();
      return ok(`@${username}, at ${apiRoot}`);
    } catch (error) {
      if (!(error instanceof BotCheckError)) throw error;
      return fail(error.message, error.remedy, [`asked: ${apiRoot}`]);
    }
  },
};

const REMOVED_AT_START =
  "Stop the program that uses it, then start this one: it removes the webhook";

/** A webhook of another program, which gets the messages instead of this one. */
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

/** Another program that polls the same bot: each of the two gets some of the messages. */
export const pollerCheck: Check = {
  id: "telegram.poller",
  async look(installation, signal): Promise<Finding> {
    const running = await installation.running();
    if (running !== undefined) {
      const who = running.pid === undefined ? "" : ` (process ${running.pid})`;
      return ok(`this program is running${who} and was not disturbed`);
    }
    const bot = await botInUse(installation);
    switch (await bot.poll(signal)) {
      case "free":
        return ok("no other program seen; telegram.conflict in the log would prove one");
      case "webhook":
        throw new CheckSkipped("a webhook gets the messages");
      case "other-program": {
        const { message, remedy } = conflictRefusal();
        return fail(message, remedy);
      }
    }
  },
};

const MOST_MS = 60_000;

/** This computer's clock against Telegram's, which messages and certificates depend on. */
export const clockCheck: Check = {
  id: "telegram.clock",
  async look(installation): Promise<Finding> {
    await botInUse(installation);
    const { clockAheadMs } = await installation.account();
    if (clockAheadMs === undefined) throw new CheckSkipped("Telegram did not say the time");
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
    "Turn on automatic time on this computer (NTP)",
  );
}

/** @throws {CheckSkipped} when Telegram did not answer for the account, which says why */
async function botInUse(installation: Installation): Promise<BotCheck> {
  try {
    await installation.account();
    return await installation.bot();
  } catch (error) {
    if (error instanceof BotCheckError) throw new CheckSkipped("Telegram did not answer");
    throw error;
  }
}
