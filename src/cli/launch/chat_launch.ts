/** Launches the chat in the terminal. */
import { join, resolve } from "node:path";
import type { ChatOptions } from "../../chat_app.ts";
import { readConfFileIfThere } from "../../config/conf_file.ts";
import type { Environment } from "../../config/environment.ts";
import type { Config } from "../../config/load.ts";
import { nearNames } from "../../core/text/near_names.ts";
import { ensurePrivateFolder } from "../../integrations/files/durable_files.ts";
import { CHAT_LOG, openLogFile } from "../../integrations/logging/log_file.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { runSupervised } from "../../supervisor/supervised_run.ts";
import { pipedText } from "../piped_text.ts";
import { CommandError, type OwnProcess, terminalLanguage } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { readConfiguration } from "./configuration.ts";
import type { Configurator } from "./configuring.ts";
import type { ChatArguments } from "./wanted.ts";

/** A longer text belongs into a file. */
const LONGEST_REQUEST = 1_000_000;

/** @returns the exit code */
export async function launchChat(
  process: OwnProcess,
  wanted: ChatArguments,
  configurator: Configurator,
): Promise<number> {
  const { profile, echo, conf } = wanted;
  const environment = await environmentOf(process, { file: wanted.envFile, withoutToken: true });
  const folder = wanted.folder &&
    await folderAt(resolve(process.workingDirectory, wanted.folder));
  const file = await readConfFileIfThere(environment, conf);
  const chat = { folder, profile, echo };
  const { config, conversation } = await readConfiguration(configurator, {
    file,
    environment,
    chat,
  });
  refuseUnknownProfile(profile, config);
  const request = await requestOf(process, wanted);
  await ensurePrivateFolder(config.stateFolder);
  const logFile = join(config.stateFolder, CHAT_LOG);
  using log = await openLogFile(logFile);
  const end = await runSupervised(config, {
    variables: environment.variables,
    version: process.version,
    verbose: wanted.verbose,
    stop: process.stop,
    print: log.write,
    chat: chatOptions(process, wanted, { environment, conversation, request }),
  });
  if (end.text !== undefined) process.printError(`${end.text}\nThe log: ${logFile}\n`);
  return end.code;
}

function chatOptions(
  { terminal, variables }: OwnProcess,
  { json, anew, mode, profile, words }: ChatArguments,
  { environment, conversation, request }: {
    readonly environment: Environment;
    readonly conversation: string;
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
    conversation,
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
  { profiles }: Config,
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
  process: OwnProcess,
  { words, json }: ChatArguments,
): Promise<string | undefined> {
  const written = words.join(" ").trim();
  if (words.length === 0 && process.terminal.interactive && !json) return undefined;
  const request = words.length > 0 ? written : (await pipedText(process, LONGEST_REQUEST)).trim();
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
