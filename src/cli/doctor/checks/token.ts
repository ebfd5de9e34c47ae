/** The bot token, as far as its shape tells. */
import { BOT_TOKEN_VARIABLE, variable } from "../../../config/environment.ts";
import { isBotToken } from "../../../config/environment.ts";
import { type Check, fail, type Finding, ok } from "../check.ts";

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
