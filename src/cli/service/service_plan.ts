import { dirname } from "node:path";
import { BOT_TOKEN_VARIABLE, type Environment, readEnvironment } from "../../config/environment.ts";
import { readTextFile } from "../../config/file_access.ts";
import { configPathIn, parseConfig } from "../../config/load.ts";
import { configPath } from "../../config/paths.ts";
import { fileFailure } from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";

/** What a service manager has to be told, whichever it is. */

export const SERVICE_NAME = "codex-orchestrator";

export interface ServicePlan {
  /** The program, its arguments and `run`. */
  readonly command: readonly string[];
  readonly home: string;
  /** Whose home it is; 0 where users have no numbers. */
  readonly userId: number;
  readonly stateFolder: string;
  /** Variables that the bot and Codex need and that no service manager knows. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long the bot may take to wind up when it is stopped. */
  readonly stopSeconds: number;
}

/** One service manager, and what it is asked for by which commands. */
export interface ServiceManager {
  /** For people, e.g. `systemd`. */
  readonly name: string;
  /** Where its description of the service lies. */
  readonly path: string;
  readonly text: string;
  /** Begin with the program to run; in this order. */
  readonly start: readonly (readonly string[])[];
  readonly stop: readonly (readonly string[])[];
  /** After the file is gone. */
  readonly forget: readonly (readonly string[])[];
  /** Prints how the service is; ends with 0 while it runs. */
  readonly status: readonly string[];
  /** What a person should know besides, a line each. */
  readonly advice: readonly string[];
}

/** What is told to the running work when the program is asked to end, unless conf.toml differs. */
const USUAL_GRACE_SECONDS = 20;
/** What the bot does besides: hand over its last messages, close Codex. */
const WIND_UP_SECONDS = 20;
/** Where Codex has its home, and what a network needs whose TLS is looked into. */
const HANDED_ON = ["CODEX_HOME", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS", "LANG"];
/** These may hold a password: then they belong into .env, which the service reads. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

export interface PlanOptions {
  readonly conf?: string | undefined;
}

/** @throws {ConfigError} when there is a configuration that cannot be used */
export async function makeServicePlan(
  process: Process,
  { conf }: PlanOptions,
): Promise<ServicePlan> {
  const environment = await readEnvironment(process);
  const { home, stateFolder, workingDirectory } = environment;
  const path = configPathIn(environment, conf);
  const usual = configPath({ home, workingDirectory, flag: undefined, variable: undefined });
  const grace = await graceSeconds(path, environment);
  return {
    command: [...process.program.command, "run", ...(path === usual ? [] : ["--conf", path])],
    home,
    userId: await ownerOf(home),
    stateFolder,
    variables: serviceVariables(process),
    stopSeconds: Math.ceil(grace + WIND_UP_SECONDS),
  };
}

/** Asking for one's own number is a permission that nothing else needs. */
async function ownerOf(home: string): Promise<number> {
  try {
    return (await Deno.stat(home)).uid ?? 0;
  } catch (error) {
    throw fileFailure("look at your home folder", home, error);
  }
}

/** A configuration that is not there yet is written by the first start. */
async function graceSeconds(path: string, environment: Environment): Promise<number> {
  const file = await readTextFile(path);
  if (!file.ok && file.missing) return USUAL_GRACE_SECONDS;
  // The token has no part in it, so that its absence is no reason to fail.
  const variables = { ...environment.variables, [BOT_TOKEN_VARIABLE]: "0:0" };
  const source = { path, environment: { ...environment, variables } };
  const { runs } = await parseConfig(file.ok ? file.text : "", source);
  return runs.shutdownGraceMs / 1000;
}

function serviceVariables({ variables, program }: Process): Record<string, string> {
  const names = [...HANDED_ON, ...PROXIES.filter((name) => !variables[name]?.includes("@"))];
  const known = names.flatMap((name) => {
    const value = variables[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return { PATH: searchPath(variables.PATH ?? "", program.command), ...Object.fromEntries(known) };
}

/** That of the person's shell: a service manager's own lacks what npm and version managers add. */
function searchPath(path: string, [program = ""]: readonly string[]): string {
  const own = program.startsWith("/") ? [dirname(program)] : [];
  const folders = [...path.split(":").filter((folder) => folder.startsWith("/")), ...own];
  return [...new Set(folders)].join(":");
}

export function unusablePath(path: string, reason: string): CommandError {
  return new CommandError(
    EXIT_CODES.config,
    `Cannot make a service of ${JSON.stringify(path)}: ${reason}`,
    { remedy: "Move it to another path" },
  );
}
