/** Keeps one connection to Codex alive: starts it, checks its health, restarts it when it has died. */
import type { Clock } from "../../core/clock.ts";
import { abortable, pause, withDeadline } from "../../core/deadline.ts";
import type { Trouble } from "../../core/codex/trouble.ts";
import {
  asSentence,
  CodexError,
  type CodexErrorKind,
  describeError,
  troubleOf,
} from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { ChildExit } from "./child_process.ts";

/** How a connection ended: with its process, or for a reason that people can read. */
export type ConnectionEnd = ChildExit | { readonly lost: string };

/** A running Codex that has answered its handshake. */
export interface Connection {
  /** Absent where the process is not ours. */
  readonly pid?: number;
  /** Where it runs; absent = on this machine. */
  readonly machine?: string;
  /** Never rejects. */
  readonly exited: Promise<ConnectionEnd>;
  /** The last lines that the process wrote before it ended, for the message about it. */
  readonly errorLines: readonly string[];
  /** Anything that only a healthy process answers. */
  ping(): Promise<void>;
  /** Ends the process, or the connection to it, and resolves when it is gone. */
  close(): Promise<void>;
}

interface CodexProcessSettings<Connected extends Connection> {
  readonly clock: Clock;
  readonly log: Log;
  /** Makes a connection, handshake included. Must leave no process behind when it fails. */
  readonly connect: (signal: AbortSignal) => Promise<Connected>;
  /** Told once per connection that died or was taken down; its turns are lost. */
  readonly onLost: (connection: Connected, reason: string) => void;
  /** Told whenever a process has ended, on request or by itself. */
  readonly onEnded?: (() => void) | undefined;
}

interface ProcessHealth {
  readonly running: boolean;
  readonly ready: boolean;
  readonly pid?: number;
  readonly uptimeMs?: number;
  readonly restarts: number;
  readonly lastError?: string;
  readonly lastTrouble?: Trouble;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After a connection that lived this long, the pauses begin with the shortest again. */
const HEALTHY_MS = 60_000;
const CHECK_EVERY_MS = 30_000;
const CHECK_DEADLINE_MS = 10_000;
const MOST_MISSED_CHECKS = 2;

/** A person has to do something first: these are tried again on request only. */
const NEEDS_A_PERSON: ReadonlySet<CodexErrorKind> = new Set(
  [
    ...["not-installed", "wrong-program", "too-old", "no-subcommand", "not-logged-in"] as const,
    ...["refused", "tls", "wrong-protocol"] as const,
  ],
);

/**
 * The one connection to a Codex. It begins with the first `ready`, and is made anew after each end,
 * with growing pauses, until `close`.
 */
export class CodexProcess<Connected extends Connection> {
  readonly #settings: CodexProcessSettings<Connected>;
  readonly #closed = new AbortController();
  #live: { readonly connection: Connected; readonly since: number } | undefined;
  #connecting: Promise<Connected> | undefined;
  /** Old processes that have not ended yet. */
  readonly #ending = new Set<Promise<void>>();
  #pauseMs = FIRST_PAUSE_MS;
  #pausing: AbortController | undefined;
  #starts = 0;
  #last: { readonly lastError: string; readonly lastTrouble: Trouble } | undefined;

  constructor(settings: CodexProcessSettings<Connected>) {
    this.#settings = settings;
  }

  /**
   * Hands out the live connection, or makes one now without waiting out a pause between retries.
   * @throws {CodexError} when it does not come up, or after `close`
   */
  async ready(signal?: AbortSignal): Promise<Connected> {
    if (this.#closed.signal.aborted) throw closedError();
    if (this.#live !== undefined) return this.#live.connection;
    this.#pausing?.abort();
    const connecting = this.#connect();
    return signal === undefined ? await connecting : await abortable(connecting, signal);
  }

  /** The live connection; undefined while there is none. */
  get current(): Connected | undefined {
    return this.#live?.connection;
  }

  /** Ends the present process, if it still is this one, and starts another. */
  async restart(reason: string, connection: Connected): Promise<void> {
    if (this.#live?.connection !== connection) return;
    this.#settings.log.warn("codex.restart", { ...nameOf(connection), reason });
    this.#drop(connection, restartReason(connection, reason));
    const ending = connection.close().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    await ending;
    this.#reconnectLater(0);
  }

  health(): ProcessHealth {
    const live = this.#live;
    return {
      running: live !== undefined,
      ready: live !== undefined,
      restarts: Math.max(0, this.#starts - 1),
      ...(live === undefined ? {} : {
        ...(live.connection.pid === undefined ? {} : { pid: live.connection.pid }),
        uptimeMs: Math.round(this.#settings.clock.monotonic() - live.since),
      }),
      ...this.#last,
    };
  }

  /** Ends the process for good. Safe to call twice. */
  async close(): Promise<void> {
    this.#closed.abort(closedError());
    this.#pausing?.abort();
    const live = this.#live?.connection;
    if (live !== undefined) {
      this.#drop(live, "Codex was shut down");
      await live.close();
    }
    // A connection that is just being made is closed in #establish.
    await this.#connecting?.catch(() => undefined);
    await Promise.all(this.#ending);
  }

  #connect(): Promise<Connected> {
    this.#connecting ??= this.#establish().finally(() => this.#connecting = undefined);
    return this.#connecting;
  }

  async #establish(): Promise<Connected> {
    const { connect, clock, log } = this.#settings;
    // Two processes must not write to the same thread.
    await Promise.all(this.#ending);
    try {
      const connection = await connect(this.#closed.signal);
      if (this.#closed.signal.aborted) {
        await connection.close();
        throw closedError();
      }
      this.#starts++;
      this.#live = { connection, since: clock.monotonic() };
      this.#last = undefined;
      log.info("codex.started", { ...nameOf(connection), restarts: this.#starts - 1 });
      this.#watch(connection);
      return connection;
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }

  #failed(error: unknown): void {
    if (this.#closed.signal.aborted) return;
    const reason = describeError(error);
    // A machine may be off for days and is tried all the while: the same reason is logged once.
    const known = reason === this.#last?.lastError;
    this.#last = { lastError: reason, lastTrouble: troubleOf(error) };
    this.#settings.log[known ? "debug" : "error"]("codex.start.failed", { error: reason });
    if (error instanceof CodexError && NEEDS_A_PERSON.has(error.kind)) return;
    // Whoever asked for the very first start decides whether to try again.
    if (this.#starts > 0) this.#reconnectLater(this.#nextPause());
  }

  #watch(connection: Connected): void {
    const over = new AbortController();
    const watchExit = async (): Promise<void> => {
      const exit = await connection.exited;
      over.abort();
      this.#settings.onEnded?.();
      this.#died(connection, exit);
    };
    // Neither can reject: `exited` does not, and a failed ping is counted.
    void watchExit();
    void this.#watchHealth(connection, over.signal);
  }

  #died(connection: Connected, end: ConnectionEnd): void {
    if (this.#live?.connection !== connection) return;
    const reason = reasonOf(end, connection.errorLines.at(-1));
    this.#settings.log.error("codex.died", { ...nameOf(connection), ...end });
    const livedMs = this.#settings.clock.monotonic() - this.#live.since;
    if (livedMs >= HEALTHY_MS) this.#pauseMs = FIRST_PAUSE_MS;
    this.#drop(connection, reason);
    // Its standard streams may still need closing; the process itself is gone.
    void connection.close().catch(() => undefined);
    this.#reconnectLater(this.#nextPause());
  }

  #drop(connection: Connected, reason: string): void {
    this.#live = undefined;
    if (!this.#closed.signal.aborted) {
      this.#last = { lastError: reason, lastTrouble: troubleOfEnd(connection, reason) };
    }
    this.#settings.onLost(connection, reason);
  }

  #nextPause(): number {
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    return pauseMs;
  }

  /** Connects after the pause, unless somebody's `ready` is faster. */
  #reconnectLater(pauseMs: number): void {
    if (this.#closed.signal.aborted) return;
    this.#pausing?.abort();
    const pausing = new AbortController();
    this.#pausing = pausing;
    const reconnect = async (): Promise<void> => {
      if (!await pause(this.#settings.clock, pauseMs, pausing.signal)) return;
      if (this.#live === undefined && !this.#closed.signal.aborted) await this.#connect();
    };
    // A failure has been recorded and the next try planned in #failed.
    void reconnect().catch(() => undefined);
  }

  async #watchHealth(connection: Connected, over: AbortSignal): Promise<void> {
    const { clock, log } = this.#settings;
    const done = AbortSignal.any([over, this.#closed.signal]);
    let missed = 0;
    while (missed < MOST_MISSED_CHECKS) {
      if (!await pause(clock, CHECK_EVERY_MS, done)) return;
      const failure = await this.#check(connection);
      missed = failure === undefined ? 0 : missed + 1;
      if (failure !== undefined) log.warn("codex.check.missed", { ...nameOf(connection), failure });
    }
    if (done.aborted) return;
    await this.restart(`it left ${MOST_MISSED_CHECKS} health checks unanswered`, connection)
      .catch((error) => log.error("codex.restart.failed", { error: describeError(error) }));
  }

  /** @returns what went wrong, or undefined */
  async #check(connection: Connected): Promise<string | undefined> {
    const late = (): Error => new CodexError("unresponsive", "Codex does not answer");
    try {
      await withDeadline(connection.ping(), {
        clock: this.#settings.clock,
        ms: CHECK_DEADLINE_MS,
        late,
      });
      return undefined;
    } catch (error) {
      return describeError(error);
    }
  }
}

function closedError(): CodexError {
  return new CodexError("exited", "Codex was shut down");
}

/** Says why a connection ended that nobody closed. */
function reasonOf(end: ConnectionEnd, lastLine: string | undefined): string {
  if ("lost" in end) return end.lost;
  const how = end.signal === null ? `with exit code ${end.code}` : `by ${end.signal}`;
  return `Codex ended unexpectedly ${how}${lastLine === undefined ? "" : `: ${lastLine}`}`;
}

/** Says why a connection was closed that was of no use any more. */
function restartReason({ machine }: Pick<Connection, "machine">, reason: string): string {
  return machine === undefined
    ? `Codex was restarted: ${reason}`
    : `The connection to Codex on ${machine} was closed: ${reason}`;
}

/** Names the connection in the log. */
function nameOf(
  { pid, machine }: Pick<Connection, "pid" | "machine">,
): Readonly<Record<string, unknown>> {
  return machine === undefined ? { pid } : { machine };
}

function troubleOfEnd({ machine }: Connection, reason: string): Trouble {
  return machine === undefined
    ? { kind: "exited", said: asSentence(reason) }
    : { kind: "unreachable", machine };
}
