/** Makes the Codex of this machine, as the configuration wants it, and those of the other machines. */
import type { CheckRunner } from "../../core/checks/check.ts";
import type { Redact } from "../../core/redaction/redact.ts";
import type { Clock } from "../../core/clock.ts";
import type {
  BackendCapabilities,
  BackendHealth,
  BackendKind,
  CodexBackend,
  CodexThread,
  Machines,
  RestartReport,
  ThreadOptions,
} from "../../core/codex/codex.ts";
import {
  type CodexActivity,
  type Unowned,
  WITHOUT_ACTIVITY,
} from "../../core/codex/thread_activity.ts";
import type { CodexTerminals } from "../../core/codex/background_terminals.ts";
import type { CodexGoals } from "../../core/codex/goal.ts";
import type { CodexQueries } from "../../core/codex/codex_queries.ts";
import type { CodexSettings, MachineSettings } from "../../core/codex/codex_settings.ts";
import { abortable } from "../../core/deadline.ts";
import { CodexError, describeError, troubleOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Workspace } from "../../core/workspace/workspace.ts";
import { localAppServer } from "./app_server/backend.ts";
import { CAPABILITIES, type WorkspaceSettings } from "./backend_parts.ts";
import { commandLine, detectCodex, type DetectedCodex } from "./detect.ts";
import { EchoBackend } from "./echo.ts";
import { childEnvironment } from "./environment.ts";
import type { StartProgram } from "./child_process.ts";
import { remoteAppServer } from "./remote/remote_backend.ts";
import { StatusProbe } from "./status_probe.ts";

export interface BackendDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** This program's own environment; Codex gets what it needs of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Starts the programs of this machine; absent = from here. */
  readonly start?: StartProgram | undefined;
  /** Version of this program, told to Codex. */
  readonly clientVersion: string;
  /** How working trees are recorded; absent = they are not. */
  readonly workspace?: WorkspaceSettings | undefined;
  /** Masks secrets in what checks print. */
  readonly redact?: Redact | undefined;
  /** Told whenever a Codex process has ended; what it had started may live on. */
  readonly onEnded?: (() => void) | undefined;
  /** Told of what was declined or stopped because it belongs to nothing that this program works on. */
  readonly onUnowned?: ((what: Unowned) => void) | undefined;
}

/** What it is and what it can do may show only when it has been looked for. */
type CodexOfThisMachine = CodexBackend & { readonly found?: () => Promise<unknown> };

/** The Codex of this machine and those of the others, each by the address that profiles name. */
export class CodexMachines implements Machines {
  readonly #here: CodexOfThisMachine;
  readonly #others: ReadonlyMap<string, CodexBackend>;

  constructor(here: CodexOfThisMachine, others: ReadonlyMap<string, CodexBackend>) {
    this.#here = here;
    this.#others = others;
  }

  codexOn(machine: string | undefined): CodexBackend {
    if (machine === undefined) return this.#here;
    const codex = this.#others.get(machine);
    if (codex === undefined) {
      throw new CodexError("unlisted", `No profile in conf.toml uses ${machine} any more`, {
        remedy: "Add it back and start the program again",
        trouble: { kind: "unlisted", machine },
      });
    }
    return codex;
  }

  /** Resolves when it is known which Codex this machine has, or that it has none; never rejects. */
  async found(): Promise<void> {
    // Whoever starts it is told what is wrong.
    await this.#here.found?.().catch(() => {});
  }

  /** Resolves when no sub-agent is at work on any of them; never rejects. */
  async settled(): Promise<void> {
    const all = [this.#here, ...this.#others.values()];
    await Promise.all(all.map(({ activity }) => activity.settled()));
  }

  /** Stops all sub-agents on them, and tells so; never rejects. */
  async endAgents(): Promise<void> {
    const all = [this.#here, ...this.#others.values()];
    await Promise.all(all.map(({ activity }) => activity.endAgents()));
  }

  /** Closes all of them. Safe to call twice. */
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
  const { clock, log, clientVersion, onUnowned, workspace, redact } = dependencies;
  const { environment: variables } = dependencies;
  const tokens = machines.flatMap(({ tokenVariable }) => tokenVariable ?? []);
  const environment = childEnvironment(variables, settings.environmentNames, tokens);
  const { goals } = settings;
  const shared = {
    limits: settings,
    goals,
    onUnowned,
    clock,
    log,
    clientVersion,
    workspace,
    redact,
  };
  const others = machines.map((machine) =>
    [machine.name, remoteAppServer(machine, shared)] as const
  );
  return new CodexMachines(
    createCodexBackend(settings, { ...dependencies, environment }),
    new Map(others),
  );
}

/** Starts nothing yet: `start` looks for Codex, and says what is wrong with it. */
export function createCodexBackend(
  settings: CodexSettings,
  dependencies: BackendDependencies,
): CodexOfThisMachine {
  const { clock } = dependencies;
  if (settings.backend === "echo") return new EchoBackend({ clock, limits: settings });
  const environment = childEnvironment(dependencies.environment, settings.environmentNames);
  return new LocalCodex(settings, { ...dependencies, environment });
}

/**
 * Makes the backend for a Codex that was found; starts nothing yet. Loads the MCP client only for a
 * Codex that needs it, since that takes as long as everything else of a start.
 */
export async function backendFor(
  { kind, version, program, commandLine }: DetectedCodex,
  settings: CodexSettings,
  environment: Readonly<Record<string, string>>,
  { clock, log, start, clientVersion, workspace, redact, onEnded, onUnowned }: BackendDependencies,
): Promise<CodexBackend> {
  const codex = { program, commandLine, version, environment };
  const { goals } = settings;
  const local = {
    codex,
    limits: settings,
    goals,
    onEnded,
    onUnowned,
    clock,
    log,
    start,
    clientVersion,
    workspace,
    redact,
  };
  if (kind !== "mcp") return localAppServer(local);
  const { McpBackend } = await import("./mcp/backend.ts");
  return new McpBackend({ ...local, callTimeoutMs: settings.mcpClientTimeoutMs });
}

/**
 * The Codex of this machine. The first start looks for it and chooses the protocol by its version;
 * where there is none, the next start looks again, so that the program recovers by itself once Codex
 * is installed.
 */
class LocalCodex implements CodexBackend {
  readonly #settings: CodexSettings;
  readonly #dependencies: BackendDependencies;
  readonly #probe: StatusProbe | undefined;
  #chosen: CodexBackend | undefined;
  #choosing: Promise<CodexBackend> | undefined;
  #failure: unknown;
  #closed = false;

  constructor(settings: CodexSettings, dependencies: BackendDependencies) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    const { status } = settings;
    if (!status.direct) this.#probe = new StatusProbe({ status, ...dependencies });
  }

  readonly queries: CodexQueries = {
    models: async (...asked) => (await this.#choose()).queries.models(...asked),
    threads: async (...asked) => (await this.#choose()).queries.threads(...asked),
    nameThread: async (...asked) => (await this.#choose()).queries.nameThread(...asked),
    forkThread: async (...asked) => (await this.#choose()).queries.forkThread(...asked),
    rateLimits: async () => (await this.#choose()).queries.rateLimits(),
    fileNames: async (...asked) => (await this.#choose()).queries.fileNames(...asked),
    readFile: async (...asked) => (await this.#choose()).queries.readFile(...asked),
  };

  /** Absent until the Codex is chosen, and where it has none. */
  get goals(): CodexGoals | undefined {
    return this.#chosen?.goals;
  }

  get activity(): CodexActivity {
    return this.#chosen?.activity ?? WITHOUT_ACTIVITY;
  }
  readonly terminals: CodexTerminals = {
    // A Codex that was never started has left nothing running.
    list: async (threadId) => await this.#chosen?.terminals.list(threadId) ?? [],
    stop: async (...asked) => await this.#chosen?.terminals.stop(...asked) ?? false,
  };

  /** Before the first start, the protocol that will most likely be chosen. */
  get kind(): BackendKind {
    if (this.#chosen !== undefined) return this.#chosen.kind;
    return this.#settings.backend === "mcp" ? "mcp" : "app-server";
  }

  get capabilities(): BackendCapabilities {
    return CAPABILITIES[this.kind];
  }

  get checks(): CheckRunner | undefined {
    return this.#chosen?.checks;
  }

  get workspace(): Workspace | undefined {
    return this.#chosen?.workspace;
  }

  async found(): Promise<void> {
    await this.#choose();
  }

  async start(signal?: AbortSignal): Promise<void> {
    const choosing = this.#choose();
    const backend = await (signal === undefined ? choosing : abortable(choosing, signal));
    await backend.start(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return this.#started.startThread(options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return this.#started.resumeThread(id, options);
  }

  health(): BackendHealth {
    return { ...this.#chosen?.health() ?? this.#healthBefore(), ...this.#probe?.current() };
  }

  async restart(): Promise<RestartReport> {
    return await (await this.#choose()).restart();
  }

  async close(): Promise<void> {
    this.#closed = true;
    // A search that is going on ends by the check after it.
    await this.#choosing?.catch(() => undefined);
    await Promise.all([this.#chosen?.close(), this.#probe?.close()]);
  }

  get #started(): CodexBackend {
    if (this.#chosen !== undefined) return this.#chosen;
    throw new CodexError("exited", "Codex has not been started");
  }

  #healthBefore(): BackendHealth {
    const { mcp, appServer } = this.#settings;
    return {
      kind: this.kind,
      command: commandLine(this.kind === "mcp" ? mcp : appServer),
      running: false,
      ready: false,
      restarts: 0,
      ...(this.#failure === undefined ? {} : {
        lastError: describeError(this.#failure),
        lastTrouble: troubleOf(this.#failure),
      }),
    };
  }

  #choose(): Promise<CodexBackend> {
    this.#choosing ??= this.#find().finally(() => this.#choosing = undefined);
    return this.#choosing;
  }

  async #find(): Promise<CodexBackend> {
    if (this.#closed) throw new CodexError("exited", "Codex was shut down");
    if (this.#chosen !== undefined) return this.#chosen;
    const { backend } = this.#settings;
    const { environment, clock, log, start } = this.#dependencies;
    try {
      const choice = backend === "echo" ? "auto" : backend;
      const found = await detectCodex(this.#settings, choice, { environment, clock, log, start });
      const { kind, reason, version } = found;
      log.info("codex.found", { backend: kind, reason, version, command: found.commandLine });
      this.#failure = undefined;
      this.#chosen = await backendFor(found, this.#settings, environment, this.#dependencies);
      return this.#chosen;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
