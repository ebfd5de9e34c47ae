/** Reads what `init` starts from: its options, and what is configured already. */
import { join } from "node:path";
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { multiple, optional, withDefault } from "@optique/core/modifiers";
import type { InferValue } from "@optique/core/parser";
import { flag, option } from "@optique/core/primitives";
import { choice, string, type ValueParser } from "@optique/core/valueparser";
import {
  BOT_TOKEN_VARIABLE,
  type Environment,
  variable,
  withPlaceholderToken,
} from "../../config/environment.ts";
import { ConfigError, renderConfigError } from "../../config/errors.ts";
import { TEMPLATE } from "../../config/example.ts";
import { exists, readTextFile } from "../../config/file_access.ts";
import { type Config, parseConfig } from "../../config/load.ts";
import { configPathIn } from "../../config/conf_file.ts";
import type { Clock } from "../../core/clock.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";
import type { Prompt } from "../prompt/prompt.ts";
import { confOption, path } from "../syntax.ts";

/** What every step of `init` needs. */
export interface Setup {
  readonly process: Process;
  readonly options: InitOptions;
  readonly prompt: Prompt;
  readonly environment: Environment;
  readonly present: Present;
  readonly clock: Clock;
}

/** What exists before anything is written. */
export interface Present {
  readonly confPath: string;
  /** Undefined when there is no such file. */
  readonly confText: string | undefined;
  /** Of the file, or of the template where no file can be used. */
  readonly config: Config;
  /** Why the file cannot be used. */
  readonly confProblem: string | undefined;
  readonly envPath: string;
  readonly envText: string | undefined;
}

const TOKEN_REFUSED =
  message`Everybody on this computer can read a token on the command line: put it into a file for --token-file, or into the variable TELEGRAM_BOT_TOKEN`;

export const initOptions = object("Options", {
  conf: confOption,
  tokenFile: optional(
    option("--token-file", path({ metavar: "FILE", type: "file" }), {
      description: message`Read the bot token from this file (-: standard input)`,
    }),
  ),
  token: optional(
    // Without the library's "--token:" before it, after which the redactor would mask a word.
    option("--token", refusedToken(), { hidden: true, errors: { invalidValue: TOKEN_REFUSED } }),
  ),
  allowUser: multiple(
    option("--allow-user", userId(), {
      description: message`Allow this Telegram user id, instead of pairing`,
    }),
  ),
  workingDirectory: optional(
    option("--working-directory", path({ metavar: "FOLDER", type: "directory" }), {
      description: message`The folder in which Codex works`,
    }),
  ),
  mode: optional(
    option("--mode", choice(["plan", "single"], { metavar: "MODE" }), {
      description: message`The first mode of your chat: plan or single`,
    }),
  ),
  language: optional(
    option("--language", choice(["en", "ko"], { metavar: "LANGUAGE" }), {
      description: message`Language of the first message: en or ko`,
    }),
  ),
  apiRoot: optional(
    option("--api-root", string({ metavar: "URL" }), {
      description: message`The address of your own Bot API server`,
    }),
  ),
  yes: withDefault(
    flag("-y", "--yes", "--force", {
      description: message`Accept every default; change existing files and keep a copy`,
    }),
    false,
  ),
  noTestMessage: withDefault(
    flag("--no-test-message", { description: message`Send no first message` }),
    false,
  ),
  skipCodexCheck: withDefault(
    flag("--skip-codex-check", { description: message`Do not check Codex` }),
    false,
  ),
});

export type InitOptions = InferValue<typeof initOptions>;

function userId(): ValueParser<"sync", number> {
  const error = message`expected a user id, such as 123456789`;
  return {
    mode: "sync",
    metavar: "ID",
    placeholder: 1,
    parse: (input) =>
      /^[1-9]\d*$/.test(input) && Number.isSafeInteger(Number(input))
        ? { success: true, value: Number(input) }
        : { success: false, error },
    format: String,
  };
}

/** Exists only to be refused with the reason. */
function refusedToken(): ValueParser<"sync", string> {
  return {
    mode: "sync",
    metavar: "TOKEN",
    placeholder: "",
    parse: () => ({ success: false, error: TOKEN_REFUSED }),
    format: (value) => value,
  };
}

/** Reads conf.toml and `.env`. @throws {ConfigError} when a file exists and cannot be read */
export async function readPresent(
  environment: Environment,
  flag: string | undefined,
): Promise<Present> {
  const confPath = configPathIn(environment, flag);
  const envPath = join(environment.stateFolder, ".env");
  const [confText, envText] = await Promise.all([textOf(confPath), textOf(envPath)]);
  const files = { confPath, confText, envPath, envText };
  const read = (text: string): Promise<Config> => readConfig(text, confPath, environment);
  try {
    return { ...files, config: await read(confText ?? TEMPLATE), confProblem: undefined };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { ...files, config: await read(TEMPLATE), confProblem: renderConfigError(error) };
  }
}

/** Reads a text of conf.toml, without checking the token. @throws {ConfigError} */
export async function readConfig(
  text: string,
  path: string,
  environment: Environment,
): Promise<Config> {
  return await parseConfig(text, { path, environment: withPlaceholderToken(environment) });
}

/** The folder in which the default profile works. */
export function presentFolder({ profiles }: Config): string | undefined {
  return profiles.all.get(profiles.default)?.workingDirectory;
}

async function textOf(path: string): Promise<string | undefined> {
  const file = await readTextFile(path);
  if (file.ok) return file.text;
  if (!file.missing) {
    throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
  }
  // A link that leads nowhere is there: somebody keeps the file on a disk that is not connected.
  if (!await exists(path)) return undefined;
  const detail = "is a link that leads nowhere: connect the disk, or remove the link";
  throw new ConfigError([{ place: path, detail }]);
}

/** Without a terminal nothing can be asked. @throws {CommandError} with every option that is missing */
export function requireEverything({ process, options, environment, present }: Setup): void {
  if (process.terminal.interactive) return;
  const { config, confText } = present;
  const hasToken = options.tokenFile !== undefined ||
    variable(environment, BOT_TOKEN_VARIABLE) !== undefined;
  const hasFolder = options.workingDirectory !== undefined || options.yes ||
    (confText !== undefined && presentFolder(config) !== environment.home);
  const missing = [
    ...(hasToken ? [] : [`--token-file FILE or the variable ${BOT_TOKEN_VARIABLE}`]),
    ...(options.allowUser.length + config.telegram.allowedUsers.length > 0
      ? []
      : ["--allow-user ID"]),
    ...(hasFolder ? [] : ["--working-directory FOLDER"]),
  ];
  if (missing.length === 0) return;
  throw new CommandError(
    EXIT_CODES.usage,
    `Not a terminal, so init cannot ask. Also needed: ${missing.join("; ")}`,
    { remedy: "Nothing was written" },
  );
}
