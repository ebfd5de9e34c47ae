/** How much of the account's allowance is used up. */
import { z } from "zod";
import type { RateLimits, RateLimitWindow } from "../../../core/codex/codex_queries.ts";
import { RpcError } from "./peer.ts";
import type { Ask } from "./ask.ts";
import { maybe } from "./wire.ts";

/** Codex is logged in with something that has no allowance, such as an API key. */
const INVALID_REQUEST = -32600;
/** The last second that a date can hold. */
const LAST_SECOND = 8.64e12;

const WINDOW = z.object({
  usedPercent: z.number(),
  windowDurationMins: maybe(z.number().positive()),
  /** Unix seconds. */
  resetsAt: maybe(z.number().min(0).max(LAST_SECOND)),
});
const SNAPSHOT = z.object({
  rateLimits: z.object({
    limitId: maybe(z.string()),
    planType: maybe(z.string()),
    primary: maybe(WINDOW),
    secondary: maybe(WINDOW),
  }),
});
type Snapshot = z.infer<typeof SNAPSHOT>;

/** What Codex has told by itself; it does so with each answer of the model. */
export class RateLimitNotes {
  #latest: RateLimits | undefined;

  get latest(): RateLimits | undefined {
    return this.#latest;
  }

  /** Remembers the limits of a notification, if it tells any. */
  take(method: string, params: unknown): void {
    if (method !== "account/rateLimits/updated") return;
    const read = SNAPSHOT.safeParse(params);
    if (read.success) this.add(read.data);
  }

  /** What is absent in it was said before and still counts (from Codex's own protocol). */
  add({ rateLimits }: Snapshot): void {
    const { limitId, planType, primary, secondary } = rateLimits;
    // Others are those of single models.
    if (limitId !== undefined && limitId !== "codex") return;
    this.#latest = {
      ...this.#latest,
      ...(planType === undefined ? {} : { plan: planType }),
      ...(primary === undefined ? {} : { primary: windowOf(primary) }),
      ...(secondary === undefined ? {} : { secondary: windowOf(secondary) }),
    };
  }
}

/** `account/rateLimits/read`; where Codex has nothing to read, what it has told by itself. */
export async function readRateLimits(
  ask: Ask,
  notes: RateLimitNotes,
): Promise<RateLimits | undefined> {
  try {
    notes.add(await ask("account/rateLimits/read", {}, SNAPSHOT));
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const old = notes.latest !== undefined;
    if (error.code !== INVALID_REQUEST && !old) throw error;
  }
  return notes.latest;
}

function windowOf(
  { usedPercent, windowDurationMins, resetsAt }: z.infer<typeof WINDOW>,
): RateLimitWindow {
  return {
    usedPercent: Math.min(100, Math.max(0, usedPercent)),
    ...(windowDurationMins === undefined ? {} : { windowMinutes: windowDurationMins }),
    ...(resetsAt === undefined ? {} : { resetsAt: new Date(resetsAt * 1000).toISOString() }),
  };
}
