/**
 * Codex by its MCP server (up to 0.153.4): one process, many threads, none of which outlives it.
 */
import { WITHOUT_ACTIVITY } from "../../../core/codex/thread_activity.ts";
import type {
  BackendHealth,
  CodexBackend,
  CodexThread,
  RestartReport,
  ThreadOptions,
  Turn,
  TurnFailure,
  TurnInput,
  TurnOptions,
} from "../../../core/codex/codex.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, ThreadBusyError } from "../../../core/errors.ts";
import {
  CAPABILITIES,
  type LocalBackendSettings,
  unsupportedQueries,
  unsupportedTerminals,
} from "../backend_parts.ts";
import { programFingerprint } from "../codex_program.ts";
import { CodexProcess } from "../codex_process.ts";
import { endTurns, LiveTurn, type TurnControl } from "../live_turn.ts";
import { ProcessRenewal } from "../process_renewal.ts";
import { lossOf, startFailure } from "../turn_failure.ts";
import { connectMcp, type McpConnection } from "./connection.ts";
import { McpTurnRun, threadUnavailable } from "./turn_run.ts";

export interface McpBackendSettings extends LocalBackendSettings {
  /** Longest a single tool call may take, in milliseconds. */
  readonly callTimeoutMs: number;
}

export class McpBackend implements CodexBackend {
  readonly kind = "mcp";
  readonly capabilities = CAPABILITIES[this.kind];
  readonly activity = WITHOUT_ACTIVITY;
  readonly queries = unsupportedQueries("the MCP server of Codex", true);
  readonly terminals = unsupportedTerminals("the MCP server of Codex", true);
  readonly #settings: McpBackendSettings;
  readonly #threads = new KnownThreads();
  readonly #turns = new Set<RunningTurn>();
  readonly #process: CodexProcess<McpConnection>;
  readonly #renewal: ProcessRenewal<McpConnection>;
  readonly #host: ThreadHost;

  constructor(settings: McpBackendSettings) {
    const { clock, log, onEnded } = settings;
    this.#settings = settings;
    this.#process = new CodexProcess({
      clock,
      log,
      connect: async (signal) => this.#renewal.started(await connectMcp(settings, signal)),
      onEnded,
      onLost: (connection, reason) => this.#lose(connection, reason),
    });
    const { program, environment } = settings.codex;
    this.#renewal = new ProcessRenewal({
      process: this.#process,
      turnsIn: (connection) =>
        [...this.#turns].filter((running) => running.connection === connection)
          .map(({ turn }) => turn.result),
      fingerprint: () => programFingerprint(program.command, environment.PATH),
      log,
    });
    this.#host = {
      settings,
      threads: this.#threads,
      turns: this.#turns,
      ready: (signal, onWait) => this.#renewal.ready(signal, onWait),
      noteFailure: (connection, failure) => this.#renewal.noteFailure(connection, failure),
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
    const { commandLine, version } = this.#settings.codex;
    return { kind: this.kind, command: commandLine, version, ...this.#process.health() };
  }

  restart(): Promise<RestartReport> {
    return this.#renewal.restart();
  }

  async close(): Promise<void> {
    await endTurns([...this.#turns], this.#settings.clock);
    await this.#process.close();
  }

  #lose(connection: McpConnection, reason: string): void {
    this.#threads.forget(connection);
    for (const running of this.#turns) {
      // What is still being prepared fails by its own request.
      if (running.connection === connection && running.run !== undefined) {
        running.turn.settle({ status: "lost", failure: lossOf(undefined, reason) });
      }
    }
  }
}

/** What a thread needs of its backend. */
interface ThreadHost {
  readonly settings: McpBackendSettings;
  readonly threads: KnownThreads;
  readonly turns: Set<RunningTurn>;
  ready(signal: AbortSignal, onWait: () => void): Promise<McpConnection>;
  /** Lets no further turn use the process. */
  noteFailure(connection: McpConnection, failure: TurnFailure): void;
  restart(connection: McpConnection, reason: string): Promise<void>;
}

interface RunningTurn {
  readonly turn: LiveTurn;
  connection?: McpConnection;
  run?: McpTurnRun;
}

/** The longest a timer can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

class McpThread implements CodexThread {
  readonly #host: ThreadHost;
  readonly #options: ThreadOptions;
  #id: string | undefined;
  /** A thread without an id yet cannot be found busy by it. */
  #beginning: LiveTurn | undefined;

  constructor(host: ThreadHost, options: ThreadOptions, id?: string) {
    this.#host = host;
    this.#options = options;
    this.#id = id;
  }

  get id(): string | undefined {
    return this.#id;
  }

  run(input: TurnInput, options: TurnOptions): Turn {
    if (this.#beginning !== undefined && !this.#beginning.over.aborted) {
      throw new ThreadBusyError();
    }
    const over = new AbortController();
    if (this.#id !== undefined) this.#host.threads.occupy(this.#id, over.signal);
    const control: TurnControl = {
      interrupt: () => running.run?.interrupt() ?? Promise.resolve(),
      escalate: (reason) => this.#restart(running, reason),
      steer: () => Promise.reject(cannotSteer()),
    };
    const { clock, limits } = this.#host.settings;
    const known = this.#id === undefined ? {} : { threadId: this.#id };
    const turn = new LiveTurn({ clock, limits, options, control, ...known });
    const running: RunningTurn = { turn };
    this.#beginning = turn;
    this.#host.turns.add(running);
    turn.over.addEventListener("abort", () => {
      over.abort();
      this.#host.turns.delete(running);
    }, { once: true });
    // Neither can reject: whatever happens is how the turn ends.
    void this.#noteFailureOf(running);
    void this.#execute(running, input);
    return turn;
  }

  async #execute(running: RunningTurn, input: TurnInput): Promise<void> {
    const { turn } = running;
    try {
      running.run = await this.#prepare(running);
    } catch (error) {
      turn.settle(
        turn.stopping.aborted
          ? { status: "interrupted" }
          : { status: "failed", failure: startFailure(error) },
      );
      return;
    }
    await running.run.start(input, this.#id === undefined ? this.#threadArguments() : {});
  }

  /** Codex keeps the credentials that it was started with, also when the person has logged in anew. */
  async #noteFailureOf(running: RunningTurn): Promise<void> {
    const { failure } = await running.turn.result;
    if (failure === undefined || running.connection === undefined) return;
    this.#host.noteFailure(running.connection, failure);
  }

  async #prepare(running: RunningTurn): Promise<McpTurnRun> {
    const { turn } = running;
    const { threads, settings, ready } = this.#host;
    const connection = await abortable(
      ready(turn.stopping, () => turn.wait({ type: "restart" })),
      turn.stopping,
    );
    running.connection = connection;
    const options = JSON.stringify(this.#options);
    if (this.#id !== undefined) threads.requireUsable(this.#id, connection, options);
    return new McpTurnRun({
      connection,
      turn,
      clock: settings.clock,
      timeoutMs: Math.min(settings.callTimeoutMs, LONGEST_TIMER_MS),
      ...(this.#id === undefined ? {} : { threadId: this.#id }),
      onThread: (id) => {
        this.#id = id;
        threads.add(id, connection, options);
        threads.occupy(id, turn.over);
      },
      onUnusable: () => {
        if (this.#id !== undefined) threads.markUnusable(this.#id);
      },
    });
  }

  #threadArguments(): Record<string, unknown> {
    const { workingDirectory, sandbox, approvalPolicy, model, reasoningEffort } = this.#options;
    const { developerInstructions } = this.#options;
    if (approvalPolicy === "untrusted") {
      this.#host.settings.log.warn("codex.approval-policy", {
        asked: approvalPolicy,
        used: "on-request",
        reason: "codex mcp-server does not know the other one",
      });
    }
    return {
      cwd: workingDirectory,
      sandbox: sandbox === "review" ? "read-only" : sandbox,
      "approval-policy": approvalPolicy === "never" ? "never" : "on-request",
      ...(model === undefined ? {} : { model }),
      ...(developerInstructions === undefined
        ? {}
        : { "developer-instructions": developerInstructions }),
      config: {
        ...NO_SUB_AGENTS,
        ...(reasoningEffort === undefined ? {} : { model_reasoning_effort: reasoningEffort }),
      },
    };
  }

  async #restart({ connection }: RunningTurn, reason: string): Promise<void> {
    if (connection !== undefined) await this.#host.restart(connection, reason);
  }
}

/**
 * Takes the tools for sub-agents from the model: the MCP server passes on nothing of their threads, so
 * that they would work unseen, and wait for answers to questions that reach nobody.
 */
const NO_SUB_AGENTS = { "features.multi_agent": false, "features.multi_agent_v2": false } as const;

function cannotSteer(): CodexError {
  return new CodexError("request", "Cannot add to the turn: codex mcp-server has no way to");
}

interface KnownThread {
  readonly connection: McpConnection;
  /** The options it was begun with, as JSON: a reply cannot change them. */
  readonly options: string;
  /** After a failed turn the next reply would return at once, with nothing. */
  unusable: boolean;
}

/** The threads that the present processes know, and which of them run a turn. */
class KnownThreads {
  readonly #known = new Map<string, KnownThread>();
  readonly #busy = new Set<string>();

  add(threadId: string, connection: McpConnection, options: string): void {
    this.#known.set(threadId, { connection, options, unusable: false });
  }

  markUnusable(threadId: string): void {
    const thread = this.#known.get(threadId);
    if (thread !== undefined) thread.unusable = true;
  }

  /** Forgets the threads of a process that has ended: they ended with it. */
  forget(connection: McpConnection): void {
    for (const [threadId, thread] of this.#known) {
      if (thread.connection === connection) this.#known.delete(threadId);
    }
  }

  /**
   * Keeps other calls from the thread: a second one would be mixed into the first.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  occupy(threadId: string, until: AbortSignal): void {
    if (this.#busy.has(threadId)) {
      throw new ThreadBusyError();
    }
    this.#busy.add(threadId);
    until.addEventListener("abort", () => this.#busy.delete(threadId), { once: true });
  }

  /** @throws {ThreadUnavailable} when the thread cannot be continued in this process */
  requireUsable(threadId: string, connection: McpConnection, options: string): void {
    const thread = this.#known.get(threadId);
    if (thread === undefined || thread.connection !== connection) {
      throw threadUnavailable("the Codex process that knew it has ended");
    }
    if (thread.unusable) throw threadUnavailable("its last turn failed");
    if (thread.options !== options) throw threadUnavailable("it has other settings");
  }
}
