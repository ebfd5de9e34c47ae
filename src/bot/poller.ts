/**
 * Our own getUpdates loop: what arrives is stored before the next call confirms it, and handled
 * without ever holding up the polling.
 *
 * Telegram confirms an update when a later offset is asked for. The offset is never kept: after a
 * quiet week ids begin anew at random, so that a repeat is recognised by its exact id instead.
 */
import type { Api } from "grammy";
import type { Update } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { withDeadline } from "./outbox/deadline.ts";
import { PollFailures } from "./poll_failures.ts";
import { wireUpdate } from "./wire.ts";

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
/** What a call may take beyond the time that Telegram was asked to wait. */
const ANSWER_GRACE_MS = 15_000;

export class Poller {
  readonly #deps: PollerDependencies;
  /** Per chat, so that its messages are routed in their order. */
  readonly #routing = new Map<number, Promise<void>>();
  #offset = 0;
  readonly #failures: PollFailures;
  #startedAtSeconds = 0;

  constructor(deps: PollerDependencies) {
    this.#deps = deps;
    this.#failures = new PollFailures(deps.options.loopSleepSeconds, deps.log);
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
        this.#failures.reset();
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
        this.#dispatch(updateId, storedUpdate(body));
      }
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    try {
      const updates = await this.#getUpdates(signal);
      this.#take(updates);
      this.#failures.reset();
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

  #dispatch(updateId: number, update: unknown): void {
    const chatId = chatIdOf(update);
    const before = this.#routing.get(chatId) ?? Promise.resolve();
    const routed = before.then(() => this.#handle(updateId, update)).finally(() => {
      if (this.#routing.get(chatId) === routed) this.#routing.delete(chatId);
    });
    this.#routing.set(chatId, routed);
  }

  /** Never rejects: an update that cannot be handled now is tried again at the next start. */
  async #handle(updateId: number, update: unknown): Promise<void> {
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
    const pauseMs = this.#failures.pauseAfter(error);
    await this.#deps.clock.sleep(pauseMs, signal).catch(() => {
      // Aborted: the loop sees it and ends.
    });
  }
}

function chatIdOf(raw: unknown): number {
  const update = wireUpdate.safeParse(raw);
  if (!update.success) return 0;
  const { message, callback_query: query, my_chat_member: member } = update.data;
  return message?.chat.id ?? query?.message?.chat.id ?? member?.chat.id ?? 0;
}

/** What cannot be read any more is handled as nothing, and so is done with. */
function storedUpdate(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
