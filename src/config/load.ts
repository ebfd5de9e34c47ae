/** Loads the configuration: file and environment in, one checked and merged `Config` out. */
import { secretsIn } from "../core/secret_names.ts";
import { codexSettings } from "./codex_table.ts";
import type { Config } from "./config.ts";
import { readDocument } from "./document.ts";
import { CONFIG_PATH_VARIABLE, type Environment, variable } from "./environment.ts";
import { ConfigError } from "./errors.ts";
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
  const path = configPath({
    flag: options.flag,
    variable: variable(environment, CONFIG_PATH_VARIABLE),
    home: environment.home,
    workingDirectory: environment.workingDirectory,
  });
  const created = await createIfMissing(path, environment);
  const file = await readTextFile(path);
  if (!file.ok) {
    throw new ConfigError([{ place: path, detail: `cannot be read: ${file.reason}` }]);
  }
  return await parseConfig(file.text, { path, environment, created });
}

/**
 * Checks and merges the text of a conf.toml. Reads the prompt files that it names.
 * @throws {ConfigError} with every problem at once
 */
export async function parseConfig(
  text: string,
  source: { readonly path: string; readonly environment: Environment; readonly created?: boolean },
): Promise<Config> {
  const { path, environment, created = false } = source;
  const findings = new Findings(path);
  const places = { configFile: path, home: environment.home };
  if (created) {
    findings.warn(`There was no configuration: ${path} was written, fill in allowed_users there`);
  }
  const settings = readSettings(readDocument(text, path, findings), findings);
  const machines = machineSettings(settings, environment, findings);
  const config = {
    path,
    created,
    stateFolder: environment.stateFolder,
    secrets: [...secretsIn(environment.variables), ...machines.flatMap(({ token }) => token ?? [])],
    telegram: telegramSettings(settings, environment, path, findings),
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
  findings.throwProblems();
  return config;
}

async function createIfMissing(path: string, environment: Environment): Promise<boolean> {
  try {
    return await writeMissingConfig(path, environment);
  } catch (error) {
    const detail = `does not exist and cannot be written: ${fileErrorReason(error)}`;
    throw new ConfigError([{ place: path, detail }]);
  }
}
