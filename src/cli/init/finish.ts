/** Finishes after the files: the first mode, the bot's menus, a first message, and the next steps. */
import { join } from "node:path";
import { publishProfile, sendFirstMessage } from "../../bot/setup/first_contact.ts";
import type { Language } from "../../texts/texts.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import type { Mode } from "../../core/session/settings.ts";
import { NO_LOG } from "../../core/log.ts";
import { SessionFiles } from "../../integrations/files/session_files.ts";
import { startLine, terminalLanguage } from "../process.ts";
import type { ChosenBot } from "./bot_step.ts";
import type { Owners } from "./owner_step.ts";
import { type Setup } from "./setup.ts";

export interface Finish {
  readonly bot: ChosenBot;
  readonly owners: Owners;
  readonly folder: string;
  readonly mode: Mode;
  /** What was answered is not in conf.toml: who was named may not use the bot yet. */
  readonly confLeft: boolean;
}

/** Says what fails, and undoes nothing. */
export async function finish(setup: Setup, done: Finish): Promise<void> {
  await keepMode(setup, done);
  await publish(setup, done);
  if (!setup.options.noTestMessage && !done.confLeft) await greet(setup, done);
  tellNext(setup, done.bot);
}

/** Plan mode is the default, so only the other one is stored. */
async function keepMode(
  { environment, present, clock }: Setup,
  { owners, mode }: Finish,
): Promise<void> {
  if (mode === "plan") return;
  const sessions = new SessionFiles({
    folder: join(environment.stateFolder, "sessions"),
    defaultProfile: present.config.profiles.default,
    redact: (text) => text,
    clock,
    log: NO_LOG,
  });
  const id = String(owners.first);
  await sessions.change({ chatId: id, userId: id }, (session) => ({ ...session, mode }));
}

async function publish({ present, process, clock, prompt }: Setup, { bot }: Finish): Promise<void> {
  const { allowedChats } = present.config.telegram;
  const failed = await publishProfile(bot.identity, allowedChats, {
    api: bot.api,
    clock,
    signal: process.stop,
  });
  prompt.say(
    failed === 0
      ? "The bot's commands and description are set, in English and Korean."
      : `Telegram refused ${failed} of the bot's menus and texts; they are set when the bot starts.`,
  );
}

async function greet(setup: Setup, { bot, owners, folder }: Finish): Promise<void> {
  const { prompt } = setup;
  const language = firstLanguage(setup, owners);
  try {
    await sendFirstMessage(bot.account, { userId: owners.first, language }, folder);
    prompt.say("The bot has sent you a first message.");
  } catch (error) {
    if (!(error instanceof UserFacingError)) throw error;
    prompt.say(`${describeError(error)}.`);
    prompt.say(
      `A bot cannot write first: open https://t.me/${bot.identity.username} and press Start.`,
    );
  }
}

function firstLanguage({ options, process }: Setup, { language }: Owners): Language {
  return options.language ?? language ?? terminalLanguage(process.variables);
}

function tellNext({ process, prompt }: Setup, { identity }: ChosenBot): void {
  const program = startLine(process.program);
  prompt.say("\nReady. Next steps:\n");
  prompt.explain([
    [program, `start the bot, then write to @${identity.username}`],
    [`${program} service install`, "start it automatically"],
    [`${program} doctor`, "check the installation"],
  ]);
}
