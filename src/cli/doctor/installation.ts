/** Looks up what the checks need, each part once. */
import { join } from "node:path";
import { BotCheck } from "../../bot/setup/bot_check.ts";
import { TEMPLATE } from "../../config/example.ts";
import { type Config, examineConfig } from "../../config/load.ts";
import { configPathIn } from "../../config/conf_file.ts";
import {
  BOT_TOKEN_VARIABLE,
  type Environment,
  isBotToken,
  PLACEHOLDER_TOKEN,
  variable,
  withPlaceholderToken,
} from "../../config/environment.ts";
import { ConfigError, type ConfigProblem } from "../../config/errors.ts";
import { readTextFile } from "../../config/file_access.ts";
import { stateFolderOf } from "../../config/paths.ts";
import type { Clock } from "../../core/clock.ts";
import { obstacleTo } from "../../core/workspace/folder_obstacle.ts";
import { secretsIn } from "../../core/redaction/secrets.ts";
import { STATE_FILE } from "../../integrations/state/state_files.ts";
import { untracedFetch } from "../../integrations/telemetry/tracing.ts";
import { codexEnvironment } from "../../supervisor/confinement.ts";
import { runningInstance } from "../../supervisor/instance.ts";
import type { Process } from "../process.ts";
import { environmentOf } from "../start_environment.ts";
import { CheckSkipped } from "./check.ts";
import { CodexInstallation, once } from "./codex_installation.ts";

interface InstallationParts {
  readonly process: Process;
  /** The path given with `--conf`. */
  readonly conf: string | undefined;
  /** That given with `--env-file`. */
  readonly envFile?: string | undefined;
  /** Nothing outside of this computer is contacted. */
  readonly offline: boolean;
  /** Whether to ask for a newer version. */
  readonly latest?: boolean;
  readonly clock: Clock;
}

interface ConfigurationLook {
  readonly path: string;
  /** The defaults where the file could not be read. */
  readonly read: "read" | "missing" | { readonly reason: string };
  readonly config: Config;
  /** Without those of the token, which has a check of its own. */
  readonly problems: readonly ConfigProblem[];
}

export class Installation {
  readonly process: Process;
  readonly offline: boolean;
  readonly latest: boolean;
  readonly clock: Clock;
  readonly #conf: string | undefined;
  readonly #envFile: string | undefined;

  constructor({ process, conf, envFile, offline, latest = false, clock }: InstallationParts) {
    this.process = process;
    this.offline = offline;
    this.latest = latest;
    this.clock = clock;
    this.#conf = conf;
    this.#envFile = envFile;
  }

  /** Variables of the process and of `.env` files; where a file cannot be read, why, and the process's alone. */
  readonly variables = once(async () => {
    try {
      const environment = await environmentOf(this.process, { file: this.#envFile });
      return { environment, error: undefined };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { environment: withoutFiles(this.process), error };
    }
  });

  /** @throws {CheckSkipped} when there is no home folder */
  async environment(): Promise<Environment> {
    const { environment } = await this.variables();
    if (environment === undefined) throw new CheckSkipped("no home folder");
    return environment;
  }

  readonly configuration = once(async (): Promise<ConfigurationLook> => {
    const environment = await this.environment();
    const path = configPathIn(environment, this.#conf);
    const file = await readTextFile(path);
    const read = file.ok ? "read" : file.missing ? "missing" : { reason: file.reason };
    const source = { path, environment: withPlaceholderToken(environment) };
    const { config, problems } = await examineConfig(file.ok ? file.text : TEMPLATE, source);
    return {
      path,
      read,
      config,
      problems: problems.filter(({ key }) => key !== BOT_TOKEN_VARIABLE),
    };
  });

  async config(): Promise<Config> {
    return (await this.configuration()).config;
  }

  /** @throws {CheckSkipped} when it cannot be used, which the environment's check reports */
  readonly stateFolder = once(async () => {
    const { stateFolder } = await this.config();
    if (await obstacleTo(stateFolder, Deno) !== undefined) {
      throw new CheckSkipped("the state folder cannot be created");
    }
    if (await isClosed(stateFolder)) throw new CheckSkipped("the state folder cannot be opened");
    return stateFolder;
  });

  /** What must not be printed. */
  async secrets(): Promise<readonly string[]> {
    const { environment } = await this.variables();
    const known = secretsIn({ ...this.process.variables, ...environment?.variables });
    return environment === undefined
      ? known
      : [...known, ...(await this.config()).secrets].filter((secret) =>
        secret !== PLACEHOLDER_TOKEN
      );
  }

  /** The program that is running with this state folder, if any. */
  readonly running = once(async () => await runningInstance(await this.stateFolder()));

  /** @throws {CheckSkipped} when there is nothing to ask Telegram with */
  readonly bot = once(async () => {
    if (this.offline) throw new CheckSkipped("--offline");
    const environment = await this.environment();
    const botToken = variable(environment, BOT_TOKEN_VARIABLE);
    // Another secret in its place is not for Telegram.
    if (botToken === undefined || !isBotToken(botToken)) throw new CheckSkipped("no bot token");
    const { apiRoot } = (await this.config()).telegram;
    return new BotCheck({
      botToken,
      apiRoot,
      fetch: untracedFetch(fetch),
      clock: this.clock,
    });
  });

  /** What Telegram says of the bot. */
  readonly account = once(async () => await (await this.bot()).account(this.process.stop));

  readonly codex = once(async () => {
    const { variables } = await this.environment();
    const config = await this.config();
    const { codex: settings, profiles } = config;
    const worksHere = [...profiles.all.values()].some(({ machine }) => machine === undefined);
    if (!worksHere) throw new CheckSkipped("every profile works on another machine");
    const { process: { version, stop }, clock } = this;
    const environment = codexEnvironment(config, variables);
    return new CodexInstallation({ settings, environment, version, clock, stop });
  });
}

async function isClosed(folder: string): Promise<boolean> {
  try {
    await Deno.lstat(join(folder, STATE_FILE));
    return false;
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied;
  }
}

function withoutFiles(process: Process): Environment | undefined {
  const home = [process.variables.HOME, process.variables.USERPROFILE].find((path) => path?.trim());
  if (home === undefined) return undefined;
  return {
    variables: process.variables,
    home,
    stateFolder: stateFolderOf(home),
    workingDirectory: process.workingDirectory,
    files: [],
    leftOut: [],
  };
}
