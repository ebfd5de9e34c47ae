/** A conversation in the app-server; it outlives the process in which it was begun. */

import type {
  CodexThread,
  ThreadOptions,
  Turn,
  TurnInput,
  TurnOptions,
} from "../../../core/codex/codex.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, describeError, ThreadBusyError } from "../../../core/errors.ts";
import type { BackendCommons } from "../backend_parts.ts";
import { LiveTurn, type TurnControl, type TurnEnd } from "../live_turn.ts";
import { lossOf, startFailure, turnFailure } from "../turn_failure.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";
import { loadThread } from "./thread_loading.ts";
import { TurnRun } from "./turn_run.ts";

/** What a thread needs of its backend. */
export interface ThreadHost {
  readonly parts: BackendCommons;
  readonly turns: TurnsAtWork;
  /** @throws {CodexError} when Codex cannot be started */
  ready(signal: AbortSignal): Promise<AppServerConnection>;
  restart(connection: AppServerConnection, reason: string): Promise<void>;
}

interface Prepared {
  readonly connection: AppServerConnection;
  readonly threadId: string;
  readonly effort: string | undefined;
}

export class AppServerThread implements CodexThread {
  readonly #host: ThreadHost;
  readonly #options: ThreadOptions;
  #id: string | undefined;
  #begun: boolean;

  constructor(host: ThreadHost, options: ThreadOptions, id?: string) {
    this.#host = host;
    this.#options = options;
    this.#id = id;
    this.#begun = id !== undefined;
  }

  get id(): string | undefined {
    return this.#id;
  }

  run(input: TurnInput, options: TurnOptions): Turn {
    const { parts, turns } = this.#host;
    turns.refuseBusy(this);
    const control: TurnControl = {
      // A turn that Codex has not got yet is not begun at all.
      interrupt: () => work.run?.interrupt() ?? Promise.resolve(),
      escalate: (reason) => this.#restart(work, reason),
      steer: (text) => work.run?.steer(text) ?? Promise.reject(notBegun()),
    };
    const { clock, limits } = parts;
    const known = this.#id === undefined ? {} : { threadId: this.#id };
    const turn = new LiveTurn({ clock, limits, options, control, ...known });
    const work: TurnAtWork = { thread: this, turn };
    turns.add(work);
    // Cannot reject: whatever happens is how the turn ends.
    void this.#execute(work, input);
    return turn;
  }

  async #execute(work: TurnAtWork, input: TurnInput): Promise<void> {
    const { turn } = work;
    try {
      const { connection, threadId, effort } = await abortable(this.#prepare(work), turn.stopping);
      const { clock, log } = this.#host.parts;
      work.run = new TurnRun({ connection, threadId, turn, clock, log });
      const stopListening = connection.listen(threadId, work.run);
      turn.over.addEventListener("abort", stopListening, { once: true });
      this.#begun = true;
      await work.run.start(input, effort);
    } catch (error) {
      turn.settle(await this.#endAfter(error, work));
    }
  }

  /** Nothing is begun before it: a process that turns out to be dead costs no turn. */
  async #prepare(work: TurnAtWork): Promise<Prepared> {
    try {
      return await this.#load(work);
    } catch (error) {
      if (!isExit(error) || work.connection === undefined) throw error;
      await work.connection.exited;
      return await this.#load(work);
    }
  }

  async #load(work: TurnAtWork): Promise<Prepared> {
    const connection = await this.#host.ready(work.turn.stopping);
    work.connection = connection;
    const loaded = this.#id !== undefined && connection.loadedThreads.has(this.#id);
    // A thread without any turn is not on disk: it ended with its process and nothing is lost.
    const id = this.#begun || loaded ? this.#id : undefined;
    const { clock } = this.#host.parts;
    const loading = { connection, clock, signal: work.turn.stopping };
    const { threadId, effort } = await loadThread(loading, this.#options, id);
    this.#id = threadId;
    return { connection, threadId, effort };
  }

  async #endAfter(error: unknown, work: TurnAtWork): Promise<TurnEnd> {
    // The next turn must not be given to a process that is about to be found dead.
    if (isExit(error)) await work.connection?.exited;
    if (work.run === undefined) {
      return work.turn.stopping.aborted
        ? { status: "interrupted" }
        : { status: "failed", failure: startFailure(error) };
    }
    if (error instanceof RpcError) {
      return { status: "failed", failure: turnFailure({ message: error.message }) };
    }
    if (error instanceof CodexError && error.kind === "unresponsive") {
      // The turn may be running all the same, and the next one would be mixed into it.
      await this.#restart(work, error.message);
    }
    return { status: "lost", failure: lossOf(work.connection, describeError(error)) };
  }

  async #restart({ connection }: TurnAtWork, reason: string): Promise<void> {
    if (connection !== undefined) await this.#host.restart(connection, reason);
  }
}

function isExit(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "exited";
}

function notBegun(): CodexError {
  return new CodexError("request", "Cannot add to the turn: Codex has not begun it yet");
}

interface TurnAtWork {
  readonly thread: CodexThread;
  readonly turn: LiveTurn;
  /** The process that the turn is prepared in, once there is one. */
  connection?: AppServerConnection;
  /** Set when Codex is about to get the turn: from then on nobody knows what it may have done. */
  run?: TurnRun;
}

export class TurnsAtWork {
  readonly #turns = new Set<TurnAtWork>();

  /** Forgets the turn by itself when it is over. */
  add(work: TurnAtWork): void {
    this.#turns.add(work);
    work.turn.over.addEventListener("abort", () => this.#turns.delete(work), { once: true });
  }

  /**
   * Two objects may stand for the same thread: its id counts.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  refuseBusy(thread: CodexThread): void {
    for (const { thread: busy } of this.#turns) {
      if (busy === thread || (thread.id !== undefined && busy.id === thread.id)) {
        throw new ThreadBusyError("Codex is still at work on this conversation", {
          remedy: "Wait for its answer, or stop it with /cancel",
        });
      }
    }
  }

  in(connection: AppServerConnection): TurnAtWork[] {
    return this.all().filter((work) => work.connection === connection);
  }

  all(): TurnAtWork[] {
    return [...this.#turns];
  }
}
