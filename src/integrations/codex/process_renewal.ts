/**
 * Replaces a Codex process that is out of date: it keeps the credentials with which it was started,
 * and the program from which it was made. Nothing that runs is cut for it.
 */
import type { RestartReport, TurnFailure } from "../../core/codex/codex.ts";
import type { Trouble } from "../../core/codex/trouble.ts";
import { abortable } from "../../core/deadline.ts";
import { describeError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { CodexProcess, Connection } from "./codex_process.ts";

interface RenewalSettings<Connected extends Connection> {
  readonly process: CodexProcess<Connected>;
  /** The turns that the process runs. */
  readonly turnsIn: (connection: Connected) => readonly Promise<unknown>[];
  /** Identifies the program on disk; undefined = it cannot be seen, or is of no concern. */
  readonly fingerprint?: (() => Promise<string | undefined>) | undefined;
  /** Whether Codex works on something that is no turn of ours. */
  readonly worksBeside?: ((connection: Connected) => Promise<boolean>) | undefined;
  /** Notes what ends with the process. Never rejects. */
  readonly beforeEnd?: ((connection: Connected) => Promise<void>) | undefined;
  readonly log: Log;
}

/**
 * A person mends these outside of Codex, by another login or a change of its configuration, which a
 * process that runs does not notice. They may as well pass by themselves.
 */
const MENDED_OUTSIDE: ReadonlySet<Trouble["kind"]> = new Set(
  ["access", "address", "limit"] as const,
);

export class ProcessRenewal<Connected extends Connection> {
  readonly #settings: RenewalSettings<Connected>;
  /** Why a process has to go. */
  readonly #outdated = new WeakMap<Connected, string>();
  /** Why a process may have to go. */
  readonly #doubted = new WeakMap<Connected, string>();
  /** The programs from which the processes were made. */
  readonly #programs = new WeakMap<Connected, string>();
  #renewing: Promise<void> | undefined;

  constructor(settings: RenewalSettings<Connected>) {
    this.#settings = settings;
  }

  /** Remembers the program of a process that was just started. */
  async started(connection: Connected): Promise<Connected> {
    const program = await this.#settings.fingerprint?.();
    if (program !== undefined) this.#programs.set(connection, program);
    return connection;
  }

  /**
   * Takes note of how a turn in the process failed: one whose login was refused is given no further
   * turn, and one that may know too little is replaced before the next turn if nothing runs in it.
   */
  noteFailure(connection: Connected, { trouble: { kind } }: TurnFailure): void {
    // Only a person can start one of another machine anew.
    if (connection.machine !== undefined) return;
    if (kind === "login") this.#outdate(connection, "its login was refused");
    else if (MENDED_OUTSIDE.has(kind)) {
      this.#doubted.set(connection, "its login or its configuration may have changed");
    }
  }

  /** Gives the process no further turn. It ends when somebody needs the next one. */
  #outdate(connection: Connected, reason: string): void {
    this.#outdated.set(connection, reason);
  }

  /**
   * Hands out a process for a new turn, and another one where the present is out of date.
   * @param onWait is told when the turns of others have to end first
   * @throws {CodexError} when Codex does not come up
   * @throws the signal's reason when the signal aborts first
   */
  async ready(signal: AbortSignal, onWait: () => void): Promise<Connected> {
    const { process, turnsIn } = this.#settings;
    const { current } = process;
    if (current !== undefined && await this.#isOutdated(current)) {
      if (turnsIn(current).length > 0) onWait();
      await abortable(this.#renew(current), signal);
    }
    return await process.ready(signal);
  }

  /**
   * Hands out a process for a question that is no turn. One whose login may be another one by now
   * would answer for the former; it is replaced unless something runs in it, which no question ends.
   * @throws {CodexError} when Codex does not come up
   */
  async readyToTell(): Promise<Connected> {
    const { process } = this.#settings;
    const { current } = process;
    const mayDiffer = current !== undefined &&
      (this.#outdated.has(current) || this.#doubted.has(current));
    if (mayDiffer && await this.#isOutdated(current) && await this.#isAtRest(current)) {
      await this.#renew(current);
    }
    return await process.ready();
  }

  /** The process as it is, unless it is out of date or there is none. */
  async current(): Promise<Connected | undefined> {
    const { current } = this.#settings.process;
    return current === undefined || await this.#isOutdated(current) ? undefined : current;
  }

  /**
   * Starts the process anew, now or when the last turn in it has ended.
   * @throws {CodexError} when Codex does not come up
   */
  async restart(): Promise<RestartReport> {
    const { process, turnsIn, log } = this.#settings;
    const { current } = process;
    if (current !== undefined) {
      const turns = turnsIn(current).length;
      this.#outdate(current, "somebody asked for it");
      const renewing = this.#renew(current);
      if (turns > 0) {
        renewing.then(() => process.ready()).catch((error) =>
          log.error("codex.restart.failed", { error: describeError(error) })
        );
        return { type: "waiting", turns };
      }
      await renewing;
    }
    await process.ready();
    return { type: "restarted" };
  }

  async #isOutdated(connection: Connected): Promise<boolean> {
    if (this.#outdated.has(connection)) return true;
    const doubt = this.#doubted.get(connection);
    if (doubt !== undefined && await this.#isAtRest(connection)) {
      this.#outdate(connection, doubt);
      return true;
    }
    const made = this.#programs.get(connection);
    const found = made === undefined ? undefined : await this.#settings.fingerprint?.();
    // A program that is just being replaced may be missing for a moment.
    if (found === undefined || found === made) return false;
    if (await this.#settings.worksBeside?.(connection) === true) return false;
    this.#outdate(connection, "its program on disk has been replaced");
    return true;
  }

  async #isAtRest(connection: Connected): Promise<boolean> {
    const { turnsIn, worksBeside } = this.#settings;
    return turnsIn(connection).length === 0 && await worksBeside?.(connection) !== true;
  }

  #renew(connection: Connected): Promise<void> {
    this.#renewing ??= this.#replace(connection).finally(() => this.#renewing = undefined);
    return this.#renewing;
  }

  async #replace(connection: Connected): Promise<void> {
    const { process, turnsIn } = this.#settings;
    for (let turns = turnsIn(connection); turns.length > 0; turns = turnsIn(connection)) {
      await Promise.all(turns);
    }
    await this.#settings.beforeEnd?.(connection);
    await process.restart(this.#outdated.get(connection) ?? "it is out of date", connection);
  }
}
