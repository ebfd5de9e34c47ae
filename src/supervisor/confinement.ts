/** Works out what the application may do: no more than its configuration needs. */
import type { Config } from "../config/load.ts";
import type { Endpoint } from "../core/codex/codex_settings.ts";
import { childEnvironment } from "../integrations/codex/environment.ts";
import { SOCKET_HOST } from "../integrations/codex/remote/machine_link.ts";
import type { ApplicationPermissions } from "./permissions.ts";
import { resolvePrograms } from "./programs.ts";

/** Through what people talk to it: a terminal needs no network. */
export type FrontEndName = "telegram" | "terminal";

/** Everything that is settled before the application starts. */
export interface Confinement {
  /** With real paths and resolved programs: what the application cannot look up by itself. */
  readonly config: Config;
  /** What Codex is handed. */
  readonly variables: Readonly<Record<string, string>>;
  readonly permissions: ApplicationPermissions;
}

/**
 * Looks up what the configuration comes to on this computer.
 *
 * @param variables those of the process; holds secrets
 * @param stateFolder its real path: permissions go by the path as it is written
 */
export async function confine(
  config: Config,
  variables: Readonly<Record<string, string>>,
  stateFolder: string,
  front: FrontEndName = "telegram",
): Promise<Confinement> {
  const handedOn = codexEnvironment(config, variables);
  const { settings, paths } = await resolvePrograms(config.codex, handedOn.PATH ?? handedOn.Path);
  const confined = { ...config, stateFolder, codex: settings };
  return {
    config: confined,
    variables: handedOn,
    permissions: applicationPermissions(confined, paths, front),
  };
}

/** What Codex is handed of the variables of the process. */
export function codexEnvironment(
  { machines, codex }: Config,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const tokens = machines.flatMap(({ tokenVariable }) => tokenVariable ?? []);
  return childEnvironment(variables, codex.environmentNames, tokens);
}

/**
 * conf.toml and the prompt files are read before the application starts, so that it needs the state
 * folder only; and the environment is handed over, so that it needs to read no variable.
 */
export function applicationPermissions(
  { stateFolder, tracesFolder, telegram, machines }: Config,
  programs: readonly string[],
  front: FrontEndName = "telegram",
): ApplicationPermissions {
  const folders = [stateFolder, ...(tracesFolder === undefined ? [] : [tracesFolder])];
  const reached = front === "telegram" ? [hostOf(telegram.apiRoot)] : [];
  const endpoints = machines.map(({ endpoint }) => endpoint);
  // The runtime lets a socket be connected to by whoever may read and write its file.
  const sockets = endpoints.flatMap((endpoint) => endpoint.type === "unix" ? [endpoint.path] : []);
  const hosts = endpoints.flatMap(netOf);
  return {
    read: [...folders, ...sockets],
    write: [...folders, ...sockets],
    net: [...new Set([...reached, ...hosts])],
    run: programs,
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
