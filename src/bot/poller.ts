/**
 * Our own getUpdates loop: what arrives is stored before the next call confirms it, and handled
 * without ever holding up the polling.
 *
 * Telegram confirms an update when a later offset is asked for. The offset is never kept: after a
 * quiet week ids begin anew at random, so that a repeat is recognised by its exact id instead.
 */
import { type Api, GrammyError } from "grammy";
import type { Update } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { refusalOf, TelegramRefusal } from "./api.ts";
import { withDeadline } from "./outbox/deadline.ts";
import { classifyFailure } from "./outbox/failure.ts";

/** What keeps the updates; see the inbox table. */
export interface UpdateStore {
  store(updates: readonly { readonly updateId: number; readonly body: string }[]): number[];
  pending(): readonly {
    readonly updateId: number;
    readonly body: string;
    readonly attempts: number;
  }[];
  attempted(updateId: number): void;
  done(updateId: number): void;
}

export interface PollingOptions {
  readonly pollTimeoutSeconds: number;
  readonly loopSleepSeconds: number;
  readonly deleteWebhookOnStart: boolean;
  readonly dropPendingUpdates: boolean;
  readonly ignorePendingUpdatesOnStart: boolean;
}

export interface PollerDependencies {
  readonly api: Pick<Api, "getUpdates" | "deleteWebhook">;
  readonly store: UpdateStore;
  readonly options: PollingOptions;
  /** Routes one update; milliseconds, never a whole run. */
  readonly handle: (update: unknown) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"] as const;
const MOST_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 30_000;
const FIRST_CONFLICT_PAUSE_MS = 5_000;
const LONGEST_CONFLICT_PAUSE_MS = 60_000;
const MOST_CONFLICTS = 6;
/** What a call may take beyond the time that Telegram was asked to wait. */
const ANSWER_GRACE_MS = 15_000;

export class Poller {
  readonly #deps: PollerDependencies;
  /** Per chat, so that its messages are routed in their order. */
  readonly #routing = new Map<number, Promise<void>>();
  #offset = 0;
  #failures = 0;
  #conflicts = 0;
  #startedAtSeconds = 0;

  constructor(deps: PollerDependencies) {
    this.#deps = deps;
  }

  /**
   * Polls until the signal aborts, and returns when everything that arrived is routed.
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#startedAtSeconds = Math.floor(this.#deps.clock.now().getTime() / 1000);
    try {
      await this.#removeWebhook(signal);
      this.#replay();
      while (!signal.aborted) await this.#poll(signal);
    } finally {
      await Promise.all(this.#routing.values());
    }
  }

  async #removeWebhook(signal: AbortSignal): Promise<void> {
    const { api, options, clock } = this.#deps;
    if (!options.deleteWebhookOnStart) return;
    const request = { drop_pending_updates: options.dropPendingUpdates };
    while (!signal.aborted) {
      try {
        await withDeadline(
          clock,
          ANSWER_GRACE_MS,
          signal,
          (call) => api.deleteWebhook(request, call),
        );
        this.#failures = 0;
        return;
      } catch (error) {
        await this.#waitAfter(error, signal);
      }
    }
  }

  /** What an earlier process stored and did not finish. */
  #replay(): void {
    const { store, log } = this.#deps;
    for (const { updateId, body, attempts } of store.pending()) {
      if (attempts >= MOST_ATTEMPTS) {
        log.error("telegram.update.given-up", { update_id: updateId, attempts });
        store.done(updateId);
      } else {
        this.#dispatch(updateId, JSON.parse(body));
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    try {
      const updates = await this.#getUpdates(signal);
      this.#take(updates);
      this.#failures = 0;
      this.#conflicts = 0;
    } catch (error) {
      if (!signal.aborted) await this.#waitAfter(error, signal);
    }
  }

  async #getUpdates(signal: AbortSignal): Promise<Update[]> {
    const { api, options, clock } = this.#deps;
    const request = {
      offset: this.#offset,
      limit: 100,
      timeout: options.pollTimeoutSeconds,
      allowed_updates: ALLOWED_UPDATES,
    };
    const deadlineMs = options.pollTimeoutSeconds * 1000 + ANSWER_GRACE_MS;
    return await withDeadline(clock, deadlineMs, signal, (call) => api.getUpdates(request, call));
  }

  /** The offset moves only once the batch is on disk: a full disk confirms nothing. */
  #take(updates: readonly Update[]): void {
    const last = updates.at(-1);
    if (last === undefined) return;
    const { store, log } = this.#deps;
    const fresh = new Set(store.store(updates.map((update) => ({
      updateId: update.update_id,
      body: JSON.stringify(update),
    }))));
    this.#offset = last.update_id + 1;
    const stale = updates.filter((update) => this.#isStale(update));
    for (const { update_id } of stale) store.done(update_id);
    if (stale.length > 0) log.info("telegram.updates.ignored", { count: stale.length });
    for (const update of updates) {
      if (fresh.has(update.update_id) && !stale.includes(update)) {
        this.#dispatch(update.update_id, update);
      }
    }
  }

  #isStale(update: Update): boolean {
    const sentAt = update.message?.date;
    return this.#deps.options.ignorePendingUpdatesOnStart && sentAt !== undefined &&
      sentAt < this.#startedAtSeconds;
  }

  #dispatch(updateId: number, update: Update): void {
    const chatId = chatIdOf(update);
    const before = this.#routing.get(chatId) ?? Promise.resolve();
    const routed = before.then(() => this.#handle(updateId, update)).finally(() => {
      if (this.#routing.get(chatId) === routed) this.#routing.delete(chatId);
    });
    this.#routing.set(chatId, routed);
  }

  /** Never rejects: an update that cannot be handled now is tried again at the next start. */
  async #handle(updateId: number, update: Update): Promise<void> {
    const { store, handle, log } = this.#deps;
    try {
      store.attempted(updateId);
      await handle(update);
      store.done(updateId);
    } catch (error) {
      log.error("telegram.update.failed", { update_id: updateId, error: describeError(error) });
    }
  }

  async #waitAfter(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const refusal = refusalOf(error);
    if (refusal !== undefined) throw refusal;
    const conflict = error instanceof GrammyError && error.error_code === 409;
    const pauseMs = conflict ? this.#conflictPause(error) : this.#failurePause(error);
    await this.#deps.clock.sleep(pauseMs, signal).catch(() => {
      // Aborted: the loop sees it and ends.
    });
  }

  #conflictPause(error: GrammyError): number {
    if (/webhook/i.test(error.description)) throw webhookRefusal();
    if (++this.#conflicts > MOST_CONFLICTS) throw conflictRefusal();
    const pauseMs = Math.min(
      FIRST_CONFLICT_PAUSE_MS * 2 ** (this.#conflicts - 1),
      LONGEST_CONFLICT_PAUSE_MS,
    );
    this.#deps.log.warn("telegram.conflict", {
      reason: "another program polls this bot",
      pause_ms: pauseMs,
    });
    return pauseMs;
  }

  #failurePause(error: unknown): number {
    const { options, log } = this.#deps;
    const growing = Math.max(0.1, options.loopSleepSeconds) * 1000 * 2 ** this.#failures++;
    const flood = error instanceof GrammyError ? error.parameters.retry_after : undefined;
    const pauseMs = flood === undefined ? Math.min(growing, LONGEST_PAUSE_MS) : flood * 1000;
    log.warn("telegram.poll.failed", { error: reasonOf(error), pause_ms: pauseMs });
    return pauseMs;
  }
}

/** Errors of grammY's transport hold the token in their text; what they mean does not. */
function reasonOf(error: unknown): string {
  const { description, kind } = classifyFailure(error);
  return kind === "refused" && error instanceof Error && !(error instanceof GrammyError)
    ? describeError(error)
    : description;
}

function chatIdOf(update: Update): number {
  const { message, callback_query: query, my_chat_member: member } = update;
  return message?.chat.id ?? query?.message?.chat.id ?? member?.chat.id ?? 0;
}

function webhookRefusal(): TelegramRefusal {
  return new TelegramRefusal("Telegram delivers this bot's messages to a webhook", {
    remedy: "Set telegram.polling.delete_webhook_on_start = true, or remove the webhook yourself",
  });
}

function conflictRefusal(): TelegramRefusal {
  return new TelegramRefusal("Another program polls this bot", {
    remedy: "Stop the other one, or make a second bot with @BotFather: one bot, one program",
  });
}
