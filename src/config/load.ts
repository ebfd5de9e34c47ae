/** Loads the configuration: file and environment in, one checked and merged `Config` out. */
import { secretsIn } from "../core/redaction/secret_names.ts";
import { codexSettings } from "./codex_table.ts";
import type { Config } from "./config.ts";
import { readDocument } from "./document.ts";
import { CONFIG_PATH_VARIABLE, type Environment, variable } from "./environment.ts";
import { ConfigError, type ConfigProblem } from "./errors.ts";
import { fileErrorReason, readTextFile } from "./file_access.ts";
import { Findings } from "./findings.ts";
import { machineSettings } from "./machines.ts";
import { configPath } from "./paths.ts";
import { resolveProfiles } from "./profiles.ts";
import { readSettings } from "./settings_reader.ts";
import { telegramSettings } from "./telegram_table.ts";
import { writeMissingConfig } from "./template.ts";

/**
 * Reads conf.toml, writing it from the template first where it is missing.
 * @param flag the path given with `--conf`
 * @throws {ConfigError} with every problem at once
 */
export async function loadConfig(
  environment: Environment,
  options: { readonly flag?: string | undefined } = {},
): Promise<Config> {
  const path = configPathIn(environment, options.flag);
  const created = await createIfMissing(path, environment);
  const file = await readTextFile(path);
  if (!file.ok) {
    throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
  }
  return await parseConfig(file.text, { path, environment, created });
}

/** Which file is meant, whether it exists or not. */
export function configPathIn(environment: Environment, flag: string | undefined): string {
  return configPath({
    flag,
    variable: variable(environment, CONFIG_PATH_VARIABLE),
    home: environment.home,
    workingDirectory: environment.workingDirectory,
  });
}

export interface ConfigSource {
  /** Where the text is from. */
  readonly path: string;
  readonly environment: Environment;
  /** It was written just now. */
  readonly created?: boolean;
  /** Telegram is not used: what is said about it is not looked at. */
  readonly withoutTelegram?: boolean;
  /** Where Codex works when nothing says so; absent = the home folder, with a warning. */
  readonly unsetFolder?: string | undefined;
}

/**
 * Checks and merges the text of a conf.toml. Reads the prompt files that it names.
 * @throws {ConfigError} with every problem at once
 */
export async function parseConfig(text: string, source: ConfigSource): Promise<Config> {
  const findings = new Findings(source.path);
  const config = await configWith(findings, text, source);
  findings.throwProblems();
  return config;
}

/** The same for whoever looks for what is wrong: keys with a problem count as not written. */
export async function examineConfig(
  text: string,
  source: ConfigSource,
): Promise<{ readonly config: Config; readonly problems: readonly ConfigProblem[] }> {
  const findings = new Findings(source.path);
  const config = await configWith(findings, text, source);
  return { config, problems: findings.problems };
}

async function configWith(
  findings: Findings,
  text: string,
  { path, environment, created = false, withoutTelegram = false, unsetFolder }: ConfigSource,
): Promise<Config> {
  const places = { configFile: path, home: environment.home, unsetFolder };
  // What only the bot needs may be missing or wrong then.
  const ofTelegram = withoutTelegram ? new Findings(path) : findings;
  if (created) {
    findings.warn(`There was no configuration: ${path} was written, fill in allowed_users there`);
  }
  const settings = readSettings(readDocument(text, path, findings), findings);
  const machines = machineSettings(settings, environment, findings);
  return {
    path,
    created,
    stateFolder: environment.stateFolder,
    secrets: [...secretsIn(environment.variables), ...machines.flatMap(({ token }) => token ?? [])],
    telegram: telegramSettings(settings, environment, path, ofTelegram),
    codex: codexSettings(settings, places, findings),
    machines,
    runs: {
      shutdownGraceMs: settings.runs.shutdown_grace_seconds * 1000,
      askAfterMs: settings.runs.ask_after_minutes * 60_000,
    },
    traceDays: settings.traces.keep_days,
    maxReviewRounds: settings.codex.max_review_rounds,
    profiles: await resolveProfiles(settings, places, findings),
    warnings: findings.warnings,
  };
}

async function createIfMissing(path: string, environment: Environment): Promise<boolean> {
  try {
    return await writeMissingConfig(path, environment);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? "neither does its folder"
      : `it cannot be written: ${fileErrorReason(error)}`;
    throw new ConfigError([{ place: path, detail: `does not exist, and ${reason}` }]);
  }
}
