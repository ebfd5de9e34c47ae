/**
 * Polls Telegram: stores what arrives before the next call confirms it, and hands it on without
 * waiting for it. While the disk refuses updates, none is confirmed; Telegram sends them again, and
 * people are served as far as possible without a disk.
 *
 * Asking for a later offset confirms an update. The offset is never stored: after a quiet week ids
 * begin anew at random, so that a repeat is recognised by its exact id instead.
 */
import { setImmediate } from "node:timers/promises";
import type { Api } from "grammy";
import type { Update } from "@grammyjs/types";
import type { Clock } from "../core/clock.ts";
import { pause } from "../core/deadline.ts";
import { describeError, StorageError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import { callTelegram } from "./api.ts";
import { PollBackoff } from "./poll_backoff.ts";
import { isWebhookConflict, removeWebhook, type WebhookRemoval } from "./webhook.ts";
import { type HandlingRecord, type UpdateHandlers, UpdateQueue } from "./update_queue.ts";

/** Stores updates; see the inbox table. Every method may throw a StorageError. */
export interface UpdateStore extends HandlingRecord {
  /**
   * Stores all of them or none. What is not done counts as begun once.
   * @returns the ids that were not known before
   */
  store(
    updates: readonly {
      readonly updateId: number;
      readonly body: string;
      readonly done: boolean;
    }[],
  ): number[];
  /** Tells whether a stored update is done; undefined for one that is not known. */
  find(updateId: number): "open" | "done" | undefined;
  /** Returns what an earlier process did not finish. */
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
  /** A first attempt that was begun already; absent = none was. */
  readonly webhook?: Promise<WebhookRemoval> | undefined;
  /** A first call that was made already; absent = none was. */
  readonly begun?: BegunPolling | undefined;
  /** The time by Telegram's clock, by which messages are dated. */
  readonly time: Pick<Clock, "now">;
  /**
   * Begins what may be begun for a new update before it is stored. Called for one that comes alone; a
   * process that dies in between gets it again.
   * @returns whether anything was begun
   */
  readonly foresee?: (update: Update) => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "callback_query",
  "my_chat_member",
] as const;
/** How long a call may take beyond the time that Telegram was asked to wait. */
const ANSWER_GRACE_MS = 15_000;
/** A request that comes alone gets under way before the next call is made, which takes a while, too. */
const HEAD_START_MS = 10;

type Asking = Pick<PollerDependencies, "api" | "options" | "clock">;

/** A first call that was made before there was anybody to handle what it brings. */
export interface BegunPolling {
  readonly updates: Promise<readonly Update[]>;
  /** Ends the call, which nobody needs. */
  end(): void;
}

/**
 * Makes the first call, so that it waits for nothing. It confirms nothing, and fails where there still
 * is a webhook: the poller begins anew then.
 * @returns undefined where it would bring nothing, or pending updates are dropped or told apart first
 */
export function beginPolling(asking: Asking, signal: AbortSignal): BegunPolling | undefined {
  const { dropPendingUpdates, ignorePendingUpdatesOnStart, pollTimeoutSeconds } = asking.options;
  if (dropPendingUpdates || ignorePendingUpdatesOnStart || pollTimeoutSeconds === 0) {
    return undefined;
  }
  const over = new AbortController();
  const place = { offset: 0, timeout: pollTimeoutSeconds };
  const updates = askForUpdates(asking, place, AbortSignal.any([signal, over.signal]));
  // Nobody may need them.
  updates.catch(() => {});
  return { updates, end: () => over.abort() };
}

/** @param place the first wanted update, and how many seconds Telegram may wait for one */
async function askForUpdates(
  { api, options, clock }: Asking,
  place: { readonly offset: number; readonly timeout: number },
  signal: AbortSignal,
): Promise<Update[]> {
  const request = { ...place, limit: 100, allowed_updates: ALLOWED_UPDATES };
  const deadlineMs = options.pollTimeoutSeconds * 1000 + ANSWER_GRACE_MS;
  return await callTelegram(clock, deadlineMs, signal, (call) => api.getUpdates(request, call));
}

export class Poller {
  readonly #deps: PollerDependencies;
  readonly #queue: UpdateQueue;
  readonly #backoff: PollBackoff;
  #offset = 0;
  /** Whether what an earlier process left is in the queue. */
  #isReplayed = false;
  #startedAtSeconds = 0;
  #begun: BegunPolling | undefined;

  constructor(deps: PollerDependencies) {
    this.#deps = deps;
    this.#backoff = new PollBackoff(deps.options.loopSleepSeconds, deps.log);
    this.#queue = new UpdateQueue(deps);
    this.#begun = deps.begun;
  }

  /**
   * Polls until the signal aborts, and returns when everything that arrived is routed, or left for
   * the next start.
   * @throws {TelegramRefusal} when Telegram refuses us for good
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#startedAtSeconds = Math.floor(this.#deps.time.now().getTime() / 1000);
    try {
      await this.#removeWebhook(signal);
      this.#take([]);
      while (!signal.aborted) await this.#poll(signal);
    } finally {
      await this.#queue.close();
    }
  }

  async #removeWebhook(signal: AbortSignal): Promise<void> {
    const { options, webhook } = this.#deps;
    if (!options.deleteWebhookOnStart) return;
    for (let attempt = webhook; !signal.aborted; attempt = undefined) {
      const ended = await (attempt ?? removeWebhook(this.#deps, signal));
      if (ended.removed) return this.#backoff.reset();
      await this.#waitAfter(ended.error, signal);
    }
  }

  async #poll(signal: AbortSignal): Promise<void> {
    try {
      const updates = await this.#getUpdates(signal);
      this.#backoff.reset();
      const begun = await this.#foresee(updates);
      if (this.#take(updates)) {
        this.#backoff.stored();
        if (begun) await pause(this.#deps.clock, HEAD_START_MS, signal);
      } else await pause(this.#deps.clock, this.#backoff.storagePauseMs(), signal);
    } catch (error) {
      if (!signal.aborted) await this.#waitAfter(error, signal);
    }
  }

  async #getUpdates(signal: AbortSignal): Promise<readonly Update[]> {
    const begun = this.#begun;
    this.#begun = undefined;
    if (begun !== undefined && this.#isReplayed) {
      try {
        return await begun.updates;
      } catch (error) {
        if (!isWebhookConflict(error)) throw error;
      }
    }
    begun?.end();
    // Asks again soon while the disk keeps back what an earlier process left.
    const timeout = this.#isReplayed ? this.#deps.options.pollTimeoutSeconds : 0;
    return await askForUpdates(this.#deps, { offset: this.#offset, timeout }, signal);
  }

  /** @returns false when the disk refused the updates: nothing is confirmed then */
  #take(updates: readonly Update[]): boolean {
    try {
      this.#replay();
      this.#store(updates);
      return true;
    } catch (error) {
      this.#queue.reportDiskFailure(error);
      this.#serveWithoutDisk(updates, error);
      return false;
    }
  }

  #replay(): void {
    if (this.#isReplayed) return;
    for (const { updateId, body, attempts } of this.#deps.store.pending()) {
      this.#queue.add({ updateId, update: storedUpdate(body), attempts });
    }
    this.#isReplayed = true;
  }

  /** Moves the offset only once the batch is on disk. */
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
    // A COMMIT that seemed to fail may have succeeded: look before skipping a known update.
    const isOpen = rows.map(({ updateId, done }) =>
      fresh.has(updateId) ? !done : store.find(updateId) === "open"
    );
    this.#offset = last.update_id + 1;
    if (stale.length > 0) log.info("telegram.updates.ignored", { count: stale.length });
    if (fresh.size > 0) this.#queue.retry();
    updates.forEach((update, index) => {
      if (!isOpen[index]) return;
      const { update_id: updateId } = update;
      this.#queue.add({ updateId, update, attempts: 1, isCounted: true });
    });
    this.#queue.forgetUnstored(this.#offset);
  }

  /**
   * Lets what can be foreseen get under way before the disk is waited for. Only for an update that comes
   * alone: of many the first shall not hold up the others.
   */
  async #foresee([only, ...others]: readonly Update[]): Promise<boolean> {
    const { store, foresee, options } = this.#deps;
    if (only === undefined || others.length > 0 || foresee === undefined) return false;
    // Whoever dies before it is stored must get it again.
    if (options.dropPendingUpdates || options.ignorePendingUpdatesOnStart) return false;
    if (this.#queue.knows(only.update_id)) return false;
    try {
      if (store.find(only.update_id) !== undefined || !foresee(only)) return false;
    } catch (error) {
      if (error instanceof StorageError) this.#queue.reportDiskFailure(error);
      // The update is stored and routed as any other.
      else this.#deps.log.error("telegram.foresight-failed", { error: describeError(error) });
      return false;
    }
    // The call is made in one turn of the event loop, and goes out in the next.
    await setImmediate();
    await setImmediate();
    return true;
  }

  #serveWithoutDisk(updates: readonly Update[], failure: unknown): void {
    for (const update of updates) {
      const { update_id: updateId } = update;
      if (this.#isStale(update) || this.#queue.knows(updateId)) continue;
      if (!this.#isStored(updateId)) this.#queue.addUnstored(updateId, update, failure);
    }
  }

  /** A full disk can still be read. */
  #isStored(updateId: number): boolean {
    try {
      return this.#deps.store.find(updateId) !== undefined;
    } catch (error) {
      this.#queue.reportDiskFailure(error);
      return false;
    }
  }

  #isStale(update: Update): boolean {
    const sentAt = update.message?.date ?? update.edited_message?.edit_date;
    return this.#deps.options.ignorePendingUpdatesOnStart && sentAt !== undefined &&
      sentAt < this.#startedAtSeconds;
  }

  /** @throws {TelegramRefusal} when waiting does not help */
  async #waitAfter(error: unknown, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await pause(this.#deps.clock, this.#backoff.pauseAfter(error), signal);
  }
}

/** Returns undefined for what cannot be read any more, which is then handled as nothing. */
function storedUpdate(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
