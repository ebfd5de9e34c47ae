/** Loads the configuration: file and environment in, one checked and merged `Config` out. */
import type { RunBudget } from "../core/run/run_budget.ts";
import type { CodexSettings } from "../core/codex/codex_settings.ts";
import type { MachineSettings } from "../core/codex/codex_settings.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import type { Profiles } from "../core/session/settings.ts";
import { codexSettings } from "./codex_programs.ts";
import { BOT_TOKEN_VARIABLE, type Environment, isBotToken, variable } from "./environment.ts";
import { type ConfigProblem, Findings } from "./errors.ts";
import { configPathIn, readConfFile } from "./conf_file.ts";
import { type ConfigFiles, DISK } from "./file_access.ts";
import type { Settings } from "./keys.ts";
import { machineSettings } from "./machines.ts";
import { programFromConfig } from "./paths.ts";
import { resolveProfiles } from "./profiles.ts";
import { readSettings } from "./read_settings.ts";

/** The whole configuration after reading, checking and merging: what the program is built from. */
export interface Config {
  /** Absolute path of the file that was read. */
  readonly path: string;
  /** True when the file did not exist and was written from the template just now. */
  readonly created: boolean;
  /** Where sessions, traces and run records live; absolute. */
  readonly stateFolder: string;
  /** Where traces are written, when not in `traces` of the state folder; absolute. */
  readonly tracesFolder?: string;
  /** Values that must be masked: the tokens, and variables that are keys or passwords by their names. */
  readonly secrets: readonly string[];
  readonly telegram: Settings["telegram"] & {
    /** From the environment, never from conf.toml. */
    readonly botToken: string;
  };
  readonly codex: CodexSettings;
  /** Every machine that a profile works on, but this one. */
  readonly machines: readonly MachineSettings[];
  readonly runs: Settings["runs"];
  readonly traces: Settings["traces"];
  readonly voice: Settings["voice"] & {
    /** From the environment. */
    readonly apiKey?: string;
  };
  /** Most reviews in one plan run; 0 = no review. */
  readonly maxReviewRounds: number;
  /** How long an open question of a plan waits, in milliseconds. */
  readonly planQuestionMs: number;
  readonly runBudget: RunBudget;
  readonly profiles: Profiles;
  /** What works but may not be meant so, a sentence each, for the log at start. */
  readonly warnings: readonly string[];
}

/**
 * Reads conf.toml; writes it from the template first if it is missing.
 * @param flag the path given with `--conf`
 * @throws {ConfigError} with every problem at once
 */
export async function loadConfig(
  environment: Environment,
  options: { readonly flag?: string | undefined } = {},
): Promise<Config> {
  const path = configPathIn(environment, options.flag);
  const { text, created } = await readConfFile(path, environment, template);
  return await parseConfig(text, { path, environment, created });
}

async function template(): Promise<string> {
  return (await import("./example.ts")).TEMPLATE;
}

export interface ConfigSource {
  /** Where the text is from. */
  readonly path: string;
  readonly environment: Environment;
  /** The file was written just now. */
  readonly created?: boolean;
  /** Telegram is not used: its token is not needed, and its warnings are left out. */
  readonly withoutTelegram?: boolean;
  /** Where Codex works if nothing else says it; absent = the home folder, with a warning. */
  readonly unsetFolder?: string | undefined;
  /** Has the files that conf.toml names; absent = the disk. */
  readonly files?: ConfigFiles;
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

/** Parses for diagnosis: keys with a problem count as not written, and nothing is thrown. */
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
  { path, environment, created = false, withoutTelegram = false, unsetFolder, files = DISK }:
    ConfigSource,
): Promise<Config> {
  const places = { configFile: path, home: environment.home, unsetFolder, files };
  // Then what only the bot needs may be missing or wrong.
  const ofTelegram = withoutTelegram ? new Findings(path) : findings;
  if (created) {
    findings.warn(
      `There was no configuration, so ${path} was written: fill in allowed_users there, or run ` +
        "`codex-orchestrator init`, which asks for all that is needed",
    );
  }
  for (const { path: file, names } of environment.leftOut) findings.warn(leftOutText(file, names));
  const silent = withoutTelegram ? ["telegram"] : [];
  const settings = readSettings(text, path, findings, { silent });
  const key = voiceKey(settings, environment, findings);
  const machines = machineSettings(settings, environment, findings);
  return {
    path,
    created,
    stateFolder: environment.stateFolder,
    secrets: [
      ...secretsIn(environment.variables),
      ...machines.flatMap(({ token }) => token ?? []),
      ...(key.apiKey === undefined ? [] : [key.apiKey]),
    ],
    telegram: { botToken: botToken(environment, ofTelegram), ...settings.telegram },
    codex: codexSettings(settings, places, findings),
    machines,
    runs: settings.runs,
    traces: settings.traces,
    voice: { ...settings.voice, ...voiceCommand(settings, places), ...key },
    maxReviewRounds: settings.codex.maxReviewRounds,
    planQuestionMs: settings.codex.planQuestionMs,
    runBudget: {
      maxTokens: settings.codex.maxRunTokens,
      maxMs: settings.codex.maxRunMinutes === undefined
        ? undefined
        : settings.codex.maxRunMinutes * 60_000,
    },
    profiles: await resolveProfiles(settings, places, findings),
    warnings: findings.warnings,
  };
}

const MOST_NAMED = 5;

function leftOutText(path: string, names: readonly string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  const listed = names.slice(0, MOST_NAMED).join(", ");
  return `Of ${path} only ${BOT_TOKEN_VARIABLE} counts, not ${listed}${more}: ` +
    "name the file with --env-file to use all of it";
}

function voiceCommand(
  { voice: { command: [program, ...parameters] = [] } }: Settings,
  places: Parameters<typeof programFromConfig>[1],
): { readonly command?: readonly string[] } {
  return program === undefined
    ? {}
    : { command: [programFromConfig(program, places), ...parameters] };
}

function voiceKey(
  { voice: { apiKeyVariable: name, command, endpoint } }: Settings,
  environment: Environment,
  findings: Findings,
): { readonly apiKey?: string } {
  if (command !== undefined && endpoint !== undefined) {
    findings.warn("voice.command and voice.endpoint are both set: the command is used");
  }
  if (name === undefined || endpoint === undefined) return {};
  const apiKey = variable(environment, name);
  if (apiKey !== undefined) return { apiKey };
  findings.warn(
    `voice.api_key_env names ${name}, which is not set: recordings are sent without it`,
  );
  return {};
}

/** Looks up the token. Never shows its value, not even a wrong one: it may be a token with a typo. */
function botToken(environment: Environment, findings: Findings): string {
  const token = variable(environment, BOT_TOKEN_VARIABLE);
  if (token === undefined || !isBotToken(token)) {
    const found = token === undefined ? "nothing" : "something else";
    findings.problemAt(
      "environment",
      BOT_TOKEN_VARIABLE,
      `must be the token of your bot, as @BotFather gave it, found ${found} ` +
        `(put it into ${environment.stateFolder}/.env, after ${BOT_TOKEN_VARIABLE}=)`,
    );
  }
  return token ?? "";
}
