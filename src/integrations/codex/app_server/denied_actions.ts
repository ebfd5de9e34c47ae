/** Keeps what Codex's automatic review denied, so that a person can allow it after all. */
import { z } from "../../../core/schema.ts";
import type { Notification } from "./protocol.ts";

export interface DeniedAction {
  readonly threadId: string;
  /** As Codex takes it back: with the names of its core instead of those of the app-server. */
  readonly event: unknown;
}

const completed = z.looseObject({
  threadId: z.string(),
  turnId: z.unknown(),
  reviewId: z.string(),
  targetItemId: z.unknown(),
  startedAtMs: z.unknown(),
  completedAtMs: z.unknown(),
  decisionSource: z.unknown(),
  review: z.record(z.string(), z.unknown()),
  action: z.unknown(),
});

const MOST_KEPT = 100;

export class DeniedActions {
  readonly #byReview = new Map<string, DeniedAction>();

  /** @param params of the notification, as they came */
  note(notification: Notification, params: unknown): void {
    if (notification.method !== "news" || notification.news.type !== "review.denied") return;
    const read = completed.safeParse(params);
    if (!read.success) return;
    const { threadId, reviewId: id, review, ...rest } = read.data;
    const { targetItemId, turnId, startedAtMs, completedAtMs, decisionSource, action } = rest;
    const event = inCoreNames({
      id,
      targetItemId,
      turnId,
      startedAtMs,
      completedAtMs,
      decisionSource,
      ...review,
      action,
    });
    this.#byReview.set(id, { threadId, event });
    const [oldest] = this.#byReview.keys();
    if (this.#byReview.size > MOST_KEPT && oldest !== undefined) this.#byReview.delete(oldest);
  }

  find(reviewId: string): DeniedAction | undefined {
    return this.#byReview.get(reviewId);
  }

  /** It is allowed once. */
  forget(reviewId: string): void {
    this.#byReview.delete(reviewId);
  }
}

/** Fields whose values are names as well. */
const NAMED = new Set(["type", "source", "status", "protocol", "decisionSource"]);

/** Writes `targetItemId` as `target_item_id`, in all of it. */
function inCoreNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inCoreNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      snakeCase(name),
      NAMED.has(name) && typeof inner === "string" ? snakeCase(inner) : inCoreNames(inner),
    ]),
  );
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
