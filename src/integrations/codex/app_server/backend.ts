/** Codex by its app-server: one process, many threads. */
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../../core/codex/codex.ts";
import type { BackendCommons } from "../backend_parts.ts";
import { endTurns } from "../end_turns.ts";
import { lossOf } from "../turn_failure.ts";
import { CodexProcess } from "../codex_process.ts";
import { type AppServerConnection, connectAppServer, type TakeNotice } from "./connection.ts";
import type { OpenLink } from "./link.ts";
import { AppServerQueries } from "./queries.ts";
import { RateLimitNotes } from "./rate_limits.ts";
import { MachineFiles } from "./machine_files.ts";
import { AppServerThread, type ThreadHost } from "./thread.ts";
import { TurnsAtWork } from "./turns_at_work.ts";

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
