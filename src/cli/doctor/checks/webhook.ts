/** A webhook that another program has left over gets the messages instead of this one. */
import { webhookRefusal } from "../../../bot/api.ts";
import { type Check, type Finding, ok, warn } from "../check.ts";
import { botInUse } from "../bot_in_use.ts";

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
