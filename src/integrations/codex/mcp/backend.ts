/** Codex by its MCP server (up to 0.153.4): one process, many threads, none of which outlives it. */

import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  ThreadOptions,
  Turn,
  TurnInput,
  TurnOptions,
} from "../../../core/codex/codex.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, ThreadBusyError } from "../../../core/errors.ts";
import { type BackendParts, unsupportedQueries } from "../backend_parts.ts";
import { CodexProcess } from "../codex_process.ts";
import { endTurns, LiveTurn, type TurnControl } from "../live_turn.ts";
import { startFailure, ThreadUnavailable } from "../turn_failure.ts";
import { connectMcp, type McpConnection } from "./connection.ts";
import { McpTurnRun } from "./turn_run.ts";

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

/** The longest a timer can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a thread needs of its backend. */
interface McpThreadHost {
  readonly parts: BackendParts;
  readonly threads: McpThreads;
  readonly callTimeoutMs: number;
  readonly turns: Set<McpTurnAtWork>;
  ready(signal: AbortSignal): Promise<McpConnection>;
  restart(connection: McpConnection, reason: string): Promise<void>;
}

interface McpTurnAtWork {
  readonly turn: LiveTurn;
  connection?: McpConnection;
  run?: McpTurnRun;
}

class McpThread implements CodexThread {
  readonly #host: McpThreadHost;
  readonly #options: ThreadOptions;
  #id: string | undefined;
  /** A thread without an id yet cannot be found busy by it. */
  #beginning: LiveTurn | undefined;

  constructor(host: McpThreadHost, options: ThreadOptions, id?: string) {
    this.#host = host;
    this.#options = options;
    this.#id = id;
  }

  get id(): string | undefined {
    return this.#id;
  }

  run(input: TurnInput, options: TurnOptions): Turn {
    if (this.#beginning !== undefined && !this.#beginning.over.aborted) {
      throw new ThreadBusyError("Codex is still at work on this conversation");
    }
    const over = new AbortController();
    if (this.#id !== undefined) this.#host.threads.occupy(this.#id, over.signal);
    const control: TurnControl = {
      interrupt: () => work.run?.interrupt() ?? Promise.resolve(),
      escalate: (reason) => this.#restart(work, reason),
      steer: () => Promise.reject(cannotSteer()),
    };
    const { clock, limits } = this.#host.parts;
    const known = this.#id === undefined ? {} : { threadId: this.#id };
    const turn = new LiveTurn({ clock, limits, options, control, ...known });
    const work: McpTurnAtWork = { turn };
    this.#beginning = turn;
    this.#host.turns.add(work);
    turn.over.addEventListener("abort", () => {
      over.abort();
      this.#host.turns.delete(work);
    }, { once: true });
    // Cannot reject: whatever happens is how the turn ends.
    void this.#execute(work, input);
    return turn;
  }

  async #execute(work: McpTurnAtWork, input: TurnInput): Promise<void> {
    const { turn } = work;
    try {
      const connection = await abortable(this.#host.ready(turn.stopping), turn.stopping);
      work.connection = connection;
      const options = JSON.stringify(this.#options);
      if (this.#id !== undefined) this.#host.threads.requireUsable(this.#id, connection, options);
      work.run = new McpTurnRun({
        connection,
        turn,
        clock: this.#host.parts.clock,
        timeoutMs: Math.min(this.#host.callTimeoutMs, LONGEST_TIMER_MS),
        ...(this.#id === undefined ? {} : { threadId: this.#id }),
        onThread: (id) => {
          this.#id = id;
          this.#host.threads.add(id, connection, options);
          this.#host.threads.occupy(id, turn.over);
        },
        onTainted: () => {
          if (this.#id !== undefined) this.#host.threads.taint(this.#id);
        },
      });
    } catch (error) {
      turn.settle(
        turn.stopping.aborted
          ? { status: "interrupted" }
          : { status: "failed", failure: startFailure(error) },
      );
      return;
    }
    await work.run.start(input, this.#id === undefined ? this.#threadArguments() : {});
  }

  #threadArguments(): Record<string, unknown> {
    const { workingDirectory, sandbox, approvalPolicy, model, reasoningEffort } = this.#options;
    const { developerInstructions } = this.#options;
    if (approvalPolicy === "untrusted") {
      this.#host.parts.log.warn("codex.approval-policy", {
        asked: approvalPolicy,
        used: "on-request",
        reason: "codex mcp-server does not know the other one",
      });
    }
    return {
      cwd: workingDirectory,
      sandbox,
      "approval-policy": approvalPolicy === "never" ? "never" : "on-request",
      ...(model === undefined ? {} : { model }),
      ...(developerInstructions === undefined
        ? {}
        : { "developer-instructions": developerInstructions }),
      ...(reasoningEffort === undefined
        ? {}
        : { config: { model_reasoning_effort: reasoningEffort } }),
    };
  }

  async #restart({ connection }: McpTurnAtWork, reason: string): Promise<void> {
    if (connection !== undefined) await this.#host.restart(connection, reason);
  }
}

function cannotSteer(): CodexError {
  return new CodexError("request", "Cannot add to the turn: codex mcp-server has no way to");
}

interface KnownThread {
  readonly connection: McpConnection;
  /** The options it was begun with, as JSON: a reply cannot change them. */
  readonly options: string;
  tainted: boolean;
}

class McpThreads {
  readonly #known = new Map<string, KnownThread>();
  readonly #busy = new Set<string>();

  add(threadId: string, connection: McpConnection, options: string): void {
    this.#known.set(threadId, { connection, options, tainted: false });
  }

  taint(threadId: string): void {
    const thread = this.#known.get(threadId);
    if (thread !== undefined) thread.tainted = true;
  }

  /** The process has ended, and its conversations with it. */
  forget(connection: McpConnection): void {
    for (const [threadId, thread] of this.#known) {
      if (thread.connection === connection) this.#known.delete(threadId);
    }
  }

  /**
   * One call per thread: a second one would be mixed into the first.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  occupy(threadId: string, until: AbortSignal): void {
    if (this.#busy.has(threadId)) {
      throw new ThreadBusyError("Codex is still at work on this conversation", {
        remedy: "Wait for its answer, or stop it with /cancel",
      });
    }
    this.#busy.add(threadId);
    until.addEventListener("abort", () => this.#busy.delete(threadId), { once: true });
  }

  /** @throws {ThreadUnavailable} when the thread cannot be continued in this process */
  requireUsable(threadId: string, connection: McpConnection, options: string): void {
    const thread = this.#known.get(threadId);
    if (thread === undefined || thread.connection !== connection) {
      throw new ThreadUnavailable("the Codex process that knew it has ended");
    }
    if (thread.tainted) throw new ThreadUnavailable("its last turn failed");
    if (thread.options !== options) throw new ThreadUnavailable("it has other settings");
  }
}
