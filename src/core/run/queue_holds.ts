/**
 * Holds the requests of a machine after its Codex met the account's usage limit, until the limit
 * resets or a person resumes them. Requests that would fail anyway are not used up that way.
 */
import type { Clock } from "../clock.ts";
import { pause } from "../deadline.ts";
import { describeError } from "../errors.ts";
import type { Log } from "../log.ts";

export interface Hold extends HeldUntil {
  /** The address of the machine; absent = this one. */
  readonly machine?: string;
}

export interface HeldUntil {
  /** ISO 8601; absent = until a person resumes them, as Codex has named no time. */
  readonly until?: string;
}

/** How long requests are held, for ever where nothing else is known. */
interface Holding {
  until: Date | undefined;
  readonly over: AbortController;
}

/** Keeps holds across restarts. Every method throws a StorageError when the disk does not take it. */
export interface HoldStore {
  all(): readonly Hold[];
  /** Replaces an earlier hold of the machine. */
  set(hold: Hold): void;
  remove(machine: string | undefined): void;
}

interface QueueHoldsDependencies {
  readonly store: HoldStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looks at the time of day in between: a computer that slept does not count its timers on. */
const LONGEST_SLEEP_MS = 60_000;

export class QueueHolds {
  readonly #deps: QueueHoldsDependencies;
  readonly #holds = new Map<string | undefined, Holding>();

  constructor(deps: QueueHoldsDependencies) {
    this.#deps = deps;
    this.#guarded("read", () => {
      for (const { machine, until } of deps.store.all()) {
        this.#remember(machine, until === undefined ? undefined : new Date(until));
      }
    });
  }

  /** How the machine's requests are held; undefined = they are not. */
  held(machine: string | undefined): HeldUntil | undefined {
    const hold = this.#holds.get(machine);
    if (hold === undefined || isPast(hold.until, this.#deps.clock.now())) return undefined;
    return hold.until === undefined ? {} : { until: hold.until.toISOString() };
  }

  /**
   * Holds the machine's requests. A time that has passed holds nothing; without a time, one that is
   * known already still counts.
   */
  begin(machine: string | undefined, { until }: HeldUntil): void {
    const time = until === undefined ? undefined : new Date(until);
    if (time === undefined ? this.held(machine) !== undefined : !(time > this.#deps.clock.now())) {
      return;
    }
    this.#remember(machine, time);
    this.#deps.log.warn("queue.held", { machine, until });
    const hold = {
      ...(until === undefined ? {} : { until }),
      ...(machine === undefined ? {} : { machine }),
    };
    this.#guarded("kept", () => this.#deps.store.set(hold));
  }

  /** Lets the machine's requests go on. @returns false when nothing held them */
  end(machine: string | undefined): boolean {
    const held = this.held(machine) !== undefined;
    this.#holds.get(machine)?.over.abort();
    this.#holds.delete(machine);
    this.#guarded("removed", () => this.#deps.store.remove(machine));
    if (held) this.#deps.log.info("queue.resumed", { machine });
    return held;
  }

  /**
   * Waits until nothing holds the machine.
   * @returns how the hold ended: by time, by a person's word, or by the signal
   */
  async passed(
    machine: string | undefined,
    signal: AbortSignal,
  ): Promise<"reset" | "resumed" | "stopped"> {
    const { clock } = this.#deps;
    let until: Date | undefined;
    while (true) {
      const hold = this.#holds.get(machine);
      // Another session may have found first that the limit has reset.
      if (hold === undefined) return isPast(until, clock.now()) ? "reset" : "resumed";
      until = hold.until;
      const leftMs = (until?.getTime() ?? Infinity) - clock.now().getTime();
      if (leftMs <= 0) {
        this.end(machine);
        return "reset";
      }
      const ended = AbortSignal.any([signal, hold.over.signal]);
      await pause(clock, Math.min(leftMs, LONGEST_SLEEP_MS), ended);
      if (signal.aborted) return "stopped";
    }
  }

  #remember(machine: string | undefined, until: Date | undefined): void {
    const known = this.#holds.get(machine);
    if (known === undefined) this.#holds.set(machine, { until, over: new AbortController() });
    else known.until = until;
  }

  /** A disk that fails costs the hold, at most, at the next start. */
  #guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#deps.log.error("queue.hold-not-" + what, { error: describeError(error) });
    }
  }
}

function isPast(until: Date | undefined, now: Date): boolean {
  return until !== undefined && until <= now;
}
