/** Codex by its app-server: one process, many threads. */
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../../core/codex.ts";
import type { BackendParts } from "../backend_parts.ts";
import { endTurns } from "../end_turns.ts";
import { Supervisor } from "../supervisor.ts";
import { type AppServerConnection, connectAppServer } from "./connection.ts";
import { AppServerQueries } from "./queries.ts";
import { RateLimitNotes } from "./rate_limits.ts";
import { AppServerThread, type ThreadHost } from "./thread.ts";
import { TurnsAtWork } from "./turns_at_work.ts";

export class AppServerBackend implements CodexBackend {
  readonly kind = "app-server";
  readonly capabilities = { steer: true, outputSchema: true, resume: true, images: true };
  readonly queries: AppServerQueries;
  readonly #parts: BackendParts;
  readonly #turns = new TurnsAtWork();
  readonly #supervisor: Supervisor<AppServerConnection>;
  readonly #host: ThreadHost;

  constructor(parts: BackendParts) {
    this.#parts = parts;
    const limits = new RateLimitNotes();
    this.#supervisor = new Supervisor({
      clock: parts.clock,
      log: parts.log,
      connect: (signal) => connectAppServer(parts, signal, (...notice) => limits.take(...notice)),
      onEnded: parts.onEnded,
      onLost: (connection, reason) => this.#loseTurns(connection, reason),
    });
    this.queries = new AppServerQueries({
      ready: () => this.#supervisor.ready(),
      limits,
      clock: parts.clock,
    });
    this.#host = {
      parts,
      turns: this.#turns,
      ready: (signal) => this.#supervisor.ready(signal),
      restart: (connection, reason) => this.#supervisor.restart(reason, connection),
    };
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#supervisor.ready(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return new AppServerThread(this.#host, options, id);
  }

  health(): BackendHealth {
    const { commandLine, version } = this.#parts;
    return { kind: this.kind, command: commandLine, version, ...this.#supervisor.health() };
  }

  async close(): Promise<void> {
    await endTurns(this.#turns.all(), this.#parts.clock);
    await this.#supervisor.close();
  }

  #loseTurns(connection: AppServerConnection, reason: string): void {
    for (const { turn, run } of this.#turns.in(connection)) {
      // What is still being prepared fails by its own request.
      if (run !== undefined) {
        turn.settle({ status: "lost", failure: { kind: "process", message: reason } });
      }
    }
  }
}
