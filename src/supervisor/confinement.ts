/** Computes what the application may do: only what its configuration needs. */
import { join } from "node:path";
import type { Config } from "../config/load.ts";
import {
  type CodexSettings,
  type Endpoint,
  type ProgramSettings,
  SOCKET_HOST,
} from "../core/codex/codex_settings.ts";
import { findProgram, nativeProgram } from "../integrations/codex/codex_program.ts";
import { childEnvironment } from "../integrations/codex/environment.ts";
import { type BrokerRights, brokerRights } from "./broker_limits.ts";
import type { ApplicationPermissions } from "./messages.ts";
import { type FrontEndName, ownFiles, TRACES_FOLDER } from "./own_files.ts";

/** What is computed before the application starts. */
export interface Confinement {
  /** With real paths and resolved programs, which the application may not look up itself. */
  readonly config: Config;
  /** What Codex is handed. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: ApplicationPermissions;
  readonly broker: BrokerRights;
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
  const path = handedOn.PATH ?? handedOn.Path;
  const listens = front === "telegram";
  const confined = {
    ...config,
    stateFolder,
    codex: await withNatives(config.codex, path),
    voice: listens ? await withProgram(config.voice, path) : config.voice,
  };
  const broker = await brokerRights(confined, handedOn, { listens });
  return {
    config: confined,
    variables: handedOn,
    permissions: applicationPermissions(confined, broker.run, front),
    broker,
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
  const folders = [
    ...ownFiles(stateFolder, front),
    tracesFolder ?? join(stateFolder, TRACES_FOLDER),
  ];
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
  };
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

/**
 * Looks up the programs behind npm's scripts while files may still be read: started directly, there is
 * no script in between that could load anything else.
 */
async function withNatives(
  settings: CodexSettings,
  path: string | undefined,
): Promise<CodexSettings> {
  const [appServer, mcp] = await Promise.all(
    [settings.appServer, settings.mcp].map((server) => withNative(server, path)),
  );
  return { ...settings, ...(appServer && { appServer }), ...(mcp && { mcp }) };
}

async function withNative(
  server: ProgramSettings,
  path: string | undefined,
): Promise<ProgramSettings> {
  const native = await nativeProgram(server.command, path);
  return native === server.command ? server : { ...server, native };
}

/** Looks up the program that writes recordings down. */
async function withProgram(
  voice: Config["voice"],
  path: string | undefined,
): Promise<Config["voice"]> {
  const [program, ...parameters] = voice.command ?? [];
  const found = program && await findProgram(program, path);
  return found === undefined ? voice : { ...voice, command: [found, ...parameters] };
}
