/** Whether Telegram takes the token, and whose it is. */
import { BotCheckError } from "../../../bot/setup/bot_check.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

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
