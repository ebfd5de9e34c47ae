/** Asks Telegram to remove a webhook, as long as there may be one the bot cannot be polled. */
import { type Api, GrammyError, type Transformer } from "grammy";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { callTelegram } from "./api.ts";

/** How one attempt ended; `error` = not removed, as far as is known. */
export type WebhookRemoval = { readonly removed: true } | {
  readonly removed: false;
  readonly error: unknown;
};

interface WebhookParts {
  readonly api: Pick<Api, "deleteWebhook">;
  readonly options: { readonly dropPendingUpdates: boolean };
  readonly clock: Clock;
}

const ANSWER_WITHIN_MS = 15_000;

/** Makes a single attempt. Never rejects, so that it can be begun before somebody waits for it. */
export async function removeWebhook(
  { api, options, clock }: WebhookParts,
  signal: AbortSignal,
): Promise<WebhookRemoval> {
  const request = { drop_pending_updates: options.dropPendingUpdates };
  try {
    await callTelegram(
      clock,
      ANSWER_WITHIN_MS,
      signal,
      (call) => api.deleteWebhook(request, call),
    );
    return { removed: true };
  } catch (error) {
    return { removed: false, error };
  }
}

/**
 * Reports a webhook that was there and is removed: the program that it belongs to gets no message any
 * more. Telegram tells it in words alone.
 */
export function reportingRemoval(log: Log): Transformer {
  return async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal);
    if (method === "deleteWebhook" && answer.ok && /was deleted/i.test(wordsOf(answer))) {
      log.warn("telegram.webhook.removed");
    }
    return answer;
  };
}

function wordsOf(answer: object): string {
  return "description" in answer ? String(answer.description) : "";
}

/** Whether Telegram refuses to be polled for a webhook, and not for another program that polls. */
export function isWebhookConflict(error: unknown): boolean {
  return error instanceof GrammyError && error.error_code === 409 &&
    /webhook/i.test(error.description);
}
