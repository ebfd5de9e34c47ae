/** Sets up a poller with a Telegram that confirms as the real one and a store that can fail. */
import type { Api } from "grammy";
import type { Update } from "@grammyjs/types";
import { Poller, type PollingOptions, type UpdateStore } from "../../src/bot/poller.ts";
import type { UpdateHandlers } from "../../src/bot/update_queue.ts";
import { FakeClock, settle } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../fakes/memory_update_store.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

export const POLLING_OPTIONS: PollingOptions = {
  pollTimeoutSeconds: 30,
  loopSleepSeconds: 1,
  deleteWebhookOnStart: false,
  dropPendingUpdates: false,
  ignorePendingUpdatesOnStart: false,
};

/** Returns unconfirmed updates, and confirms those below the offset. */
export class ConfirmingTelegram {
  pending: Update[] = [];
  readonly offsets: number[] = [];
  #arrived = Promise.withResolvers<void>();

  send(...updates: Update[]): void {
    this.pending.push(...updates);
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  readonly api: Pick<Api, "getUpdates" | "deleteWebhook"> = {
    deleteWebhook: () => Promise.resolve(true),
    getUpdates: async (request, signal) => {
      const offset = request?.offset ?? 0;
      this.offsets.push(offset);
      this.pending = this.pending.filter(({ update_id }) => update_id >= offset);
      if (this.pending.length === 0 && request?.timeout !== 0) {
        const aborted = new Promise<never>((_resolve, reject) =>
          signal?.addEventListener("abort", () => reject(new Error("aborted")))
        );
        await Promise.race([this.#arrived.promise, aborted]);
      }
      return this.pending.slice(0, 100);
    },
  };
}

/** Runs one process; several may follow each other on the same store and Telegram. */
export class PollingProcess {
  readonly log = new RecordingLog();
  readonly handled: number[] = [];
  readonly served: number[] = [];
  readonly givenUp: number[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(
    readonly telegram: ConfirmingTelegram,
    readonly store: UpdateStore,
    readonly clock: FakeClock,
    handlers: Partial<UpdateHandlers> = {},
    options: Partial<PollingOptions> = {},
  ) {
    const poller = new Poller({
      api: telegram.api,
      store,
      options: { ...POLLING_OPTIONS, ...options },
      time: clock,
      handle: async (raw) => {
        const remainder = await handlers.handle?.(raw);
        this.handled.push(idOf(raw));
        return remainder;
      },
      handleWithoutDisk: (raw, reason) => {
        this.served.push(idOf(raw));
        return handlers.handleWithoutDisk?.(raw, reason) ?? Promise.resolve("refused");
      },
      onGivenUp: (raw) => {
        this.givenUp.push(idOf(raw));
        return handlers.onGivenUp?.(raw) ?? Promise.resolve();
      },
      clock,
      log: this.log,
    });
    this.#running = poller.run(this.#stop.signal);
  }

  get logged(): readonly string[] {
    return this.log.lines.map(({ message }) => message);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

/** A process that is stopped at the end of its test, with its fakes. */
export interface Polling extends AsyncDisposable {
  readonly telegram: ConfirmingTelegram;
  readonly store: MemoryUpdateStore;
  readonly clock: FakeClock;
  readonly process: PollingProcess;
}

export async function startPolling(
  handlers: Partial<UpdateHandlers> = {},
  store: MemoryUpdateStore = new MemoryUpdateStore(),
): Promise<Polling> {
  const telegram = new ConfirmingTelegram();
  const clock = new FakeClock();
  const process = new PollingProcess(telegram, store, clock, handlers);
  await settle();
  return { telegram, store, clock, process, [Symbol.asyncDispose]: () => process.stop() };
}

export function update(updateId: number, chatId = 1, date = 2_000_000_000): Update {
  const chat = { id: chatId, type: "private", first_name: "Ann" } as const;
  return {
    update_id: updateId,
    message: { message_id: updateId, date, chat, from: { ...chat, is_bot: false }, text: "x" },
  };
}

export function idOf(raw: unknown): number {
  return typeof raw === "object" && raw !== null && "update_id" in raw &&
      typeof raw.update_id === "number"
    ? raw.update_id
    : 0;
}
