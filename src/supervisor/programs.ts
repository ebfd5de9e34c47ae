/** The programs that the configuration asks for, looked up while files may still be read. */
import type { CodexSettings, ProgramSettings } from "../core/codex/codex_settings.ts";
import { findProgram, nativeProgram, programPlaces } from "../integrations/codex/codex_program.ts";
import { FIND_PROCESS } from "../integrations/codex/status_probe.ts";

export interface Programs {
  /** The settings with what stands behind npm's scripts, which the application cannot look up. */
  readonly settings: CodexSettings;
  /** Absolute paths of everything that the application may have to start. */
  readonly paths: readonly string[];
}

/**
 * A command that is not there yet stands in the list with every place in which PATH would find it,
 * so that a Codex that is installed later works without a restart.
 * @param path the PATH that Codex will have
 */
export async function resolvePrograms(
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
