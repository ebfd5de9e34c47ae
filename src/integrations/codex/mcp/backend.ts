/** Codex by its MCP server (up to 0.153.4): one process, many threads, none of which outlives it. */
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
} from "../../../core/codex/codex.ts";
import type { BackendParts } from "../backend_parts.ts";
import { endTurns } from "../end_turns.ts";
import { CodexProcess } from "../codex_process.ts";
import { unsupportedQueries } from "../unsupported_queries.ts";
import { connectMcp, type McpConnection } from "./connection.ts";
import { McpThread, type McpThreadHost, type McpTurnAtWork } from "./thread.ts";
import { McpThreads } from "./threads.ts";

export interface McpBackendSettings extends BackendParts {
  /** Longest a single tool call may take, in milliseconds. */
  readonly callTimeoutMs: number;
}

export class McpBackend implements CodexBackend {
  readonly kind = "mcp";
  readonly capabilities = { steer: false, outputSchema: false, resume: false, images: false };
  readonly queries = unsupportedQueries("the MCP server of Codex", true);
  readonly #parts: BackendParts;
  readonly #threads = new McpThreads();
  readonly #turns = new Set<McpTurnAtWork>();
  readonly #process: CodexProcess<McpConnection>;
  readonly #host: McpThreadHost;

  constructor({ callTimeoutMs, ...parts }: McpBackendSettings) {
    this.#parts = parts;
    this.#process = new CodexProcess({
      clock: parts.clock,
      log: parts.log,
      connect: (signal) => connectMcp(parts, signal),
      onEnded: parts.onEnded,
      onLost: (connection, reason) => this.#lose(connection, reason),
    });
    this.#host = {
      parts,
      callTimeoutMs,
      threads: this.#threads,
      turns: this.#turns,
      ready: (signal) => this.#process.ready(signal),
      restart: (connection, reason) => this.#process.restart(reason, connection),
    };
  }

  async start(signal?: AbortSignal): Promise<void> {
    await this.#process.ready(signal);
  }

  startThread(options: ThreadOptions): CodexThread {
    return new McpThread(this.#host, options);
  }

  resumeThread(id: string, options: ThreadOptions): CodexThread {
    return new McpThread(this.#host, options, id);
  }

  health(): BackendHealth {
    const { commandLine, version } = this.#parts;
    return { kind: this.kind, command: commandLine, version, ...this.#process.health() };
  }

  async close(): Promise<void> {
    await endTurns([...this.#turns], this.#parts.clock);
    await this.#process.close();
  }

  #lose(connection: McpConnection, reason: string): void {
    this.#threads.forget(connection);
    for (const work of this.#turns) {
      // What is still being prepared fails by its own request.
      if (work.connection === connection && work.run !== undefined) {
        work.turn.settle({ status: "lost", failure: { kind: "process", message: reason } });
      }
    }
  }
}
