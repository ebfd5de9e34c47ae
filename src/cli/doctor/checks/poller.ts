/** Another program that polls the same bot: each of them would get some of the messages. */
import { conflictRefusal } from "../../../bot/api.ts";
import { botInUse } from "../bot_in_use.ts";
import { type Check, fail, type Finding, NotLookedAt, ok } from "../check.ts";

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
