/** `codex-orchestrator init`: from nothing to a bot that answers its owner. */
import { message } from "@optique/core/message";
import { map } from "@optique/core/modifiers";
import { command } from "@optique/core/primitives";
import { BOT_TOKEN_VARIABLE, type Environment, variable } from "../../config/environment.ts";
import { isServerAddress } from "../../config/value_kinds.ts";
import { NO_LOG } from "../../core/log.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { lockInstance } from "../../supervisor/instance.ts";
import { chooseBot } from "../init/bot_step.ts";
import { planFiles, writeChanges } from "../init/files.ts";
import { type Finish, finish } from "../init/finish.ts";
import { chooseOwners } from "../init/owner_step.ts";
import {
  type InitOptions,
  initOptions,
  presentFolder,
  readConfig,
  readPresent,
  requireEverything,
  type Setup,
} from "../init/setup.ts";
import { checkCodex, chooseFolder } from "../init/work_steps.ts";
import { CommandError, type Perform, type Process } from "../process.ts";
import { Cancelled } from "../prompt/keyboard.ts";
import { Prompt } from "../prompt/prompt.ts";
import { footer } from "../syntax.ts";
import { environmentOf } from "../start_environment.ts";

export const initCommand = command(
  "init",
  map(initOptions, (options): Perform => (process) => runInit(process, options)),
  {
    brief: message`Set up the bot: token, owner, Codex, folder`,
    description:
      message`Asks for what it needs, shows what it would write, and writes .env and conf.toml only at the end. Existing files are not changed without asking. Without a terminal, the options have to say everything.`,
    footer: footer(
      {
        title: "Examples",
        lines: [
          "codex-orchestrator init",
          "codex-orchestrator init --token-file - --allow-user 123456789 \\",
          "    --working-directory ~/projects/example < token",
        ],
      },
      {
        title: "Variables",
        lines: ["TELEGRAM_BOT_TOKEN   the bot token, instead of --token-file"],
      },
    ),
  },
);

/** Columns before the text of a shown line: two blanks, a sign and a blank. */
const SHOWN_INDENT = 4;

/** @throws {UserFacingError} when it cannot be done, or the person stops it */
async function runInit(process: Process, options: InitOptions): Promise<number> {
  const environment = await environmentOf(process);
  const present = await readPresent(environment, options.conf);
  await using prompt = new Prompt(process, { assumeDefaults: options.yes });
  const setup = { process, options, prompt, environment, present, clock: process.clock };
  requireEverything(setup);
  using _lock = await lockState(environment);
  const done = await orCancelled(process, () => askAndWrite(setup));
  if (done !== undefined) await orStopped(process, () => finish(setup, done));
  return EXIT_CODES.ok;
}

/** @returns undefined when nothing was to be written */
async function askAndWrite(setup: Setup): Promise<Finish | undefined> {
  const { prompt, present } = setup;
  const apiRoot = chosenApiRoot(setup);
  if (prompt.asks) prompt.say("Ctrl-C stops this at any time. Nothing is written before the end.");
  heading(setup, "1 of 4: the bot");
  const bot = await chooseBot(setup, apiRoot ?? present.config.telegram.apiRoot);
  heading(setup, "2 of 4: its owner");
  const owners = await chooseOwners(setup, bot);
  heading(setup, "3 of 4: Codex");
  await checkCodex(setup);
  heading(setup, "4 of 4: folder and mode");
  const folder = await chooseFolder(setup);
  const mode = setup.options.mode ?? await prompt.choose("Which mode?", [
    {
      label: "plan: bigger tasks are planned, built and reviewed; small ones are answered directly",
      value: "plan" as const,
    },
    { label: "single: every request is answered directly", value: "single" as const },
  ]);
  const answers = { token: bot.token, allowedUsers: owners.ids, folder, apiRoot };
  const written = await write(setup, answers);
  return written === undefined ? undefined : { bot, owners, folder, mode, ...written };
}

/**
 * Shows the changes and writes them.
 * @returns undefined when the person does not want it, else whether conf.toml was left as it is
 */
async function write(
  setup: Setup,
  answers: Parameters<typeof planFiles>[1],
): Promise<{ readonly confLeft: boolean } | undefined> {
  const { prompt, environment, clock } = setup;
  const { changes, confLeft } = await planFiles(setup, answers);
  prompt.say();
  if (confLeft) prompt.say(`${setup.present.confPath} stays as it is, without what you answered.`);
  else if (changes.length === 0) prompt.say("Nothing to change: the files say so already.");
  for (const { path, before, after, shown, anew = false } of changes) {
    const kept = anew ? "written anew: other settings are in the copy alone" : "a copy is kept";
    prompt.say(`${path} (${before === undefined ? "new" : kept})`);
    for (const line of shown) prompt.say(`  ${line}`, SHOWN_INDENT);
    if (path === setup.present.confPath) await noteWarnings(setup, after, answers.folder);
  }
  if (changes.length > 0 && !await prompt.confirm("Write this?", true)) {
    prompt.say("Nothing was written.");
    return undefined;
  }
  const { stateFolder } = environment;
  const copies = await writeChanges(changes, { stateFolder, now: clock.now() });
  if (changes.length > 0) prompt.say("Written; only you can read it.");
  for (const copy of copies) prompt.say(`Copy of the old file: ${copy}`);
  await noteOtherToken(setup, answers.token);
  return { confLeft };
}

/** A variable, or `.env` in the current folder, overrides what was written. */
async function noteOtherToken({ process, prompt }: Setup, token: string): Promise<void> {
  const environment = await environmentOf(process);
  const used = variable(environment, BOT_TOKEN_VARIABLE);
  if (used === token) return;
  const own = process.variables[BOT_TOKEN_VARIABLE]?.trim() === used;
  const place = own ? "the variable in this shell" : environment.files[0];
  prompt.say(`Note: started here, the bot would use another ${BOT_TOKEN_VARIABLE}: ${place}`);
}

/** @throws {ConfigError} when what would be written could not be used */
async function noteWarnings(setup: Setup, text: string, folder: string): Promise<void> {
  const { present, environment, prompt } = setup;
  const config = await readConfig(text, present.confPath, environment);
  for (const warning of config.warnings) prompt.say(`  Note: ${warning}`);
  if (presentFolder(config) !== folder) {
    prompt.say(
      `  Note: profile ${config.profiles.default} sets another folder, which overrides this one`,
    );
  }
}

function heading({ prompt }: Setup, title: string): void {
  prompt.say(`\n${title}`);
}

/** @returns undefined when the address stays as it is */
function chosenApiRoot({ options }: Setup): string | undefined {
  const address = options.apiRoot?.trim().replace(/\/+$/, "");
  if (address === undefined || isServerAddress(address)) return address;
  throw new CommandError(EXIT_CODES.usage, "--api-root needs an http or https address", {
    remedy: "Such as http://localhost:8081, where your Bot API server listens",
  });
}

/** A running bot would receive the owner's code, and not see what is written. */
async function lockState({ stateFolder }: Environment): Promise<Disposable> {
  try {
    const real = await Deno.realPath(stateFolder);
    return await lockInstance(real, { pid: Deno.pid, log: NO_LOG });
  } catch (error) {
    // Without a state folder, no bot is running.
    if (error instanceof Deno.errors.NotFound) return { [Symbol.dispose]: () => {} };
    throw error;
  }
}

async function orCancelled<Value>(process: Process, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!process.stop.aborted) throw error;
    // The terminal has printed ^C in the middle of a line.
    process.print("\n");
    throw new Cancelled();
  }
}

async function orStopped(process: Process, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!process.stop.aborted) throw error;
    throw new CommandError(
      EXIT_CODES.interrupted,
      "stopped; the files that were written are complete",
    );
  }
}
