/** Codex as the configuration wants it: which backend, started how, watched how. */

import type { Clock } from "../../core/clock.ts";
import type { BackendKind, CodexBackend, Machines } from "../../core/codex/codex.ts";
import type { CodexSettings, MachineSettings } from "../../core/codex/codex_settings.ts";
import type { Log } from "../../core/log.ts";
import { localAppServer } from "./app_server/backend.ts";
import type { BackendParts } from "./backend_parts.ts";
import { commandLine, detectCodex, type DetectedCodex } from "./detect.ts";
import { EchoBackend } from "./echo.ts";
import { childEnvironment } from "./environment.ts";
import { LazyBackend } from "./lazy_backend.ts";
import { McpBackend } from "./mcp/backend.ts";
import { remoteAppServer } from "./remote/remote_backend.ts";
import { StatusProbe } from "./status_probe.ts";

interface BackendDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** This program's own environment; Codex gets what it needs of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Version of this program, told to Codex. */
  readonly clientVersion: string;
  /** Told whenever a Codex process has ended; what it had started may live on. */
  readonly onEnded?: (() => void) | undefined;
}

/**
 * Starts nothing yet. `start` looks for Codex and reports what is wrong with it; a turn that is run
 * without a Codex looks again, and fails with what is wrong with it.
 */
export function createCodexBackend(
  settings: CodexSettings,
  dependencies: BackendDependencies,
): CodexBackend {
  const { clock, log } = dependencies;
  if (settings.backend === "echo") return new EchoBackend({ clock, limits: settings });
  const environment = childEnvironment(dependencies.environment, settings.environmentNames);
  const backend = new LazyBackend({
    expected: expectedBackend(settings),
    open: () => findBackend(settings, environment, dependencies),
  });
  if (settings.status.direct) return backend;
  return withProbe(backend, new StatusProbe({ status: settings.status, environment, clock, log }));
}

function expectedBackend(
  settings: CodexSettings,
): { readonly kind: BackendKind; readonly command: string } {
  return settings.backend === "mcp"
    ? { kind: "mcp", command: commandLine(settings.mcp) }
    : { kind: "app-server", command: commandLine(settings.appServer) };
}

async function findBackend(
  settings: CodexSettings,
  environment: Readonly<Record<string, string>>,
  dependencies: BackendDependencies,
): Promise<CodexBackend> {
  const { clock, log } = dependencies;
  const { backend } = settings;
  const choice = backend === "echo" ? "auto" : backend;
  const found = await detectCodex(settings, choice, { environment, clock, log });
  const { kind, reason, version } = found;
  log.info("codex.found", { backend: kind, reason, version, command: found.commandLine });
  return backendFor(found, settings, environment, dependencies);
}

/** The backend for a Codex that was found; nothing is started yet. */
export function backendFor(
  { kind, version, program, commandLine }: DetectedCodex,
  settings: CodexSettings,
  environment: Readonly<Record<string, string>>,
  { clock, log, clientVersion, onEnded }: BackendDependencies,
): CodexBackend {
  const parts: BackendParts = {
    program,
    commandLine,
    version,
    environment,
    limits: settings,
    onEnded,
    clock,
    log,
    clientVersion,
  };
  return kind === "mcp"
    ? new McpBackend({ ...parts, callTimeoutMs: settings.mcpClientTimeoutMs })
    : localAppServer(parts);
}

/** The same backend, except that another program says how the process is. */
function withProbe(backend: LazyBackend, probe: StatusProbe): CodexBackend {
  return {
    get kind(): BackendKind {
      return backend.kind;
    },
    get capabilities(): CodexBackend["capabilities"] {
      return backend.capabilities;
    },
    queries: backend.queries,
    start: (signal) => backend.start(signal),
    startThread: (options) => backend.startThread(options),
    resumeThread: (id, options) => backend.resumeThread(id, options),
    health: () => ({ ...backend.health(), ...probe.current() }),
    async close(): Promise<void> {
      await Promise.all([backend.close(), probe.close()]);
    },
  };
}

export class CodexMachines implements Machines {
  readonly #here: CodexBackend;
  readonly #others: ReadonlyMap<string, CodexBackend>;

  constructor(here: CodexBackend, others: ReadonlyMap<string, CodexBackend>) {
    this.#here = here;
    this.#others = others;
  }

  codexOn(machine: string | undefined): CodexBackend {
    if (machine === undefined) return this.#here;
    const codex = this.#others.get(machine);
    if (codex === undefined) throw new RangeError(`There is no machine "${machine}"`);
    return codex;
  }

  /** Lets go of all of them. Safe to call twice. */
  async close(): Promise<void> {
    await Promise.all([this.#here, ...this.#others.values()].map((codex) => codex.close()));
  }
}

/** Starts and connects nothing yet. */
export function createCodexMachines(
  settings: CodexSettings,
  machines: readonly MachineSettings[],
  dependencies: BackendDependencies,
): CodexMachines {
  const { clock, log, clientVersion, environment: variables } = dependencies;
  const tokens = machines.flatMap(({ tokenVariable }) => tokenVariable ?? []);
  const environment = childEnvironment(variables, settings.environmentNames, tokens);
  const parts = { limits: settings, clock, log, clientVersion };
  const others = machines.map((machine) =>
    [machine.name, remoteAppServer(machine, parts)] as const
  );
  return new CodexMachines(
    createCodexBackend(settings, { ...dependencies, environment }),
    new Map(others),
  );
}
