/** `codex-orchestrator chat`: the same engine in the terminal. */
import { join, resolve } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { map, multiple, optional, withDefault } from "@optique/core/modifiers";
import { argument, command, flag, option } from "@optique/core/primitives";
import { choice, string } from "@optique/core/valueparser";
import type { ChatOptions } from "../../chat_app.ts";
import { type ChatConfig, loadChatConfig } from "../../config/chat_config.ts";
import type { Environment } from "../../config/environment.ts";
import type { Mode } from "../../core/session/settings.ts";
import { nearNames } from "../../core/text/near_names.ts";
import { ensurePrivateFolder } from "../../integrations/files/durable_files.ts";
import { CHAT_LOG, openLogFile } from "../../integrations/logging/log_file.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { runSupervised } from "../../supervisor/supervised_run.ts";
import { CommandError, type Process, terminalLanguage } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { confOption, envFileOption, footer, jsonFlag, path } from "../syntax.ts";

interface ChatArguments {
  readonly words: readonly string[];
  readonly conf?: string | undefined;
  readonly envFile?: string | undefined;
  readonly profile?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly folder?: string | undefined;
  readonly anew: boolean;
  readonly echo: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** A longer text belongs into a file. */
const LONGEST_REQUEST = 1_000_000;

export const chatCommand = command(
  "chat",
  map(
    object("Options", {
      words: multiple(
        argument(string({ metavar: "MESSAGE" }), {
          description: message`Do this, print the answer and exit`,
        }),
      ),
      mode: optional(option("--mode", choice(["single", "plan"], { metavar: "MODE" }), {
        description: message`single: answer directly; plan: plan, build and review`,
      })),
      profile: optional(option("--profile", string({ metavar: "NAME" }), {
        description: message`Use this profile of conf.toml`,
      })),
      folder: optional(option("--cd", path({ metavar: "FOLDER", type: "directory" }), {
        description: message`Work in this folder, whatever the profile says`,
      })),
      anew: withDefault(
        flag("--new", { description: message`Start a new conversation` }),
        false,
      ),
      echo: withDefault(
        flag("--echo", { description: message`Demo mode: canned answers, without Codex` }),
        false,
      ),
      json: jsonFlag,
      conf: confOption,
      envFile: envFileOption,
      verbose: withDefault(
        flag("--verbose", { description: message`Also log what Codex reports` }),
        false,
      ),
    }),
    (understood) => (process: Process): Promise<number> => chat(process, understood),
  ),
  {
    brief: message`Talk to Codex in this terminal`,
    description:
      message`Works like the bot, without Telegram and a token. Each folder has its own conversation, which the next start continues. With a message or piped input, it answers that and exits.`,
    footer: footer(
      {
        title: "Examples",
        lines: [
          "codex-orchestrator chat",
          'codex-orchestrator chat --mode plan "add a --version option, with a test"',
          "git log -5 | codex-orchestrator chat --cd ~/projects/example",
        ],
      },
      {
        title: "Exit codes",
        lines: [
          "0 answered, or you left; 1 failed; 130 stopped with Ctrl-C.",
          "Without a terminal, everything that needs your approval is denied.",
        ],
      },
    ),
  },
);

async function chat(process: Process, understood: ChatArguments): Promise<number> {
  const environment = await environmentOf(process, {
    file: understood.envFile,
    withoutToken: true,
  });
  const { profile, echo } = understood;
  const folder = understood.folder &&
    await folderAt(resolve(process.workingDirectory, understood.folder));
  const loaded = await loadChatConfig(environment, {
    flag: understood.conf,
    folder,
    profile,
    echo,
  });
  refuseUnknownProfile(profile, loaded);
  const request = await requestOf(process, understood);
  await ensurePrivateFolder(loaded.config.stateFolder);
  using log = await openLogFile(join(loaded.config.stateFolder, CHAT_LOG));
  const end = await runSupervised(loaded.config, {
    variables: environment.variables,
    version: process.version,
    verbose: understood.verbose,
    stop: process.stop,
    print: log.write,
    chat: chatOptions(process, understood, { environment, loaded, request }),
  });
  if (end.text !== undefined) process.printError(`${end.text}\n`);
  return end.code;
}

function chatOptions(
  { terminal, variables }: Process,
  { json, anew, mode, profile, words }: ChatArguments,
  { environment, loaded, request }: {
    readonly environment: Environment;
    readonly loaded: ChatConfig;
    readonly request: string | undefined;
  },
): ChatOptions {
  const redraws = terminal.interactive && variables.TERM !== "dumb";
  return {
    view: json ? "json" : redraws ? "live" : "plain",
    ...(request === undefined ? {} : { request }),
    // A plain terminal passes lines on, and a single request reads none.
    attended: redraws || (terminal.interactive && request === undefined),
    // A request that was piped in has used the input up.
    answered: json && words.length > 0,
    shown: terminal.columns !== undefined,
    colors: terminal.colors,
    language: terminalLanguage(environment.variables),
    conversation: loaded.conversation,
    anew,
    ...(mode === undefined ? {} : { mode }),
    ...(profile === undefined ? {} : { profile }),
  };
}

/** @throws {CommandError} when there is no such folder */
async function folderAt(path: string): Promise<string> {
  try {
    const real = await Deno.realPath(path);
    if ((await Deno.stat(real)).isDirectory) return real;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new CommandError(EXIT_CODES.noInput, `Cannot work in ${path}: the folder does not exist`);
}

function refuseUnknownProfile(
  name: string | undefined,
  { config: { profiles } }: ChatConfig,
): void {
  if (name === undefined || profiles.all.has(name.toLowerCase())) return;
  const names = [...profiles.all.keys()];
  const [near] = nearNames(name, names);
  throw new CommandError(EXIT_CODES.usage, `There is no profile "${name}"`, {
    remedy: near === undefined ? `Available: ${names.join(", ")}` : `Did you mean ${near}?`,
  });
}

/** The single request to answer; undefined when the person will type. */
async function requestOf(
  { terminal, stop }: Process,
  { words, json }: ChatArguments,
): Promise<string | undefined> {
  const written = words.join(" ").trim();
  if (words.length === 0 && terminal.interactive && !json) return undefined;
  const request = words.length > 0 ? written : (await pipedText(terminal.input, stop)).trim();
  if (request === "") {
    throw new CommandError(EXIT_CODES.usage, "There is no request", {
      remedy: "Put it after chat, or pipe it in",
    });
  }
  if (request.length > LONGEST_REQUEST) {
    throw new CommandError(EXIT_CODES.usage, "The request is longer than a million characters", {
      remedy: "Put it into a file in the folder and mention that file",
    });
  }
  return request;
}

async function pipedText(input: ReadableStream<Uint8Array>, stop: AbortSignal): Promise<string> {
  let text = "";
  for await (const part of input.pipeThrough(new TextDecoderStream(), { signal: stop })) {
    text += part;
    if (text.length > LONGEST_REQUEST) break;
  }
  return text;
}
