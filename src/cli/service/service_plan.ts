/** Plans the service: what a service manager is told to start, with which variables. */
import { dirname } from "node:path";
import {
  BOT_TOKEN_VARIABLE,
  type Environment,
  readEnvironment,
  variable,
  withPlaceholderToken,
} from "../../config/environment.ts";
import { ConfigError } from "../../config/errors.ts";
import { readTextFile } from "../../config/file_access.ts";
import { parseConfig } from "../../config/load.ts";
import { configPathIn } from "../../config/conf_file.ts";
import { configPath } from "../../config/paths.ts";
import { fileFailure } from "../../integrations/files/durable_files.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Process } from "../process.ts";
import { environmentOf } from "../start_environment.ts";

/** Plans the service: what any service manager needs to know, on this computer and with this configuration. */

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
  /** How long the bot may take to end when it is stopped. */
  readonly stopSeconds: number;
}

/** A service manager, and the commands to use it. */
export interface ServiceManager {
  /** For people, e.g. `systemd`. */
  readonly name: string;
  /** Where its description of the service belongs. */
  readonly path: string;
  readonly text: string;
  /** Begin with the program to run; in this order. */
  readonly start: readonly (readonly string[])[];
  readonly stop: readonly (readonly string[])[];
  /** After the file is gone. */
  readonly forget: readonly (readonly string[])[];
  /** Prints the state of the service; ends with 0 while it runs. */
  readonly status: readonly string[];
  /** What else a person should know, a line each. */
  readonly advice: readonly string[];
}

/** How long running turns may go on when the program is asked to stop, unless conf.toml says it. */
const USUAL_GRACE_SECONDS = 20;
/** What the bot needs besides: to send its last messages and close Codex. */
const CLOSING_SECONDS = 20;
/** Where Codex has its home, and what networks need that inspect TLS. */
const HANDED_ON = ["CODEX_HOME", "DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS", "LANG"];
/** They may hold a password, which belongs into .env: the service reads it. */
const PROXIES = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

export interface PlanOptions {
  readonly conf?: string | undefined;
}

/**
 * Plans as {@link makeServicePlan} does, for a service that is there already: a configuration that
 * cannot be used must not keep anybody from looking at it or removing it.
 */
export async function planOfInstalled(
  process: Process,
  options: PlanOptions,
): Promise<{ readonly plan: ServicePlan; readonly usable: boolean }> {
  try {
    return { plan: await makeServicePlan(process, options), usable: true };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { plan: await planWith(process, options, USUAL_GRACE_SECONDS), usable: false };
  }
}

/** @throws {ConfigError} when there is a configuration that cannot be used */
export async function makeServicePlan(
  process: Process,
  options: PlanOptions,
): Promise<ServicePlan> {
  const environment = await environmentOf(process);
  const grace = await graceSeconds(configPathIn(environment, options.conf), environment);
  return await planWith(process, options, grace);
}

/** @param grace how long running turns may go on, in seconds */
async function planWith(
  process: Process,
  { conf }: PlanOptions,
  grace: number,
): Promise<ServicePlan> {
  const environment = await environmentOf(process);
  const { home, stateFolder, workingDirectory } = environment;
  const path = configPathIn(environment, conf);
  const usual = configPath({ home, workingDirectory, flag: undefined, variable: undefined });
  return {
    command: [...process.program.command, "run", ...(path === usual ? [] : ["--conf", path])],
    home,
    userId: await ownerOf(home),
    stateFolder,
    variables: serviceVariables(process),
    stopSeconds: Math.ceil(grace + CLOSING_SECONDS),
  };
}

/** Whether the service will know the bot's token: it sees no variable of this shell. */
export async function knowsToken({ home, stateFolder, variables }: ServicePlan): Promise<boolean> {
  const known = { variables: { ...variables, HOME: home }, workingDirectory: stateFolder };
  return variable(await readEnvironment(known), BOT_TOKEN_VARIABLE) !== undefined;
}

/** Asks the file system: asking the runtime takes a permission that nothing else needs. */
async function ownerOf(home: string): Promise<number> {
  try {
    return (await Deno.stat(home)).uid ?? 0;
  } catch (error) {
    throw fileFailure("look at your home folder", home, error);
  }
}

/** Where there is no configuration yet, the first start writes it. */
async function graceSeconds(path: string, environment: Environment): Promise<number> {
  const file = await readTextFile(path);
  if (!file.ok && file.missing) return USUAL_GRACE_SECONDS;
  if (!file.ok) throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
  const source = { path, environment: withPlaceholderToken(environment) };
  const { runs } = await parseConfig(file.text, source);
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

/** The PATH of the person's shell: a service manager's own lacks what npm and version managers add. */
function searchPath(path: string, [program = ""]: readonly string[]): string {
  const own = program.startsWith("/") ? [dirname(program)] : [];
  const folders = [...path.split(":").filter((folder) => folder.startsWith("/")), ...own];
  return [...new Set(folders)].join(":");
}

export function unusablePath(path: string, reason: string): CommandError {
  return new CommandError(
    EXIT_CODES.config,
    `Cannot use ${JSON.stringify(path)} in a service: ${reason}`,
    { remedy: "Move it to another path" },
  );
}
