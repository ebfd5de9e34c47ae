/**
 * Reads the environment: the process's variables, and those of `.env` files.
 *
 * A variable of the process overrides any file, a file that the person names overrides `.env` in the
 * folder in which the program was started, and that overrides the one in the state folder. The folder
 * may be anybody's project, whose `.env` could name another configuration and with it the programs to
 * start: only the bot's token is taken from it.
 */
import { join, resolve } from "node:path";
import { describeError } from "../core/errors.ts";
import { obstacleTo } from "../core/workspace/folder_obstacle.ts";
import { ConfigError } from "./errors.ts";
import { fileErrorReason, isFolder, readFewBytes } from "./file_access.ts";
import { stateFolderOf } from "./paths.ts";

export const BOT_TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN";
export const PLACEHOLDER_TOKEN = "0:0";
/** The bot's own number, a colon and the secret part. */
const TOKEN_SHAPE = /^\d+:[A-Za-z0-9_-]+$/;
/** Windows editors begin a file with it, and the first name would not be found behind it. */
const BYTE_ORDER_MARK = /^\uFEFF/;
export const CONFIG_PATH_VARIABLE = "CODEX_CONF_PATH";

export type Variables = Readonly<Record<string, string>>;

export interface Environment {
  /** Process and files merged. Holds secrets: pass on single values, never the whole. */
  readonly variables: Variables;
  readonly home: string;
  readonly stateFolder: string;
  /** The folder in which the program was started; relative `--conf` paths begin here. */
  readonly workingDirectory: string;
  /** `.env` files that were read, in order of precedence. */
  readonly files: readonly string[];
  /** What was not taken from the `.env` of the folder in which the program was started. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  readonly path: string;
  /** Of variables. */
  readonly names: readonly string[];
}

interface EnvironmentOptions {
  /** Another file, all of which counts; relative to the folder in which the program was started. */
  readonly file?: string | undefined;
  /** What the `.env` of the folder in which the program was started gives; absent = the token. */
  readonly whereStarted?: "all" | "token" | "nothing";
}

/**
 * Reads the `.env` files and merges them under the process's variables.
 * @throws {ConfigError} when there is no home folder, the state folder cannot be used, or a file
 * cannot be read
 */
export async function readEnvironment(
  process: { readonly variables: Variables; readonly workingDirectory: string },
  { file, whereStarted = "token" }: EnvironmentOptions = {},
): Promise<Environment> {
  const home = homeFolder(process.variables);
  const stateFolder = stateFolderOf(home);
  await refuseObstacle(stateFolder);
  const own = join(stateFolder, ".env");
  const started = join(process.workingDirectory, ".env");
  const named = file === undefined ? undefined : resolve(process.workingDirectory, file);
  const isOther = started !== own && started !== named && whereStarted !== "nothing";
  const [wanted, found, kept] = await Promise.all([
    named === undefined ? undefined : readNamedFile(named),
    isOther ? readStartedFile(started) : undefined,
    named === own ? undefined : readEnvironmentFile(own),
  ]);
  const taken = found && whereStarted === "token" ? tokenOf(found) : found;
  const files = [wanted, taken, kept].filter((each) => each !== undefined);
  return {
    variables: Object.assign(
      {},
      ...files.map(({ variables }) => withoutBlankToken(variables)).reverse(),
      withoutBlankToken(process.variables),
    ),
    home,
    stateFolder,
    workingDirectory: process.workingDirectory,
    files: files.map(({ path }) => path),
    leftOut: found === undefined ? [] : leftOutOf(found, taken),
  };
}

interface EnvironmentFile {
  readonly path: string;
  readonly variables: Variables;
}

/** Drops a token that is not filled in, as in a copy of .env.example: it hides no other one. */
function withoutBlankToken(variables: Variables): Variables {
  const { [BOT_TOKEN_VARIABLE]: token, ...others } = variables;
  return token?.trim() === "" ? others : variables;
}

/** @returns undefined where there is none */
function tokenOf({ path, variables }: EnvironmentFile): EnvironmentFile | undefined {
  const { [BOT_TOKEN_VARIABLE]: token } = variables;
  return token === undefined ? undefined : { path, variables: { [BOT_TOKEN_VARIABLE]: token } };
}

function leftOutOf(
  { path, variables }: EnvironmentFile,
  taken: EnvironmentFile | undefined,
): readonly LeftOut[] {
  const names = Object.keys(variables).filter((name) => taken?.variables[name] === undefined);
  return names.length === 0 ? [] : [{ path, names }];
}

/** Takes a folder of that name for no file: Python keeps its programs in such ones. */
async function readStartedFile(path: string): Promise<EnvironmentFile | undefined> {
  return await isFolder(path) ? undefined : await readEnvironmentFile(path);
}

/** A file that the person names has to be there. */
async function readNamedFile(path: string): Promise<EnvironmentFile> {
  const file = await readEnvironmentFile(path);
  if (file === undefined) throw new ConfigError([{ place: path, detail: "does not exist" }]);
  return file;
}

/** The value of a variable with surrounding blanks removed; undefined when unset or empty. */
export function variable(environment: Environment, name: string): string | undefined {
  const value = environment.variables[name]?.trim();
  return value === "" ? undefined : value;
}

/** Whether it has the form of a token; only Telegram knows whether it is one. */
export function isBotToken(text: string): boolean {
  return TOKEN_SHAPE.test(text);
}

/**
 * The environment with some token, for commands that need the configuration and not the bot: a
 * missing or wrong token must not stop them.
 */
export function withPlaceholderToken(environment: Environment): Environment {
  const variables = { ...environment.variables, [BOT_TOKEN_VARIABLE]: PLACEHOLDER_TOKEN };
  return { ...environment, variables };
}

function homeFolder(variables: Variables): string {
  const home = [variables.HOME, variables.USERPROFILE].find((path) => path?.trim());
  if (home === undefined) {
    throw new ConfigError([{
      place: "environment",
      key: "HOME",
      detail: "must be set to your home folder, found nothing (on Windows: USERPROFILE)",
    }]);
  }
  return home.trim();
}

/** @throws {ConfigError} when something else is in the place of the state folder */
async function refuseObstacle(stateFolder: string): Promise<void> {
  const obstacle = await obstacleTo(stateFolder, Deno);
  if (obstacle === undefined) return;
  throw new ConfigError([{ place: "state folder", detail: describeError(obstacle) }]);
}

async function readEnvironmentFile(
  path: string,
): Promise<EnvironmentFile | undefined> {
  try {
    // A project's own file may be in any encoding; the names that count are ASCII.
    const text = new TextDecoder().decode(await readFewBytes(path));
    // Takes time to load, and most folders have no such file.
    const { parseEnv } = await import("node:util");
    return { path, variables: definedOnly(parseEnv(text.replace(BYTE_ORDER_MARK, ""))) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return undefined;
    }
    const detail = `cannot be read: ${fileErrorReason(error)}`;
    throw new ConfigError([{ place: path, detail }]);
  }
}

function definedOnly(parsed: Readonly<Record<string, string | undefined>>): Variables {
  const entries = Object.entries(parsed)
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
