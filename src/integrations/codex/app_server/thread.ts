/** A conversation in the app-server; it outlives the process in which it was begun. */
import type {
  CodexReviewTarget,
  CodexThread,
  ThreadOptions,
  Turn,
  TurnFailure,
  TurnInput,
  TurnOptions,
} from "../../../core/codex/codex.ts";
import type { GoalPolicy } from "../../../core/codex/goal.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, describeError, ThreadBusyError } from "../../../core/errors.ts";
import type { BackendSettings } from "../backend_parts.ts";
import { LiveTurn, type TurnControl, type TurnEnd } from "../live_turn.ts";
import { lossOf, startFailure, turnFailure } from "../turn_failure.ts";
import type { AppServerConnection } from "./connection.ts";
import { RpcError } from "./json_rpc.ts";
import type { AppServerNews } from "./news.ts";
import type { KnownRateLimits } from "./queries.ts";
import { type LoadedThread, loadKeptAhead, loadThread, unload } from "./thread_loading.ts";
import type { ThreadOwner } from "./thread_owner.ts";
import type { ThreadOwners } from "./thread_owners.ts";
import type { UntrustedHooks } from "./untrusted_hooks.ts";
import { TurnRun } from "./turn_run.ts";

/** What a thread needs of its backend. */
export interface ThreadHost {
  readonly settings: Pick<BackendSettings, "limits" | "clock" | "log">;
  readonly turns: RunningTurns;
  readonly owners: Pick<ThreadOwners, "own">;
  readonly policy: GoalPolicy | undefined;
  readonly limits: Pick<KnownRateLimits, "resetsAt">;
  readonly news: Pick<AppServerNews, "take">;
  readonly hooks: Pick<UntrustedHooks, "look">;
  /** The process as it is; undefined while there is none for a further turn. */
  current(): Promise<AppServerConnection | undefined>;
  /** @throws {CodexError} when Codex cannot be started */
  ready(signal: AbortSignal, onWait: () => void): Promise<AppServerConnection>;
  /** Takes note of how a turn failed, for the ones that come after it in the process. */
  noteFailure(connection: AppServerConnection, failure: TurnFailure): void;
  restart(connection: AppServerConnection, reason: string): Promise<void>;
  /** Looks for the turn over another connection to its machine, and settles it where it is lost. */
  reattach(running: RunningTurn, reason: string): Promise<void>;
}

export class AppServerThread implements CodexThread {
  readonly #host: ThreadHost;
  readonly #options: ThreadOptions;
  #id: string | undefined;
  #begun: boolean;
  /** What was loaded beforehand, in which process; never rejects. */
  #prepared: Promise<LoadedAhead | undefined> | undefined;

  constructor(host: ThreadHost, options: ThreadOptions, id?: string) {
    this.#host = host;
    this.#options = options;
    this.#id = id;
    this.#begun = id !== undefined;
  }

  get id(): string | undefined {
    return this.#id;
  }

  prepare(signal: AbortSignal): void {
    this.#prepared ??= this.#id === undefined
      ? this.#loadAhead(signal)
      : this.#loadKept(this.#id).then(() => undefined);
  }

  discard(): void {
    // Does not reject.
    void this.#unloadUnused();
  }

  async #loadAhead(signal: AbortSignal): Promise<LoadedAhead | undefined> {
    const { owners, policy, settings: { clock, log } } = this.#host;
    try {
      const connection = await this.#host.ready(signal, () => undefined);
      const loading = { connection, clock, signal, policy };
      const { threadId } = await loadThread(loading, this.#options, undefined);
      this.#id = threadId;
      owners.own(threadId, connection);
      return { connection, threadId };
    } catch (error) {
      log.debug("codex.thread.not-prepared", { error: describeError(error) });
      return undefined;
    }
  }

  /** What fails here fails again in the turn, which waits where the thread is in use. */
  async #loadKept(id: string): Promise<void> {
    const { owners, policy, settings: { clock, log } } = this.#host;
    try {
      const connection = await this.#host.current();
      // Elsewhere work may go on that the turn has to stop.
      if (connection === undefined || connection.machine !== undefined) return;
      owners.own(id, connection);
      const loading = { connection, clock, signal: AbortSignal.abort(), policy };
      await loadKeptAhead(loading, this.#options, id);
    } catch (error) {
      log.debug("codex.thread.not-prepared", { error: describeError(error) });
    }
  }

  async #unloadUnused(): Promise<void> {
    const prepared = await this.#prepared;
    if (prepared === undefined || this.#begun) return;
    try {
      await unload(prepared.connection, prepared.threadId);
    } catch (error) {
      this.#host.settings.log.debug("codex.thread.not-unloaded", { error: describeError(error) });
    }
  }

  run(input: TurnInput, options: TurnOptions): Turn {
    return this.#run((run, effort) => run.start(input, effort), options);
  }

  compact(options: TurnOptions): Turn {
    return this.#run((run) => run.compact(), options);
  }

  review(target: CodexReviewTarget, options: TurnOptions): Turn {
    return this.#run((run) => run.review(target), options);
  }

  #run(begin: Begin, options: TurnOptions): Turn {
    const { settings, turns } = this.#host;
    turns.refuseBusy(this);
    const begun = Promise.withResolvers<TurnRun>();
    const control: TurnControl = {
      // A turn that Codex has not got yet is not begun at all.
      interrupt: () => running.run?.interrupt() ?? Promise.resolve(),
      escalate: (reason) => this.#restart(running, reason),
      // A comment may come while the thread is being loaded: it waits for the turn.
      steer: async (text) => await (await onceBegun(begun.promise, turn.over)).steer(text),
    };
    const { clock, limits } = settings;
    const known = this.#id === undefined ? {} : { threadId: this.#id };
    const turn = new LiveTurn({ clock, limits, options, control, ...known });
    const running: RunningTurn = { thread: this, turn };
    turns.add(running);
    // Neither can reject: whatever happens is how the turn ends.
    void this.#noteFailureOf(running);
    void this.#execute(running, begin, begun.resolve);
    return turn;
  }

  async #execute(
    running: RunningTurn,
    begin: Begin,
    begun: (run: TurnRun) => void,
  ): Promise<void> {
    const { turn } = running;
    try {
      const { owner, effort } = await abortable(this.#prepare(running), turn.stopping);
      const { settings: { clock, log }, limits, news } = this.#host;
      const { ephemeral } = this.#options;
      running.run = new TurnRun({ owner, ephemeral, turn, limits, news, clock, log });
      begun(running.run);
      this.#begun = true;
      await begin(running.run, effort);
      // Cannot reject, and is told as news.
      void this.#host.hooks.look(owner.connection, this.#options.workingDirectory);
    } catch (error) {
      const end = await this.#endAfter(error, running);
      if (end !== undefined) turn.settle(end);
    }
  }

  /** Tries once more when the process turns out to be dead: no turn was begun, so none is lost. */
  async #prepare(running: RunningTurn): Promise<Prepared> {
    try {
      return await this.#load(running);
    } catch (error) {
      if (!isExit(error) || running.connection === undefined) throw error;
      await running.connection.exited;
      return await this.#load(running);
    }
  }

  async #load(running: RunningTurn): Promise<Prepared> {
    await this.#prepared;
    const connection = await this.#host.ready(
      running.turn.stopping,
      () => running.turn.wait({ type: "restart" }),
    );
    running.connection = connection;
    const loaded = this.#id !== undefined && connection.loadedThreads.has(this.#id);
    // A thread without any turn is not on disk: it ended with its process, and nothing is lost.
    const id = this.#begun || loaded ? this.#id : undefined;
    const { owners, policy, settings: { clock } } = this.#host;
    // A goal may go on as soon as the thread is loaded.
    if (id !== undefined) owners.own(id, connection).watch(this.#options.watcher);
    const loading = { connection, clock, signal: running.turn.stopping, policy };
    const thread = await loadThread(loading, this.#options, id);
    this.#id = thread.threadId;
    const owner = owners.own(thread.threadId, connection);
    owner.watch(this.#options.watcher);
    await owner.quiet();
    if (thread.paused !== undefined) running.turn.push({ type: "goal", goal: thread.paused });
    return { owner, ...thread };
  }

  /** Codex keeps the credentials that it was started with, also when the person has logged in anew. */
  async #noteFailureOf(running: RunningTurn): Promise<void> {
    const { failure } = await running.turn.result;
    const { connection } = running;
    if (failure === undefined || connection === undefined) return;
    this.#host.noteFailure(connection, failure);
  }

  /** @returns undefined where the turn is looked for on its machine, or was found there */
  async #endAfter(error: unknown, running: RunningTurn): Promise<TurnEnd | undefined> {
    // The next turn must not be given to a process that is about to be found dead.
    if (isExit(error)) await running.connection?.exited;
    if (running.run === undefined) {
      return running.turn.stopping.aborted
        ? { status: "interrupted" }
        : { status: "failed", failure: startFailure(error) };
    }
    if (error instanceof RpcError) {
      return { status: "failed", failure: turnFailure({ message: error.message }) };
    }
    if (error instanceof CodexError && error.kind === "unresponsive") {
      // The turn may be running all the same, and the next one would be mixed into it.
      await this.#restart(running, error.message);
    }
    if (running.connection?.machine !== undefined) {
      // Codex there may have got the request, and work on it.
      await this.#host.reattach(running, describeError(error));
      return undefined;
    }
    return { status: "lost", failure: lossOf(running.connection, describeError(error)) };
  }

  async #restart({ connection }: RunningTurn, reason: string): Promise<void> {
    if (connection !== undefined) await this.#host.restart(connection, reason);
  }
}

/** @throws {RpcError} or {CodexError} when the turn does not begin */
type Begin = (run: TurnRun, effort: string | undefined) => Promise<void>;

interface LoadedAhead {
  readonly connection: AppServerConnection;
  readonly threadId: string;
}

interface Prepared extends LoadedThread {
  readonly owner: ThreadOwner;
}

function isExit(error: unknown): boolean {
  return error instanceof CodexError && error.kind === "exited";
}

/** @throws {CodexError} when the turn ends before Codex got it */
async function onceBegun(begun: Promise<TurnRun>, over: AbortSignal): Promise<TurnRun> {
  try {
    return await abortable(begun, over);
  } catch (cause) {
    throw new CodexError("request", "Cannot add to the turn: Codex never began it", { cause });
  }
}

export interface RunningTurn {
  readonly thread: Pick<CodexThread, "id">;
  readonly turn: LiveTurn;
  /** Codex began it, nobody follows it, and it is being stopped: the next one waits for its end. */
  readonly unfollowed?: boolean;
  /** The process that the turn is prepared in, once there is one. */
  connection?: AppServerConnection;
  /** Set when Codex is about to get the turn: from then on nobody knows what it may have done. */
  run?: TurnRun;
  /** Set while it is looked for after its connection broke. */
  reattaching?: Promise<void> | undefined;
}

/** Which turns run now, on which thread and in which process. */
export class RunningTurns {
  readonly #turns = new Set<RunningTurn>();

  /** Forgets the turn by itself when it is over. */
  add(running: RunningTurn): void {
    this.#turns.add(running);
    running.turn.over.addEventListener("abort", () => this.#turns.delete(running), { once: true });
  }

  /**
   * Compares threads by their ids, as two objects may stand for the same thread.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  refuseBusy(thread: CodexThread): void {
    for (const { thread: busy, unfollowed } of this.#turns) {
      if (unfollowed === true) continue;
      if (busy === thread || (thread.id !== undefined && busy.id === thread.id)) {
        throw new ThreadBusyError();
      }
    }
  }

  in(connection: AppServerConnection): RunningTurn[] {
    return this.all().filter((running) => running.connection === connection);
  }

  all(): RunningTurn[] {
    return [...this.#turns];
  }
}
