/** Computes what the application may do: only what its configuration needs. */
import { REPORTS_FOLDER } from "../core/run/run_reports.ts";
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import {
  type CodexSettings,
  type Endpoint,
  type ProgramSettings,
  SOCKET_HOST,
} from "../core/codex/codex_settings.ts";
import {
  FIND_PROCESS,
  findProgram,
  nativeProgram,
  programPlaces,
} from "../integrations/codex/codex_program.ts";
import { childEnvironment } from "../integrations/codex/environment.ts";
import { CHAT_LOG } from "../integrations/logging/log_file.ts";
import { ASIDE_FOLDER, COMPANIONS } from "../integrations/state/database_file.ts";
import { STATE_FILE } from "../integrations/state/schema.ts";
import type { ApplicationPermissions } from "./messages.ts";

/** The front-end that people use; the terminal needs no network. */
type FrontEndName = "telegram" | "terminal";

/** What is computed before the application starts. */
export interface Confinement {
  /** With real paths and resolved programs, which the application may not look up itself. */
  readonly config: Config;
  /** What Codex is handed. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: ApplicationPermissions;
}

/**
 * Resolves the configuration on this computer.
 * @param variables those of the process; holds secrets
 * @param stateFolder its real path, because permissions go by the path as it is written
 */
export async function confine(
  config: Config,
  variables: Readonly<Record<string, string>>,
  stateFolder: string,
  front: FrontEndName = "telegram",
): Promise<Confinement> {
  const handedOn = codexEnvironment(config, variables);
  const { settings, paths } = await resolvePrograms(config.codex, handedOn.PATH ?? handedOn.Path);
  const heard = front === "telegram"
    ? await voiceProgram(config, handedOn.PATH ?? handedOn.Path)
    : { voice: config.voice, paths: [] };
  const confined = { ...config, stateFolder, codex: settings, voice: heard.voice };
  return {
    config: confined,
    variables: handedOn,
    permissions: applicationPermissions(confined, [...new Set([...paths, ...heard.paths])], front),
  };
}

/** Picks the variables of the process that Codex is given. */
export function codexEnvironment(
  { machines, codex }: Config,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const tokens = machines.flatMap(({ tokenVariable }) => tokenVariable ?? []);
  return childEnvironment(variables, codex.environmentNames, tokens);
}

/**
 * Computes the permissions. conf.toml and the prompt files are read before the application starts,
 * so that it only needs its own files in the state folder; and the environment is passed to it, so that it needs to
 * read no variable.
 */
export function applicationPermissions(
  { stateFolder, tracesFolder, telegram, machines, voice }: Config,
  programs: readonly string[],
  front: FrontEndName = "telegram",
): ApplicationPermissions {
  const files = ownFiles(stateFolder, front);
  const folders = [...files, tracesFolder ?? join(stateFolder, "traces")];
  const listens = voice.command === undefined && voice.endpoint !== undefined;
  const reached = front === "telegram"
    ? [telegram.apiRoot, ...(listens ? [voice.endpoint] : [])].map(hostOf)
    : [];
  const endpoints = machines.map(({ endpoint }) => endpoint);
  // Connecting to a socket takes the permission to read and write its file.
  const sockets = endpoints.flatMap((endpoint) => endpoint.type === "unix" ? [endpoint.path] : []);
  const hosts = endpoints.flatMap(netOf);
  return {
    // To notice that a program was replaced.
    read: [...folders, ...sockets, ...programs],
    write: [...folders, ...sockets],
    net: [...new Set([...reached, ...hosts])],
    run: programs,
  };
}

/**
 * What the application keeps in the state folder, whose other files are not its: conf.toml and `.env`,
 * the lock and the crashes of the launcher, and what Codex records of working folders.
 */
function ownFiles(stateFolder: string, front: FrontEndName): readonly string[] {
  const names = [
    ...COMPANIONS.map((companion) => `${STATE_FILE}${companion}`),
    ASIDE_FOLDER,
    "sessions",
    "inbox",
    ...(front === "terminal" ? [CHAT_LOG, REPORTS_FOLDER] : []),
  ];
  return names.map((name) => join(stateFolder, name));
}

function netOf(endpoint: Endpoint): readonly string[] {
  return endpoint.type === "unix"
    ? [`unix:${endpoint.path}`, `${SOCKET_HOST}:80`]
    : [`${endpoint.host}:${endpoint.port}`];
}

function hostOf(address: string): string {
  const { protocol, hostname, port } = new URL(address);
  const usual = protocol === "http:" ? "80" : "443";
  return `${hostname}:${port === "" ? usual : port}`;
}

interface Programs {
  /** The settings with the programs behind npm's scripts, which the application may not look up. */
  readonly settings: CodexSettings;
  /** Absolute paths of everything that the application may have to start. */
  readonly paths: readonly string[];
}

/**
 * Looks the programs up while files may still be read. A command that is not there yet is listed with
 * every place in which PATH would find it, so that a Codex that is installed later works without a
 * restart.
 * @param path the PATH that Codex will have
 */
async function resolvePrograms(
  settings: CodexSettings,
  path: string | undefined,
): Promise<Programs> {
  const [appServer, mcp] = await Promise.all(
    [settings.appServer, settings.mcp].map((server) => withNative(server, path)),
  );
  const resolved = { ...settings, ...(appServer && { appServer }), ...(mcp && { mcp }) };
  const paths = await Promise.all(programsInUse(resolved).map((used) => pathsOf(used, path)));
  return { settings: resolved, paths: [...new Set(paths.flat())] };
}

/** Looks up the program that writes recordings down. */
async function voiceProgram(
  { voice }: Config,
  path: string | undefined,
): Promise<{ readonly voice: Config["voice"]; readonly paths: readonly string[] }> {
  const [program, ...parameters] = voice.command ?? [];
  if (program === undefined) return { voice, paths: [] };
  const found = await findProgram(program, path);
  if (found === undefined) return { voice, paths: programPlaces(program, path) };
  return { voice: { ...voice, command: [found, ...parameters] }, paths: [found] };
}

async function withNative(
  server: ProgramSettings,
  path: string | undefined,
): Promise<ProgramSettings> {
  const native = await nativeProgram(server.command, path);
  return native === server.command ? server : { ...server, native };
}

function programsInUse(settings: CodexSettings): readonly ProgramSettings[] {
  const { appServer, mcp, status } = settings;
  if (settings.backend === "echo") return [];
  const servers = { auto: [appServer, mcp], "app-server": [appServer], mcp: [mcp] };
  // The command itself is asked for its version.
  const asked = { command: settings.command, arguments: ["--version"] };
  const probe = status.command ?? (status.detectProcess ? FIND_PROCESS : undefined);
  const probes = status.direct || probe === undefined ? [] : [probe];
  return [asked, ...servers[settings.backend], ...probes];
}

async function pathsOf(
  { command, native }: ProgramSettings,
  path: string | undefined,
): Promise<readonly string[]> {
  const found = await findProgram(command, path);
  const paths = found === undefined ? programPlaces(command, path) : [found];
  return native === undefined ? paths : [...paths, native];
}
