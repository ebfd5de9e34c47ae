/** Computes what the broker may start, and what Codex may be asked for: only what is configured. */
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { exists, realPathOf } from "../config/file_access.ts";
import type { Config } from "../config/load.ts";
import { isInside } from "../config/paths.ts";
import type { ProgramSettings } from "../core/codex/codex_settings.ts";
import type { Profile } from "../core/session/settings.ts";
import type {
  AllowedProgram,
  BrokerLimits,
  FolderRights,
} from "../integrations/codex/broker/messages.ts";
import {
  FIND_PROCESS,
  findProgram,
  packageOf,
  programPlaces,
} from "../integrations/codex/codex_program.ts";
import { besideServer } from "../integrations/codex/detect.ts";

export interface BrokerRights {
  readonly limits: BrokerLimits;
  /** Absolute paths of everything that it may have to start. */
  readonly run: readonly string[];
}

/**
 * @param config with resolved programs and the real path of the state folder
 * @param environment what programs are given
 */
export async function brokerRights(
  config: Config,
  environment: Readonly<Record<string, string>>,
  { listens }: { readonly listens: boolean },
): Promise<BrokerRights> {
  const { stateFolder, profiles } = config;
  const path = environment.PATH ?? environment.Path;
  const wanted = [...codexPrograms(config), ...(listens ? voiceProgram(config) : [])];
  const programs = await Promise.all(wanted.map((program) => resolved(program, path)));
  const run = programs.flatMap(({ command, started }) =>
    isAbsolute(started) ? [started] : programPlaces(command, path)
  );
  const folders = [...profiles.all.values()].filter(({ machine }) => machine === undefined);
  return {
    limits: {
      programs,
      environment: safeEnvironment(environment, config),
      rights: {
        folders: await Promise.all(folders.map(folderRights)),
        workspaces: join(stateFolder, "workspaces"),
        inbox: join(stateFolder, "inbox"),
      },
    },
    run: [...new Set(run)],
  };
}

type Wanted = ProgramSettings & Pick<AllowedProgram, "speaks" | "ahead">;

function codexPrograms({ codex, profiles }: Config): readonly Wanted[] {
  const { backend, command, appServer, mcp, status } = codex;
  if (backend === "echo") return [];
  const appServers = backend === "mcp" ? [] : [{ ...appServer, speaks: "app-server" as const }];
  const mcps = backend === "app-server" ? [] : [{ ...mcp, speaks: "mcp" as const }];
  const worksHere = [...profiles.all.values()].some(({ machine }) => machine === undefined);
  const servers = [...appServers, ...mcps].map((server, index): Wanted =>
    // The first one is asked for its version, and nearly always the one that is used.
    index === 0 && worksHere && !isPackageRunner(server)
      ? { ...server, ahead: true as const }
      : server
  );
  const asked = servers.map((server) => {
    const program = besideServer(server, command, ["--version"]);
    const native = program.command === server.command ? server.native : undefined;
    const first = server.ahead === undefined ? {} : { ahead: server.ahead };
    return { ...program, ...first, ...(native && { native }), speaks: "nothing" as const };
  });
  const probe = status.command ?? (status.detectProcess ? FIND_PROCESS : undefined);
  const probes = status.direct || probe === undefined ? [] : [probe];
  return [...asked, ...servers, ...probes.map((each) => ({ ...each, speaks: "nothing" as const }))];
}

/** One may have to download Codex first, which two of them must not do at once. */
function isPackageRunner(server: ProgramSettings): boolean {
  try {
    return packageOf(server) !== undefined;
  } catch {
    // It is refused when it is looked for.
    return true;
  }
}

/** The file comes last where no argument names it. */
function voiceProgram({ voice: { command = [] } }: Config): readonly Wanted[] {
  const [program, ...words] = command;
  if (program === undefined) return [];
  const named = words.some((word) => word.includes("{file}")) ? words : [...words, "{file}"];
  return [{ command: program, arguments: named, speaks: "nothing" }];
}

async function resolved(
  { command, native, arguments: words, speaks, ahead }: Wanted,
  path: string | undefined,
): Promise<AllowedProgram> {
  const started = native ?? await findProgram(command, path);
  const program = { command, started: started ?? command, arguments: words, speaks };
  // What is not there yet cannot be started.
  return ahead === undefined || started === undefined ? program : { ...program, ahead };
}

async function folderRights(
  { workingDirectory, sandbox, approvalPolicy }: Profile,
): Promise<FolderRights> {
  const real = await realPathOf(workingDirectory);
  const tops = await repositoriesAround(real);
  return { paths: [...new Set([workingDirectory, real, ...tops])], sandbox, approvalPolicy };
}

/** Taking work back writes to the repository that the folder is a part of. */
async function repositoriesAround(folder: string): Promise<readonly string[]> {
  for (let at = folder;; at = dirname(at)) {
    if (await exists(join(at, ".git")).catch(() => false)) return [at];
    if (dirname(at) === at) return [];
  }
}

/**
 * Leaves out what would make a program load other code, and folders in which it would be looked for
 * that this program can write to.
 */
function safeEnvironment(
  environment: Readonly<Record<string, string>>,
  { stateFolder, tracesFolder = stateFolder }: Config,
): Readonly<Record<string, string>> {
  const { NODE_OPTIONS: _options, ...others } = environment;
  const isSafe = (folder: string): boolean =>
    isAbsolute(folder) && !isInside(folder, stateFolder) && !isInside(folder, tracesFolder);
  return Object.fromEntries(
    Object.entries(others).map(([name, value]) => [
      name,
      /^path$/i.test(name) ? value.split(delimiter).filter(isSafe).join(delimiter) : value,
    ]),
  );
}
