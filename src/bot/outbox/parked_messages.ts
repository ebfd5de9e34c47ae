/** Parks messages of a chat that refuses them until it answers again. */
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import type { Log } from "../../core/log.ts";
import type { Delivery, OutboxCounters } from "./outgoing.ts";
import { isDurable, type QueuedOperation, SendQueue, settle } from "./send_queue.ts";

export interface ParkedMessagesDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly counters: OutboxCounters;
  /** Called for each message that leaves the parking, to be waited for until it is delivered. */
  readonly onReleased: (delivery: Promise<Delivery>) => void;
}

/** Long enough for a person's holiday, and not for ever for one who left for good. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const LOOK_EVERY_MS = 3_600_000;
/** The most messages of one chat; the newest are kept. */
const MOST_MESSAGES = 100;

export class ParkedMessages {
  readonly #dependencies: ParkedMessagesDependencies;
  readonly #parked = new SendQueue();
  /** Ends the hourly look for messages that are too old; undefined while nothing is parked. */
  #watch: AbortController | undefined;

  constructor(dependencies: ParkedMessagesDependencies) {
    this.#dependencies = dependencies;
  }

  get size(): number {
    return this.#parked.size;
  }

  /** Parks what is durable and gives up the rest. Callers learn that the chat is unreachable. */
  park(operations: readonly QueuedOperation[], reason: string): void {
    const delivery = { status: "unreachable", reason } as const;
    for (const queued of operations) {
      if (isDurable(queued)) {
        queued.tell(delivery);
        this.#parked.add(queued);
      } else {
        settle(queued, delivery);
        this.#dependencies.counters.failed += 1;
      }
    }
    let tooMany = this.#parked.size - MOST_MESSAGES;
    this.#giveUp(() => tooMany-- > 0, "Too many messages wait for the chat");
    if (this.#watch === undefined) void this.#giveUpHourly(); // never rejects
  }

  /** Empties the parking. Returns the messages in order, as if nothing had been tried yet. */
  takeAll(): readonly QueuedOperation[] {
    const parked = this.#parked.takeAll();
    this.#endWatchIfEmpty();
    return parked.map((queued) => {
      const { promise, resolve: tell } = Promise.withResolvers<Delivery>();
      this.#dependencies.onReleased(promise);
      return { ...queued, tell, failures: 0, failingSince: undefined };
    });
  }

  /**
   * Settles and removes the messages that `picked` accepts.
   * @returns how many there were
   */
  drop(picked: (queued: QueuedOperation) => boolean, delivery: Delivery): number {
    const dropped = this.#parked.drop(picked, delivery);
    this.#endWatchIfEmpty();
    return dropped;
  }

  async #giveUpHourly(): Promise<void> {
    const { clock } = this.#dependencies;
    const { signal } = this.#watch = new AbortController();
    const isOld = ({ queuedAt }: QueuedOperation): boolean =>
      clock.monotonic() - queuedAt > LONGEST_MS;
    do {
      this.#giveUp(isOld, "The chat took no messages for too long");
    } while (await pause(clock, LOOK_EVERY_MS, signal));
  }

  #giveUp(picked: (queued: QueuedOperation) => boolean, reason: string): void {
    const count = this.drop(picked, { status: "failed", reason });
    if (count === 0) return;
    this.#dependencies.counters.failed += count;
    this.#dependencies.log.error("outbox.given_up", { count, reason });
  }

  #endWatchIfEmpty(): void {
    if (this.#parked.size > 0) return;
    this.#watch?.abort();
    this.#watch = undefined;
  }
}
