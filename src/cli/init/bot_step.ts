/** Asks which bot: its token, whether Telegram accepts it, and whether its messages would arrive here. */
import { resolve } from "node:path";
import { createTelegramApi, TelegramRefusal } from "../../bot/api.ts";
import { BotConnection, type BotIdentity } from "../../bot/setup/bot_connection.ts";
import {
  BOT_TOKEN_VARIABLE,
  type Environment,
  isBotToken,
  variable,
} from "../../config/environment.ts";
import { readTextFile } from "../../config/file_access.ts";
import { expandHome } from "../../config/paths.ts";
import { describeError } from "../../core/errors.ts";
import { untracedFetch } from "../../integrations/telemetry/tracing.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { pipedText } from "../piped_text.ts";
import { CommandError, type Process } from "../process.ts";
import type { Setup } from "./setup.ts";

/** With room for the blanks around it. */
const LONGEST_TOKEN = 10_000;
const TOKEN_LOOKS = "A token is a number, a colon and about 35 characters, as @BotFather gave it";

export interface ChosenBot {
  readonly token: string;
  readonly identity: BotIdentity;
  readonly account: BotConnection;
  readonly api: ReturnType<typeof createTelegramApi>;
}

/** @throws {UserFacingError} when Telegram cannot be reached, or a given token is wrong */
export async function chooseBot(setup: Setup, apiRoot: string): Promise<ChosenBot> {
  const { process, options, environment, prompt } = setup;
  const given = await givenToken(process, environment, options.tokenFile);
  const known = given === undefined ? undefined : await tryGiven(given, setup, apiRoot);
  const bot = known ?? await askForBot(setup, apiRoot);
  prompt.say(`Hello, @${bot.identity.username}.`);
  await offerToRemoveWebhook(bot.account, setup);
  return bot;
}

/** @returns undefined when another token is to be asked for */
async function tryGiven(
  { token, source, known }: GivenToken,
  setup: Setup,
  apiRoot: string,
): Promise<ChosenBot | undefined> {
  const { prompt, process } = setup;
  prompt.say(`Found a token in ${source}.`);
  try {
    if (!isBotToken(token)) {
      throw new TelegramRefusal("It does not look like a bot token", { remedy: TOKEN_LOOKS });
    }
    const bot = await lookUp(token, setup, apiRoot);
    if (!known || await prompt.confirm(`Use @${bot.identity.username}?`, true)) return bot;
  } catch (error) {
    if (!(error instanceof TelegramRefusal)) throw error;
    if (!process.terminal.interactive || !known) throw refused(error);
    prompt.say(describeError(error));
  }
  return undefined;
}

/** Asks until Telegram accepts a token. */
async function askForBot(setup: Setup, apiRoot: string): Promise<ChosenBot> {
  const { prompt } = setup;
  prompt.say(
    "In Telegram, write /newbot to @BotFather (https://t.me/BotFather): it gives you a token.",
  );
  for (;;) {
    const token = await prompt.secret("Paste the token (it is not shown)");
    if (!isBotToken(token)) {
      prompt.say("That does not look like a token: a number, a colon and about 35 characters.");
      continue;
    }
    try {
      return await lookUp(token, setup, apiRoot);
    } catch (error) {
      if (!(error instanceof TelegramRefusal)) throw error;
      prompt.say(`${describeError(error)}.`);
    }
  }
}

async function lookUp(token: string, setup: Setup, apiRoot: string): Promise<ChosenBot> {
  const { clock, process } = setup;
  const api = createTelegramApi({ botToken: token, apiRoot }, untracedFetch(fetch));
  const account = new BotConnection({ api, apiRoot, clock, signal: process.stop });
  return { token, api, account, identity: await account.identity() };
}

/** While a webhook is set, nobody who polls gets a message. */
async function offerToRemoveWebhook(
  account: BotConnection,
  { prompt, options }: Setup,
): Promise<void> {
  const webhook = await account.webhook();
  if (webhook === undefined) return;
  const found = `The bot's messages go to a webhook at ${
    new URL(webhook).host
  }: another program uses it`;
  if (!prompt.asks && !options.yes) {
    throw new CommandError(EXIT_CODES.config, found, {
      remedy:
        "--yes removes the webhook; or create another bot with @BotFather, because each program " +
        "needs its own. Nothing was written",
    });
  }
  prompt.say(`${found}.`);
  // A stray Enter, as behind a pasted token, must not cost the other program its messages.
  if (prompt.asks && !await prompt.confirm("Remove the webhook, so that messages arrive here?")) {
    throw new CommandError(EXIT_CODES.config, "A bot with a webhook cannot be used here", {
      remedy: "Create another bot with @BotFather: each program needs its own",
    });
  }
  await account.removeWebhook();
  prompt.say("Removed.");
}

function refused({ message, remedy }: TelegramRefusal): CommandError {
  return new CommandError(EXIT_CODES.config, message, remedy === undefined ? {} : { remedy });
}

interface GivenToken {
  readonly token: string;
  /** Where it is from, for people. */
  readonly source: string;
  /** It was configured before, and not named for this call. */
  readonly known: boolean;
}

/**
 * The token that need not be asked for: from a file, standard input or the environment.
 * @param file of `--token-file`
 * @returns undefined when there is none
 * @throws {CommandError} when what is given is no token
 */
async function givenToken(
  process: Process,
  environment: Environment,
  file: string | undefined,
): Promise<GivenToken | undefined> {
  if (file === "-" && !process.terminal.interactive) {
    const text = await pipedText(process, LONGEST_TOKEN);
    return {
      token: checked(text, "standard input"),
      source: "standard input",
      known: false,
    };
  }
  if (file !== undefined && file !== "-") return await tokenFromFile(file, environment);
  const token = variable(environment, BOT_TOKEN_VARIABLE);
  if (token === undefined) return undefined;
  const own = process.variables[BOT_TOKEN_VARIABLE]?.trim() === token;
  const source = own ? `the variable ${BOT_TOKEN_VARIABLE}` : environment.files.join(" or ");
  return { token, source, known: true };
}

async function tokenFromFile(
  name: string,
  { workingDirectory, home }: Environment,
): Promise<GivenToken> {
  if (isBotToken(name)) {
    throw new CommandError(
      EXIT_CODES.usage,
      "everybody on this computer can read a token on the command line",
      {
        remedy:
          "Put it into a file for --token-file, and get a new one from @BotFather with /revoke",
      },
    );
  }
  const path = resolve(workingDirectory, expandHome(name, home));
  const read = await readTextFile(path);
  if (!read.ok) {
    throw new CommandError(EXIT_CODES.noInput, `Cannot read ${path}: ${read.reason}`);
  }
  return { token: checked(read.text, path), source: path, known: false };
}

/** Never shows the wrong text: it may be a token with a typo. */
function checked(text: string, source: string): string {
  const token = text.trim();
  if (isBotToken(token)) return token;
  throw new CommandError(EXIT_CODES.config, `No bot token in ${source}`, {
    remedy: TOKEN_LOOKS,
  });
}
