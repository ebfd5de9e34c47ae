/**
 * Holds a configuration against the text that it was made from. The worker that reads conf.toml runs
 * libraries of others; whatever the program is allowed by it must have been written by the person: a
 * program to start, a host to reach, a person to let in, a folder, a sandbox that is none.
 */
import { basename } from "node:path";
import { ConfigError } from "./errors.ts";
import type { MachineSettings } from "../core/codex/codex_settings.ts";
import { BOT_TOKEN_VARIABLE, type Environment, isBotToken, variable } from "./environment.ts";
import type { Config } from "./load.ts";
import { expandHome, pathFromConfig, programFromConfig } from "./paths.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import { commandWordsIn, writtenIn } from "./written.ts";

export interface Held {
  /** The text of conf.toml. */
  readonly text: string;
  readonly path: string;
  readonly environment: Environment;
  /** Where state and traces have to be. */
  readonly stateFolder: string;
  readonly tracesFolder?: string | undefined;
  /** Further folders in which Codex may work: the one that is asked for on the command line. */
  readonly folders: readonly string[];
  /** Telegram is not used: there is no token. */
  readonly withoutTelegram: boolean;
}

const API_ROOT = "https://api.telegram.org";
const PROGRAMS = ["codex", "npx", "pgrep"];
const ARGUMENTS = ["app-server", "mcp-server", "-y", "codex"];

/**
 * @returns the configuration with the values of variables, which the worker was not told
 * @throws {ConfigError} when something in it stands nowhere in the text
 */
export function heldConfig(config: Config, held: Held): Config {
  const strange = [...foreignParts(config, held)];
  if (strange.length > 0) {
    throw new ConfigError(strange.map(([key, found]) => ({
      place: held.path,
      key,
      detail: `is read as ${JSON.stringify(found)}, which is not written there: ` +
        "nothing is started. Write it plainly, and make sure that the program is the original one",
    })));
  }
  return withSecrets(config, held);
}

type Foreign = readonly [key: string, found: unknown];

function* foreignParts(config: Config, held: Held): Generator<Foreign> {
  const { strings, numbers } = writtenIn(held.text);
  const places = { configFile: held.path, home: held.environment.home };
  yield* foreignPlaces(config, held);
  yield* foreignNumbers("telegram.allowed_users", config.telegram.allowedUsers, numbers);
  yield* foreignNumbers("telegram.allowed_chats", config.telegram.allowedChats, numbers);
  yield* foreignPrograms(config, { strings, words: commandWordsIn(held.text), places });
  yield* foreignHosts(config, [...strings], places.home);
  yield* foreignRights(config, strings, { ...held, places });
}

function* foreignPlaces(
  { path, stateFolder, tracesFolder }: Config,
  held: Held,
): Generator<Foreign> {
  if (path !== held.path) yield ["path", path];
  if (stateFolder !== held.stateFolder) yield ["state folder", stateFolder];
  if (tracesFolder !== held.tracesFolder) yield ["traces folder", tracesFolder];
}

function* foreignNumbers(
  key: string,
  found: Iterable<number>,
  written: ReadonlySet<number>,
): Generator<Foreign> {
  for (const number of found) if (!written.has(number)) yield [key, number];
}

type Places = { readonly configFile: string; readonly home: string };

function* foreignPrograms(
  { codex, voice }: Config,
  { strings, words, places }: {
    readonly strings: ReadonlySet<string>;
    readonly words: ReadonlySet<string>;
    readonly places: Places;
  },
): Generator<Foreign> {
  const known = [...PROGRAMS, ...words];
  const programs = new Set(known.map((word) => programFromConfig(word, places)));
  const { appServer, mcp, status: { command: status } } = codex;
  const [hears, ...heard] = voice.command ?? [];
  const started = [
    ["codex.command", { command: codex.command, arguments: [] }],
    ["codex.app_server_command", appServer],
    ["codex.mcp_command", mcp],
    ...(status === undefined ? [] : [["codex.mcp_status_cmd", status] as const]),
    ...(hears === undefined
      ? []
      : [["voice.command", { command: hears, arguments: heard }] as const]),
  ] as const;
  for (const [key, program] of started) {
    if (!programs.has(program.command)) yield [key, program.command];
    // What it comes down to is found out later.
    if ("native" in program) yield [key, program.native];
    for (const word of program.arguments) {
      if (!words.has(word) && !ARGUMENTS.includes(word)) yield [key, word];
    }
  }
  for (const name of codex.environmentNames) if (!strings.has(name)) yield ["codex.env", name];
}

function* foreignHosts(
  { telegram, voice, machines }: Config,
  strings: readonly string[],
  home: string,
): Generator<Foreign> {
  const hosts = new Set([API_ROOT, ...strings].map(hostOf));
  if (!hosts.has(hostOf(telegram.apiRoot))) yield ["telegram.api_root", telegram.apiRoot];
  const { endpoint: hears } = voice;
  if (hears !== undefined && !hosts.has(hostOf(hears))) yield ["voice.endpoint", hears];
  const sockets = socketsIn(strings, home);
  for (const { endpoint, name } of machines) {
    const known = endpoint.type === "unix"
      ? sockets.includes(endpoint.path)
      : hosts.has(hostOf(endpoint.url)) &&
        hostOf(endpoint.url)?.endsWith(`//${endpoint.host}:${endpoint.port}`);
    if (!known) yield ["app_server_url", name];
  }
}

/** What the text can come down to where something is allowed by it. */
export interface WrittenRights {
  /** Names of programs, without their folders. */
  readonly programs: ReadonlySet<string>;
  /** `HOST:PORT` */
  readonly hosts: ReadonlySet<string>;
  /** Paths of sockets. */
  readonly sockets: ReadonlySet<string>;
}

/** The most that the application can be allowed because of the text, beside its own files. */
export function writtenRights(text: string, home: string): WrittenRights {
  const strings = [...writtenIn(text).strings];
  return {
    programs: new Set([...PROGRAMS, ...commandWordsIn(text)].map((word) => basename(word))),
    hosts: new Set([API_ROOT, ...strings].flatMap((each) => hostOf(each)?.split("//")[1] ?? [])),
    sockets: new Set(socketsIn(strings, home)),
  };
}

function socketsIn(strings: readonly string[], home: string): readonly string[] {
  return strings.flatMap((text) =>
    text.startsWith("unix://") ? [expandHome(text.slice("unix://".length), home)] : []
  );
}

const USUAL_PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "ws:": "80",
  "https:": "443",
  "wss:": "443",
};

/** With protocol and port. @returns undefined for what is no address */
function hostOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  const usual = USUAL_PORTS[protocol];
  return usual === undefined ? undefined : `${protocol}//${hostname}:${port === "" ? usual : port}`;
}

function* foreignRights(
  { profiles, machines }: Config,
  strings: ReadonlySet<string>,
  { environment, folders, places, withoutTelegram }: Held & { readonly places: Places },
): Generator<Foreign> {
  const started = withoutTelegram ? [environment.workingDirectory] : [];
  const paths = [...strings].map((text) => pathFromConfig(text, places));
  const known = new Set([environment.home, ...started, ...folders, ...paths]);
  const names = new Set(machines.map(({ name }) => name));
  for (
    const { name, machine, workingDirectory, sandbox, approvalPolicy } of profiles.all.values()
  ) {
    const key = `profiles.${name}`;
    if (machine !== undefined && !names.has(machine)) yield [`${key}.app_server_url`, machine];
    const isKnown = machine === undefined
      ? known.has(workingDirectory)
      : strings.has(workingDirectory);
    if (!isKnown) yield [`${key}.working_directory`, workingDirectory];
    if (sandbox === "danger-full-access" && !strings.has(sandbox)) {
      yield [
        `${key}.sandbox`,
        sandbox,
      ];
    }
    if (approvalPolicy === "never" && !strings.has(approvalPolicy)) {
      yield [`${key}.approval_policy`, approvalPolicy];
    }
  }
}

function withSecrets(config: Config, { environment, withoutTelegram }: Held): Config {
  const { apiKeyVariable } = config.voice;
  const { apiKey: _key, ...voice } = config.voice;
  const apiKey = apiKeyVariable === undefined || voice.endpoint === undefined
    ? undefined
    : variable(environment, apiKeyVariable);
  const machines = config.machines.map(({ token: _token, ...machine }): MachineSettings => {
    const token = machine.tokenVariable && variable(environment, machine.tokenVariable);
    return token === undefined ? machine : { ...machine, token };
  });
  const botToken = withoutTelegram ? undefined : variable(environment, BOT_TOKEN_VARIABLE);
  return {
    ...config,
    telegram: { ...config.telegram, botToken: botToken ?? "" },
    machines,
    voice: apiKey === undefined ? voice : { ...voice, apiKey },
    secrets: [
      ...secretsIn(environment.variables),
      ...machines.flatMap(({ token }) => token ?? []),
      ...(apiKey === undefined ? [] : [apiKey]),
    ],
  };
}

/** Variables whose values the worker that reads conf.toml needs. */
const TOLD = new Set(["HOME", "USERPROFILE", "LANG", "LC_ALL", "LC_MESSAGES", "TERM", "NO_COLOR"]);
const LONG = 16;

/**
 * The environment with other values of the same kind in place of nearly all: whether a variable is
 * set, and looks like a token, is all that conf.toml is checked against.
 */
export function withoutValues(environment: Environment): Environment {
  const variables = Object.entries(environment.variables).map(([name, value], index) => {
    if (TOLD.has(name)) return [name, value];
    const text = value.trim();
    const kept = text === ""
      ? ""
      : isBotToken(text)
      ? `${index}:placeholder`
      : text.length >= LONG && !/[^\x21-\x7e]/.test(text)
      ? `placeholder-${String(index).padStart(LONG, "0")}`
      : "-";
    return [name, kept];
  });
  return { ...environment, variables: Object.fromEntries(variables) };
}

/** Absolute paths that strings of the text may mean: files to be read for the worker, and folders. */
export function namedPaths(text: string, places: Places): readonly string[] {
  const { strings } = writtenIn(text);
  const fits = (path: string): boolean =>
    path !== "" && path.length < 4_096 && !/[\n\0]/.test(path) && !URL.canParse(path);
  const paths = [...strings].filter(fits).map((path) => pathFromConfig(path, places));
  return [...new Set(paths)];
}
