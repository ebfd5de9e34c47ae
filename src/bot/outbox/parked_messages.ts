/** What waits until a chat takes messages again that refuses them now: blocked, left, gone. */
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import { Alarm } from "./alarm.ts";
import { LaneQueue } from "./lane_queue.ts";
import { type Entry, isKept, settle } from "./operation.ts";
import type { Delivery } from "./outgoing.ts";
import type { Tally } from "./stats.ts";

export interface ShelfDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly tally: Tally;
  /** What has waited here is on its way again. */
  readonly lasting: (delivery: Promise<Delivery>) => void;
}

/** Whoever is back after a holiday finds the answers; who has left for good leaves nothing behind. */
const LONGEST_MS = 7 * 24 * 3_600_000;
const LOOK_EVERY_MS = 3_600_000;
/** Of one chat, the newest ones. */
const MOST = 100;

/** Takes only what is kept on disk; the rest would be of no use later, and is given up. */
export class ParkedMessages {
  readonly #dependencies: ShelfDependencies;
  readonly #entries = new LaneQueue();
  readonly #alarm: Alarm;
  #watching = false;

  constructor(dependencies: ShelfDependencies) {
    this.#dependencies = dependencies;
    this.#alarm = new Alarm(dependencies.clock);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Who waits for the delivery of an entry is told that the chat cannot be reached. */
  put(entries: readonly Entry[], reason: string): void {
    const delivery = { status: "unreachable", reason } as const;
    for (const entry of entries) {
      if (isKept(entry)) {
        entry.tell(delivery);
        this.#entries.add(entry);
      } else {
        settle(entry, delivery);
        this.#dependencies.tally.failed += 1;
      }
    }
    let tooMany = this.#entries.size - MOST;
    this.#giveUp(() => tooMany-- > 0, "Too many messages wait for the chat");
    if (!this.#watching) void this.#watch(); // never rejects: it only sleeps and gives up
  }

  /** In their order, and as if nothing had been tried yet. */
  takeAll(): readonly Entry[] {
    const entries = this.#entries.takeAll();
    this.#alarm.ring();
    return entries.map((entry) => {
      const { promise, resolve: tell } = Promise.withResolvers<Delivery>();
      this.#dependencies.lasting(promise);
      return { ...entry, tell, failures: 0, failingSince: undefined };
    });
  }

  drop(...[test, delivery]: Parameters<LaneQueue["drop"]>): number {
    const dropped = this.#entries.drop(test, delivery);
    this.#alarm.ring();
    return dropped;
  }

  async #watch(): Promise<void> {
    const { clock } = this.#dependencies;
    const isOld = ({ queuedAt }: Entry): boolean => clock.monotonic() - queuedAt > LONGEST_MS;
    this.#watching = true;
    for (;;) {
      this.#giveUp(isOld, "The chat took no messages for too long");
      if (this.#entries.size === 0) break;
      await this.#alarm.sleep(LOOK_EVERY_MS);
    }
    this.#watching = false;
  }

  #giveUp(test: (entry: Entry) => boolean, reason: string): void {
    const count = this.#entries.drop(test, { status: "failed", reason });
    if (count === 0) return;
    this.#dependencies.tally.failed += count;
    this.#dependencies.log.error("outbox.given_up", { count, reason });
  }
}
