/** Follows the work on a goal: each turn that Codex begins on the thread, until it begins no more. */
import type { Clock } from "../../../core/clock.ts";
import type { Turn, TurnFailure, TurnOptions } from "../../../core/codex/codex.ts";
import type { Goal, GoalPursuit } from "../../../core/codex/goal.ts";
import type { BegunTurn, ThreadGoal, ThreadWatcher } from "../../../core/codex/thread_activity.ts";
import { pause } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { AppServerConnection } from "./connection.ts";
import { goalOf, pauseActiveGoal, readGoal } from "./goal_requests.ts";

export interface PursuitSettings {
  readonly turns: TurnOptions;
  /** Makes the connection anew where it was lost. @throws {CodexError} when that fails */
  readonly ready: () => Promise<AppServerConnection>;
  /** Follows the thread no longer. */
  readonly release: () => void;
  /** Told how a round failed, for what comes after it in the process. */
  readonly failed: (failure: TurnFailure) => void;
  /** Pauses the goal as soon as Codex can be reached again. */
  readonly pauseLater: () => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** A turn may be announced in the moment in which the goal is paused. */
const CROSSING_MS = 2_000;
/** Codex begins the next round within milliseconds. */
const BEGINS_WITHIN_MS = 60_000;

export class Pursuit implements GoalPursuit, ThreadWatcher {
  readonly rounds: AsyncIterable<Turn>;
  readonly #settings: PursuitSettings;
  readonly #begun: Turn[] = [];
  #threadId = "";
  #goal: Goal | undefined;
  #open = 0;
  #pausing: Promise<void> | undefined;
  /** A round has failed or was interrupted: Codex begins no further one. */
  #broken = false;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(settings: PursuitSettings) {
    this.#settings = settings;
    this.rounds = { [Symbol.asyncIterator]: () => this.#rounds() };
    settings.turns.signal.addEventListener("abort", () => {
      // Does not reject.
      void this.pause();
      this.#wake?.();
    }, { once: true });
  }

  get threadId(): string {
    return this.#threadId;
  }

  /** Names the thread, before anything of it is told. */
  follow(threadId: string): void {
    this.#threadId = threadId;
  }

  /** The goal has been set to work; what was told since is newer. */
  begin(goal: Goal): void {
    this.#goal ??= goal;
    this.#wake?.();
  }

  goal(): Goal | undefined {
    return this.#goal;
  }

  turnBegun(begun: BegunTurn): void {
    // The owner of the thread interrupts what is not followed.
    if (this.#ended || this.#settings.turns.signal.aborted) return;
    const turn = begun.follow(this.#settings.turns);
    this.#open++;
    this.#begun.push(turn);
    this.#wake?.();
    // Cannot reject: a turn's result never does.
    void turn.result.then(({ status, failure }) => {
      this.#open--;
      if (failure !== undefined) this.#settings.failed(failure);
      this.#broken ||= status !== "completed";
      this.#wake?.();
    });
  }

  /** The connection has ended: where no turn is open, none will be told of. */
  disconnected(): void {
    if (this.#open > 0) return;
    this.#broken = true;
    this.#wake?.();
  }

  goalChanged(goal: ThreadGoal | undefined): void {
    this.#goal = goal === undefined ? undefined : goalOf(this.#threadId, goal);
    this.#wake?.();
  }

  pause(): Promise<void> {
    return this.#pausing ??= this.#pause();
  }

  async end(): Promise<void> {
    await (this.#pausing ?? (this.#goal?.status === "active" ? this.pause() : undefined));
    this.#ended = true;
    this.#settings.release();
  }

  async #pause(): Promise<void> {
    const { ready, log } = this.#settings;
    try {
      const paused = await pauseActiveGoal(await ready(), this.#threadId);
      if (paused !== undefined) this.goalChanged(paused);
    } catch (error) {
      this.#settings.pauseLater();
      log.warn("codex.goal.not-paused", { thread: this.#threadId, error: describeError(error) });
    }
  }

  async *#rounds(): AsyncGenerator<Turn> {
    while (true) {
      const turn = this.#begun.shift();
      if (turn !== undefined) yield turn;
      else if (this.#open > 0) await this.#change();
      else if (this.#broken || this.#settings.turns.signal.aborted) return;
      else if (this.#goal?.status === "active" && this.#pausing === undefined) await this.#next();
      else if (!await this.#crosses()) return;
    }
  }

  /** @throws {CodexError} when Codex begins no further round */
  async #next(): Promise<void> {
    if (await this.#changesWithin(BEGINS_WITHIN_MS)) return;
    const message = "Codex does not go on with the goal";
    throw new CodexError("unresponsive", message, {
      trouble: { kind: "failed", said: `${message}.` },
    });
  }

  /** Whether a turn has begun in the moment in which the goal ceased to be at work. */
  async #crosses(): Promise<boolean> {
    await this.#pausing;
    if (this.#begun.length > 0 || this.#open > 0) return true;
    try {
      const connection = await this.#settings.ready();
      const read = { threadId: this.#threadId, includeTurns: false };
      const { thread } = await connection.ask("thread/read", read);
      if (thread.status.type === "active") return await this.#changesWithin(CROSSING_MS);
      this.#goal = await readGoal(connection, this.#threadId);
    } catch (error) {
      this.#settings.log.debug("codex.goal.unknown", { error: describeError(error) });
    }
    return this.#begun.length > 0;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  async #changesWithin(ms: number): Promise<boolean> {
    const late = new AbortController();
    const changed = this.#change().then(() => true);
    const passed = pause(this.#settings.clock, ms, late.signal).then(() => false);
    const result = await Promise.race([changed, passed]);
    late.abort();
    return result;
  }
}
