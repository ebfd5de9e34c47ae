/** The goals of threads, on which Codex works turn after turn of its own accord. */
import type { ThreadOptions, TurnOptions } from "../../../core/codex/codex.ts";
import type {
  CodexGoals,
  Goal,
  GoalChange,
  GoalPursuit,
  GoalStart,
} from "../../../core/codex/goal.ts";
import { pause } from "../../../core/deadline.ts";
import { describeError } from "../../../core/errors.ts";
import type { AppServerConnection } from "./connection.ts";
import { Pursuit } from "./goal_pursuit.ts";
import { clearGoal, pauseActiveGoal, readGoal, setGoal } from "./goal_requests.ts";
import { RpcError } from "./json_rpc.ts";
import type { ThreadHost } from "./thread.ts";
import { loadThread, stopRunningTurn } from "./thread_loading.ts";

/** What goals need of their backend. */
export interface GoalsHost
  extends Pick<ThreadHost, "settings" | "owners" | "policy" | "noteFailure"> {
  /** The same for the work on a goal, which a Codex that is out of date does not begin. */
  readonly readyToWork: ThreadHost["ready"];
  /** @throws {CodexError} when Codex cannot be started or reached */
  ready(signal?: AbortSignal): Promise<AppServerConnection>;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export class AppServerGoals implements CodexGoals {
  readonly #host: GoalsHost;
  readonly #closing = new AbortController();

  constructor(host: GoalsHost) {
    this.#host = host;
  }

  async get(threadId: string): Promise<Goal | undefined> {
    return await readGoal(await this.#host.ready(), threadId);
  }

  async change(threadId: string, change: GoalChange): Promise<Goal> {
    return await setGoal(await this.#host.ready(), threadId, change);
  }

  async clear(threadId: string): Promise<void> {
    await clearGoal(await this.#host.ready(), threadId);
  }

  async halt(threadId: string): Promise<Goal | undefined> {
    const connection = await this.#host.ready();
    const paused = await pauseActiveGoal(connection, threadId);
    if (paused === undefined) return undefined;
    const { settings: { clock } } = this.#host;
    const signal = new AbortController().signal;
    await stopRunningTurn({ connection, clock, signal }, threadId).catch((error) => {
      // Codex does not have the thread in memory: nothing runs there.
      if (!(error instanceof RpcError)) throw error;
    });
    return paused;
  }

  async pursue(
    threadId: string | undefined,
    options: ThreadOptions,
    start: GoalStart,
    turns: TurnOptions,
  ): Promise<GoalPursuit> {
    const { settings: { clock, log }, owners, policy, noteFailure } = this.#host;
    const connection = await this.#host.readyToWork(turns.signal, () => {});
    const pursuit: Pursuit = new Pursuit({
      turns,
      ready: () => this.#host.ready(),
      release: () => owners.own(pursuit.threadId, connection).unwatch(pursuit),
      failed: (failure) => noteFailure(connection, failure),
      // Does not reject.
      pauseLater: () => void this.#haltLater(pursuit.threadId),
      clock,
      log,
    });
    const loading = { connection, clock, signal: turns.signal, policy };
    const loaded = await loadThread(loading, options, threadId);
    const owner = owners.own(loaded.threadId, connection);
    await owner.quiet();
    await this.#setEffort(connection, loaded);
    pursuit.follow(loaded.threadId);
    owner.watch(pursuit);
    try {
      pursuit.begin(await begun(connection, loaded.threadId, start));
    } catch (error) {
      owner.unwatch(pursuit);
      throw error;
    }
    // Cannot reject.
    void connection.exited.then(() => pursuit.disconnected());
    return pursuit;
  }

  /** Ends the attempts to pause what could not be reached. */
  close(): void {
    this.#closing.abort();
  }

  /** Another machine goes on with a goal while nobody is connected. Never rejects. */
  async #haltLater(threadId: string): Promise<void> {
    const { settings: { clock, log } } = this.#host;
    let pauseMs = FIRST_PAUSE_MS;
    while (await pause(clock, pauseMs, this.#closing.signal)) {
      try {
        await this.halt(threadId);
        return;
      } catch (error) {
        log.info("codex.goal.not-paused", { thread: threadId, error: describeError(error) });
      }
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  }

  /** Codex begins the turns, so that their effort cannot be named with them. */
  async #setEffort(
    connection: AppServerConnection,
    { threadId, effort }: { readonly threadId: string; readonly effort: string | undefined },
  ): Promise<void> {
    if (effort === undefined) return;
    try {
      await connection.request("thread/settings/update", { threadId, effort });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const { log } = this.#host.settings;
      log.warn("codex.effort.refused", { thread: threadId, effort, error: describeError(error) });
    }
  }
}

async function begun(
  connection: AppServerConnection,
  threadId: string,
  start: GoalStart,
): Promise<Goal> {
  const { type, ...wanted } = start;
  // What an earlier goal has used would count for this one.
  if (type === "set" && await readGoal(connection, threadId) !== undefined) {
    await clearGoal(connection, threadId);
  }
  return await setGoal(connection, threadId, { ...wanted, status: "active" });
}
