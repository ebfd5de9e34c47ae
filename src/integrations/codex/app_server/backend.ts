/** Codex by its app-server: one process, many threads. */
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../../core/codex/codex.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import { type BackendSettings, CAPABILITIES, type LocalBackendSettings } from "../backend_parts.ts";
import { type ChildProcess, endAfterClosedPipe, startChild } from "../child_process.ts";
import { CodexProcess, type ConnectionEnd } from "../codex_process.ts";
import { UPDATE_CODEX } from "../detect.ts";
import { endTurns } from "../live_turn.ts";
import { lossOf } from "../turn_failure.ts";
import {
  type AppServerConnection,
  type AppServerLink,
  connectAppServer,
  type OpenLink,
} from "./connection.ts";
import { MachineFiles } from "./files.ts";
import { AppServerQueries, KnownRateLimits } from "./queries.ts";
import { AppServerThread, RunningTurns, type ThreadHost } from "./thread.ts";

export interface AppServerSettings extends BackendSettings {
  readonly endpoint: AppServerEndpoint;
}

/** Where the app-server is, and how it is reached. */
export interface AppServerEndpoint {
  readonly open: OpenLink;
  /** The program as it is configured, or its address, for people. */
  readonly commandLine: string;
  /** The machine on which it runs; absent = this one. */
  readonly machine?: string;
  /** Codex's version, e.g. `0.169.0`; absent where only the handshake tells it. */
  readonly version?: string;
}

/** Starts or connects when it is first needed, and again when the process or connection was lost. */
export class AppServerBackend implements CodexBackend {
  readonly kind = "app-server";
  readonly capabilities = CAPABILITIES[this.kind];
  readonly queries: AppServerQueries;
  readonly attachments?: MachineFiles;
  readonly #settings: AppServerSettings;
  readonly #turns = new RunningTurns();
  readonly #process: CodexProcess<AppServerConnection>;
  readonly #host: ThreadHost;
  /** What the latest handshake told. */
  #version: string | undefined;

  constructor(settings: AppServerSettings) {
    const { clock, log, onEnded, endpoint: { machine } } = settings;
    this.#settings = settings;
    const limits = new KnownRateLimits();
    this.#process = new CodexProcess({
      clock,
      log,
      connect: (signal) => this.#connect(signal, limits),
      onEnded,
      onLost: (connection, reason) => this.#loseTurns(connection, reason),
    });
    const ready = (signal?: AbortSignal): Promise<AppServerConnection> =>
      this.#process.ready(signal);
    this.queries = new AppServerQueries({ ready, limits, clock });
    if (machine !== undefined) {
      this.attachments = new MachineFiles({ machine, ready, clock, log });
    }
    this.#host = {
      settings,
      turns: this.#turns,
      limits,
      ready,
      restart: (connection, reason) => this.#process.restart(reason, connection),
    };
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#process.ready(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options, id);
  }

  health(): BackendHealth {
    const { commandLine, version: configured } = this.#settings.endpoint;
    const version = this.#version ?? configured;
    return {
      kind: this.kind,
      command: commandLine,
      ...(version === undefined ? {} : { version }),
      ...this.#process.health(),
    };
  }

  async close(): Promise<void> {
    await endTurns(this.#turns.all(), this.#settings.clock);
    await this.#process.close();
  }

  async #connect(signal: AbortSignal, limits: KnownRateLimits): Promise<AppServerConnection> {
    const { clock, log, clientVersion, endpoint: { open } } = this.#settings;
    const connection = await connectAppServer({
      open,
      clock,
      log,
      clientVersion,
      onRateLimits: (snapshot) => limits.add(snapshot),
    }, signal);
    this.#version = connection.introduction.version;
    return connection;
  }

  #loseTurns(connection: AppServerConnection, reason: string): void {
    for (const { turn, run } of this.#turns.in(connection)) {
      // What is still being prepared fails by its own request.
      if (run !== undefined) {
        turn.settle({ status: "lost", failure: lossOf(connection, reason) });
      }
    }
  }
}

/** The app-server of this machine, as a process of this program. */
export function localAppServer({ codex, ...settings }: LocalBackendSettings): AppServerBackend {
  const { commandLine, version } = codex;
  const open: OpenLink = () => Promise.resolve(startAppServer({ codex, ...settings }));
  return new AppServerBackend({ ...settings, endpoint: { open, commandLine, version } });
}

/**
 * Starts the process.
 * @throws {CodexError} when there is no such program
 */
export function startAppServer(
  { codex, clock, log }: Pick<LocalBackendSettings, "codex" | "clock" | "log">,
): AppServerLink {
  const child = startChild({ ...codex, clock, log });
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    exited: child.exited,
    errorLines: child.errorLines,
    failureAtStart: (error, end) => end === undefined ? error : endedAtStart(codex, end, child),
    finish: () => endAfterClosedPipe(child, { clock, log }),
    close: () => child.close(),
  };
}

function endedAtStart(
  { commandLine, version }: LocalBackendSettings["codex"],
  end: ConnectionEnd,
  { errorLines }: ChildProcess,
): CodexError {
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" (Codex ${version}) has no app-server`;
    return new CodexError("no-subcommand", message, { remedy: UPDATE_CODEX });
  }
  const reason = describeError(errorLines.at(-1) ?? "it gave no reason");
  return new CodexError(
    "handshake",
    `Cannot start Codex: "${commandLine}" ended at once with ${howItEnded(end)}: ${reason}`,
  );
}

function howItEnded(end: ConnectionEnd): string {
  if ("lost" in end) return end.lost;
  return end.signal === null ? `exit code ${end.code}` : end.signal;
}
