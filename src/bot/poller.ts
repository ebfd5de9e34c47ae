/**
 * Our own getUpdates loop: what arrives is stored before the next call confirms it, and handled
 * without ever holding up the polling. While the disk does not take it, nothing is confirmed, and
 * people are served as far as that goes without a disk.
 *
 * Telegram confirms an update when a later offset is asked for. The offset is never kept: after a
 * quiet week ids begin anew at random, so that a repeat is recognised by its exact id instead.
 */
import type { Api } from "grammy";
import type { Update } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { callTelegram } from "./api.ts";
import { PollFailures } from "./poll_failures.ts";
import { StorageComplaints } from "./storage_complaints.ts";
import { type HandlingRecord, type UpdateHandlers, UpdateQueue } from "./update_queue.ts";

/** What keeps the updates; see the inbox table. Every method throws when the disk is no use. */
export interface UpdateStore extends HandlingRecord {
  /** All of them or none. @returns the ids that were not known before */
  store(
    updates: readonly {
      readonly updateId: number;
      readonly body: string;
      readonly done: boolean;
    }[],
  ): number[];
  /** How far a stored update is; undefined for one that is not known. */
  find(updateId: number): "open" | "done" | undefined;
  pending(): readonly {
    readonly updateId: number;
    readonly body: string;
    readonly attempts: number;
  }[];
}

export interface PollingOptions {
  readonly pollTimeoutSeconds: number;
  readonly loopSleepSeconds: number;
  readonly deleteWebhookOnStart: boolean;
  readonly dropPendingUpdates: boolean;
  readonly ignorePendingUpdatesOnStart: boolean;
}

export interface PollerDependencies extends UpdateHandlers {
  readonly api: Pick<Api, "getUpdates" | "deleteWebhook">;
  readonly store: UpdateStore;
  readonly options: PollingOptions;
  readonly clock: Clock;
  readonly log: Log;
}

const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
] as const;
/** What a call may take beyond the time that Telegram was asked to wait. */
const ANSWER_GRACE_MS = 15_000;

export class Poller {
  readonly #deps: PollerDependencies;
  readonly #queue: UpdateQueue;
  readonly #failures: PollFailures;
  readonly #complaints: StorageComplaints;
  #offset = 0;
  #replayed = false;
  #startedAtSeconds = 0;

  constructor(deps: PollerDependencies) {
    this.#deps = deps;
    this.#failures = new PollFailures(deps.options.loopSleepSeconds, deps.log);
    this.#complaints = new StorageComplaints(deps.clock, deps.log);
    this.#queue = new UpdateQueue({ ...deps, complaints: this.#complaints });
  }

  /**
   * Polls until the signal aborts, and returns when everything that arrived is routed or left for
   * the next start.
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#startedAtSeconds = Math.floor(this.#deps.clock.now().getTime() / 1000);
    try {
      await this.#removeWebhook(signal);
      this.#take([]);
      while (!signal.aborted) await this.#poll(signal);
    } finally {
      await this.#queue.close();
    }
  }

  async #removeWebhook(signal: AbortSignal): Promise<void> {
    const { api, options, clock } = this.#deps;
    if (!options.deleteWebhookOnStart) return;
    const request = { drop_pending_updates: options.dropPendingUpdates };
    while (!signal.aborted) {
      try {
        await callTelegram(
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

  async #poll(signal: AbortSignal): Promise<void> {
    try {
      const updates = await this.#getUpdates(signal);
      this.#failures.reset();
      if (this.#take(updates)) this.#failures.stored();
      else await this.#pause(this.#failures.storagePauseMs(), signal);
    } catch (error) {
      if (!signal.aborted) await this.#waitAfter(error, signal);
    }
  }

  async #getUpdates(signal: AbortSignal): Promise<Update[]> {
    const { api, options, clock } = this.#deps;
    const request = {
      offset: this.#offset,
      limit: 100,
      // What an earlier process left is waiting for the disk: it is looked for again soon.
      timeout: this.#replayed ? options.pollTimeoutSeconds : 0,
      allowed_updates: ALLOWED_UPDATES,
    };
    const deadlineMs = options.pollTimeoutSeconds * 1000 + ANSWER_GRACE_MS;
    return await callTelegram(clock, deadlineMs, signal, (call) => api.getUpdates(request, call));
  }

  /** @returns false when the disk does not take them: nothing is confirmed then */
  #take(updates: readonly Update[]): boolean {
    try {
      this.#replay();
      this.#store(updates);
      return true;
    } catch (error) {
      this.#complaints.report(error);
      this.#offer(updates, error);
      return false;
    }
  }

  /** What an earlier process stored and did not finish. */
  #replay(): void {
    if (this.#replayed) return;
    for (const { updateId, body, attempts } of this.#deps.store.pending()) {
      this.#queue.add({ updateId, update: storedUpdate(body), attempts });
    }
    this.#replayed = true;
  }

  /** The offset moves only once the batch is on disk: a full disk confirms nothing. */
  #store(updates: readonly Update[]): void {
    const last = updates.at(-1);
    if (last === undefined) return;
    const { store, log } = this.#deps;
    const stale = updates.filter((update) => this.#isStale(update));
    const rows = updates.map((update) => ({
      updateId: update.update_id,
      body: JSON.stringify(update),
      done: stale.includes(update) || this.#queue.isHandled(update.update_id),
    }));
    const fresh = new Set(store.store(rows));
    // A commit that seemed to fail may have worked: what is known is looked at before it is passed over.
    const isOpen = rows.map(({ updateId, done }) =>
      fresh.has(updateId) ? !done : store.find(updateId) === "open"
    );
    this.#offset = last.update_id + 1;
    if (stale.length > 0) log.info("telegram.updates.ignored", { count: stale.length });
    if (fresh.size > 0) this.#queue.resume();
    updates.forEach((update, index) => {
      if (isOpen[index]) this.#queue.add({ updateId: update.update_id, update, attempts: 0 });
      else this.#queue.forget(update.update_id);
    });
  }

  #offer(updates: readonly Update[], failure: unknown): void {
    for (const update of updates) {
      const { update_id: updateId } = update;
      if (this.#isStale(update) || this.#queue.wasOffered(updateId)) continue;
      if (!this.#isStored(updateId)) this.#queue.offer(updateId, update, failure);
    }
  }

  /** A disk that takes nothing may be readable still. */
  #isStored(updateId: number): boolean {
    try {
      return this.#deps.store.find(updateId) !== undefined;
    } catch (error) {
      this.#complaints.report(error);
      return false;
    }
  }

  #isStale(update: Update): boolean {
    const sentAt = update.message?.date ?? update.edited_message?.edit_date;
    return this.#deps.options.ignorePendingUpdatesOnStart && sentAt !== undefined &&
      sentAt < this.#startedAtSeconds;
  }

  async #waitAfter(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await this.#pause(this.#failures.pauseAfter(error), signal);
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    await this.#deps.clock.sleep(ms, signal).catch(() => {
      // Aborted: the loop sees it and ends.
    });
  }
}

/** What cannot be read any more is handled as nothing, and so is done with. */
function storedUpdate(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
