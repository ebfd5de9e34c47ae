/** Queues updates and answers the long poll for them. */
import type { Clock } from "../../core/clock.ts";
import { conflict } from "./api_error.ts";
import type { Json, JsonObject } from "./wire.ts";

export interface PendingUpdate {
  readonly id: number;
  readonly type: string;
  readonly body: Json;
  readonly expiresAt: number;
}

interface Poll {
  readonly offset: number;
  readonly limit: number;
  readonly timeoutSeconds: number;
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
}

const DAY_MS = 86_400_000;
/** How long callback, inline and payment queries are kept; everything else is kept for a day. */
const QUERY_LIFETIME_MS = 150_000;
const QUERY_TYPES = new Set([
  "callback_query",
  "inline_query",
  "shipping_query",
  "pre_checkout_query",
]);
/** Sent only when the bot asks for them by name. */
const OPT_IN_TYPES = new Set(["chat_member", "message_reaction", "message_reaction_count"]);
/** An offset further than this behind the newest update counts as a mistake. */
const OFFSET_SLACK = 10;
/** With penalties on, slows down polls with the same offset that come sooner than this. */
const SAME_OFFSET_MS = 500;
const SHORT_POLL_SECONDS = 3;

export class UpdateQueue {
  readonly #clock: Clock;
  readonly #penalties: boolean;
  #pending: PendingUpdate[] = [];
  #nextId = 100_000_001;
  /** Empty = the server's default choice. */
  #allowed: readonly string[] = [];
  /** Ends the waiting poll. */
  #waiting: AbortController | undefined;
  #wake: (() => void) | undefined;
  #lastPoll = { offset: NaN, at: -Infinity };

  /** @param penalties slow down clients that poll too often, as the real server does */
  constructor(clock: Clock, penalties: boolean) {
    this.#clock = clock;
    this.#penalties = penalties;
  }

  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /** Holds until it is changed; leaves the queued updates alone. */
  allow(types: readonly string[]): void {
    this.#allowed = types;
  }

  /** @returns the update's id, or undefined when the bot does not want this type */
  push(type: string, body: Json): number | undefined {
    const wanted = this.#allowed.length === 0
      ? !OPT_IN_TYPES.has(type)
      : this.#allowed.includes(type);
    if (!wanted) return undefined;
    const lifetime = QUERY_TYPES.has(type) ? QUERY_LIFETIME_MS : DAY_MS;
    const id = this.#nextId++;
    this.#pending.push({ id, type, body, expiresAt: this.#nowMs() + lifetime });
    this.#wake?.();
    return id;
  }

  pending(): readonly PendingUpdate[] {
    this.#pending = this.#pending.filter((update) => update.expiresAt > this.#nowMs());
    return this.#pending;
  }

  drop(): void {
    this.#pending = [];
  }

  /** Ends a waiting poll with a 409 that gives this reason. */
  interrupt(reason: string): void {
    this.#waiting?.abort(conflict(reason));
  }

  /**
   * Waits for updates and hands out the oldest ones.
   * @throws {ApiError} 409 when another waiting poll takes over
   */
  async poll(poll: Poll): Promise<readonly JsonObject[]> {
    const { limit, timeoutSeconds } = this.#penalised(poll);
    this.#confirm(poll.offset);
    if (this.#pending.length === 0 && timeoutSeconds > 0) {
      this.interrupt(
        "terminated by other getUpdates request; make sure that only one bot instance is running",
      );
      await this.#waitForUpdate(timeoutSeconds, poll.signal);
    }
    return this.pending().slice(0, limit)
      .map((update) => ({ update_id: update.id, [update.type]: update.body }));
  }

  /** Forgets what the offset confirms. */
  #confirm(offset: number): void {
    const pending = this.pending();
    const newest = this.#nextId - 1;
    if (offset < 0) {
      this.#pending = pending.slice(offset);
    } else if (offset > 0 && offset <= newest + OFFSET_SLACK) {
      this.#pending = pending.filter((update) => update.id >= offset);
    }
  }

  #penalised(poll: Poll): { limit: number; timeoutSeconds: number } {
    const now = this.#clock.monotonic();
    const since = now - this.#lastPoll.at;
    const repeated = poll.offset === this.#lastPoll.offset;
    this.#lastPoll = { offset: poll.offset, at: now };
    const { limit, timeoutSeconds } = poll;
    if (!this.#penalties || !repeated) return { limit, timeoutSeconds };
    return {
      limit: since < SAME_OFFSET_MS ? 1 : limit,
      timeoutSeconds: since < SHORT_POLL_SECONDS * 1000
        ? Math.max(timeoutSeconds, SHORT_POLL_SECONDS)
        : timeoutSeconds,
    };
  }

  async #waitForUpdate(timeoutSeconds: number, hangUp: AbortSignal): Promise<void> {
    const interrupt = new AbortController();
    const timeUp = new AbortController();
    this.#waiting = interrupt;
    const woken = new Promise<void>((resolve) => this.#wake = resolve);
    const signal = AbortSignal.any([interrupt.signal, hangUp, timeUp.signal]);
    const slept = this.#clock.sleep(timeoutSeconds * 1000, signal);
    try {
      await Promise.race([woken, slept]);
    } finally {
      if (this.#waiting === interrupt) {
        this.#waiting = undefined;
        this.#wake = undefined;
      }
      timeUp.abort();
      // Wait for the aborted sleep, so that its rejection is handled.
      await slept.catch(() => undefined);
    }
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}
