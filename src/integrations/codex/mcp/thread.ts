/** A conversation in an MCP server; it ends with the process that made it. */
import type {
  CodexThread,
  ThreadOptions,
  Turn,
  TurnInput,
  TurnOptions,
} from "../../../core/codex/codex.ts";
import { CodexError, ThreadBusyError } from "../../../core/errors.ts";
import type { BackendParts } from "../backend_parts.ts";
import { abortable } from "../../../core/deadline.ts";
import { LiveTurn, type TurnControl } from "../live_turn.ts";
import { startFailure } from "../turn_failure.ts";
import type { McpConnection } from "./connection.ts";
import type { McpThreads } from "./threads.ts";
import { McpTurnRun } from "./turn_run.ts";

/** The longest a timer can run. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What a thread needs of its backend. */
export interface McpThreadHost {
  readonly parts: BackendParts;
  readonly threads: McpThreads;
  readonly callTimeoutMs: number;
  readonly turns: Set<McpTurnAtWork>;
  ready(signal: AbortSignal): Promise<McpConnection>;
  restart(connection: McpConnection, reason: string): Promise<void>;
}

export interface McpTurnAtWork {
  readonly turn: LiveTurn;
  connection?: McpConnection;
  run?: McpTurnRun;
}

export class McpThread implements CodexThread {
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
