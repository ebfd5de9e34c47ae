/** Codex by its app-server: one process, many threads. */

import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../../core/codex/codex.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { BackendCommons, BackendParts } from "../backend_parts.ts";
import { type ChildProcess, endSilentChild, startChild } from "../child_process.ts";
import { CodexProcess, type ConnectionEnd } from "../codex_process.ts";
import { endTurns } from "../live_turn.ts";
import { lossOf } from "../turn_failure.ts";
import {
  type AppServerConnection,
  type AppServerLink,
  connectAppServer,
  type OpenLink,
  type TakeNotice,
} from "./connection.ts";
import { MachineFiles } from "./files.ts";
import { AppServerQueries, RateLimitNotes } from "./queries.ts";
import { AppServerThread, type ThreadHost, TurnsAtWork } from "./thread.ts";

export interface AppServerParts extends BackendCommons {
  readonly open: OpenLink;
  /** Where it runs; absent = on this machine. */
  readonly machine?: string;
}

export class AppServerBackend implements CodexBackend {
  readonly kind = "app-server";
  readonly capabilities = { steer: true, outputSchema: true, resume: true, images: true };
  readonly queries: AppServerQueries;
  readonly attachments?: MachineFiles;
  readonly #parts: AppServerParts;
  readonly #turns = new TurnsAtWork();
  readonly #process: CodexProcess<AppServerConnection>;
  readonly #host: ThreadHost;
  /** As it was told last. */
  #version: string | undefined;

  constructor(parts: AppServerParts) {
    this.#parts = parts;
    const limits = new RateLimitNotes();
    this.#process = new CodexProcess({
      clock: parts.clock,
      log: parts.log,
      connect: (signal) => this.#connect(signal, (...notice) => limits.take(...notice)),
      onEnded: parts.onEnded,
      onLost: (connection, reason) => this.#loseTurns(connection, reason),
    });
    this.queries = new AppServerQueries({
      ready: () => this.#process.ready(),
      limits,
      clock: parts.clock,
    });
    const { machine } = parts;
    if (machine !== undefined) {
      const ready = (): Promise<AppServerConnection> => this.#process.ready();
      this.attachments = new MachineFiles({ ...parts, machine, ready });
    }
    this.#host = {
      parts,
      turns: this.#turns,
      ready: (signal) => this.#process.ready(signal),
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
    const { commandLine } = this.#parts;
    const version = this.#version ?? this.#parts.version;
    return {
      kind: this.kind,
      command: commandLine,
      ...(version === undefined ? {} : { version }),
      ...this.#process.health(),
    };
  }

  async close(): Promise<void> {
    await endTurns(this.#turns.all(), this.#parts.clock);
    await this.#process.close();
  }

  async #connect(signal: AbortSignal, takeNotice: TakeNotice): Promise<AppServerConnection> {
    const connection = await connectAppServer(this.#parts, signal, takeNotice);
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

/** The app-server of this machine. */
export function localAppServer(parts: BackendParts): AppServerBackend {
  return new AppServerBackend({ ...parts, open: () => Promise.resolve(startAppServer(parts)) });
}

/**
 * Starts the process.
 * @throws {CodexError} when there is no such program
 */
export function startAppServer(parts: BackendParts): AppServerLink {
  const { program, environment, clock, log } = parts;
  const child = startChild({
    program: program.command,
    arguments: program.arguments,
    environment,
    clock,
    log,
  });
  return {
    pid: child.pid,
    input: child.stdin,
    output: child.stdout,
    exited: child.exited,
    errorLines: child.errorLines,
    failureAtStart: (error, end) => end === undefined ? error : endedAtStart(parts, end, child),
    finish: () => endSilentChild(child, parts),
    close: () => child.close(),
  };
}

function endedAtStart(
  { commandLine, version }: BackendParts,
  end: ConnectionEnd,
  { errorLines }: ChildProcess,
): CodexError {
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" (Codex ${version}) has no app-server`;
    const remedy = "Update Codex with `npm install -g @openai/codex@latest`";
    return new CodexError("no-subcommand", message, { remedy });
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
