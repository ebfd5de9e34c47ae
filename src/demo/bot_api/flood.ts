/** Flood control: limits how often the bot may send and edit. */
import type { Clock } from "../../core/clock.ts";
import { tooManyRequests } from "./api_error.ts";
import type { Chat } from "./chat.ts";

/** A token bucket: this many calls at once, and this many more each second. */
export interface FloodRate {
  readonly burst: number;
  readonly perSecond: number;
}

export interface FloodLimits {
  readonly privateChat?: FloodRate;
  readonly group?: FloodRate;
  /** All chats together. */
  readonly everywhere?: FloodRate;
}

/** The limits in Telegram's documentation; the real ones vary. */
export const DOCUMENTED_FLOOD_LIMITS: FloodLimits = {
  privateChat: { burst: 3, perSecond: 1 },
  group: { burst: 20, perSecond: 20 / 60 },
  everywhere: { burst: 30, perSecond: 30 },
};

/** The methods that count towards the limits. */
export const FLOOD_METHODS: ReadonlySet<string> = new Set([
  "sendMessage",
  "sendRichMessage",
  "sendDocument",
  "sendPhoto",
  "sendMediaGroup",
  "editMessageText",
  "editMessageReplyMarkup",
]);

interface Bucket {
  tokens: number;
  filledAt: number;
}

export class Flood {
  readonly #clock: Clock;
  readonly #limits: FloodLimits;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, limits: FloodLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** @throws {ApiError} 429 with the whole seconds after which the call would go through */
  take(chat: Chat): void {
    const rate = chat.kind === "private" ? this.#limits.privateChat : this.#limits.group;
    this.#takeFrom(`chat ${chat.id}`, rate);
    this.#takeFrom("everywhere", this.#limits.everywhere);
  }

  #takeFrom(name: string, rate: FloodRate | undefined): void {
    if (rate === undefined) return;
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(name) ?? { tokens: rate.burst, filledAt: now };
    const gained = (now - bucket.filledAt) / 1000 * rate.perSecond;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
    bucket.filledAt = now;
    this.#buckets.set(name, bucket);
    if (bucket.tokens < 1) {
      throw tooManyRequests(Math.max(1, Math.ceil((1 - bucket.tokens) / rate.perSecond)));
    }
    bucket.tokens -= 1;
  }
}
