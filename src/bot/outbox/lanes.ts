/** The lanes of all chats, and whether there is anything in them that must not be lost. */
import { waitAtMost } from "../../core/deadline.ts";
import { paceOf, type TelegramPace } from "../pace.ts";
import { isLossy, type Operation } from "./operation.ts";
import { Lane, type LaneDependencies } from "./lane.ts";
import type { Delivery } from "./outgoing.ts";

export interface LanesDependencies
  extends Omit<LaneDependencies, "migrated" | "lasting" | "retryMs"> {
  readonly pace: TelegramPace;
  /** A group became another chat. */
  readonly moved: (from: number, to: number) => void;
}

export class Lanes {
  readonly #dependencies: LanesDependencies;
  readonly #lanes = new Map<number, Lane>();
  readonly #lasting = new Set<Promise<Delivery>>();

  constructor(dependencies: LanesDependencies) {
    this.#dependencies = dependencies;
  }

  add(chatId: number, operation: Operation): Promise<Delivery> {
    const delivery = this.#lane(chatId).add(operation, chatId);
    if (!isLossy(operation)) this.#keepUntilDone(delivery);
    return delivery;
  }

  markReachable(chatId: number): void {
    this.#lanes.get(chatId)?.markReachable();
  }

  /**
   * @param chatId absent = in all of them
   * @returns how many were dropped
   */
  dropMatching(test: (operation: Operation) => boolean, reason: string, chatId?: number): number {
    const lanes = chatId === undefined ? [...this.#all()] : [this.#lane(chatId)];
    return lanes.reduce((dropped, lane) => dropped + lane.dropMatching(test, reason), 0);
  }

  /** Resolves when all that is not lossy was done or given up on. */
  async idle(): Promise<void> {
    while (this.#lasting.size > 0) await Promise.all(this.#lasting);
  }

  /** The same, but no longer than that. */
  async idleWithin(graceMs: number): Promise<void> {
    await waitAtMost(this.#dependencies.clock, graceMs, this.idle());
  }

  stop(): void {
    for (const lane of this.#all()) lane.stop();
  }

  #all(): Set<Lane> {
    return new Set(this.#lanes.values());
  }

  #keepUntilDone(delivery: Promise<Delivery>): void {
    const kept = delivery.finally(() => this.#lasting.delete(kept));
    this.#lasting.add(kept);
  }

  #lane(chatId: number): Lane {
    const existing = this.#lanes.get(chatId);
    if (existing !== undefined) return existing;
    const { pace, ...dependencies } = this.#dependencies;
    const lane: Lane = new Lane(chatId, paceOf(pace, chatId), {
      ...dependencies,
      retryMs: pace.retryMs,
      migrated: (from, to) => this.#migrate(lane, from, to),
      lasting: (delivery) => this.#keepUntilDone(delivery),
    });
    this.#lanes.set(chatId, lane);
    return lane;
  }

  /** A chat has one lane only, under whatever id it is written to. */
  #migrate(lane: Lane, from: number, to: number): Lane {
    const successor = this.#lanes.get(to) ?? lane;
    this.#lanes.set(to, successor);
    for (const [chatId, each] of this.#lanes) {
      if (each === lane) this.#lanes.set(chatId, successor);
    }
    this.#dependencies.moved(from, to);
    return successor;
  }
}
