import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { type Api, GrammyError, HttpError } from "grammy";
import type { Update } from "@grammyjs/types";
import { TelegramRefusal } from "../../src/bot/api.ts";
import {
  beginPolling,
  type BegunPolling,
  Poller,
  type PollingOptions,
} from "../../src/bot/poller.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryUpdateStore } from "../fakes/memory_update_store.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { idOf, POLLING_OPTIONS, update } from "./polling.ts";

type Answer = readonly Update[] | Error;

/** Answers getUpdates one after another; later polls hang until they are aborted. */
class Telegram {
  readonly offsets: number[] = [];
  readonly answers: Answer[];
  readonly api: Pick<Api, "getUpdates" | "deleteWebhook">;
  readonly #exhausted = Promise.withResolvers<void>();

  constructor(...answers: Answer[]) {
    this.answers = answers;
    this.api = {
      getUpdates: (request, signal) => this.#answer(request?.offset ?? 0, signal),
      deleteWebhook: () => Promise.resolve(true),
    };
  }

  /** Resolves when every prepared answer was given. */
  get exhausted(): Promise<void> {
    return this.#exhausted.promise;
  }

  #answer(
    offset: number,
    signal: { addEventListener(type: "abort", listener: () => void): void } | undefined,
  ): Promise<Update[]> {
    this.offsets.push(offset);
    const next = this.answers.shift();
    if (next instanceof Error) return Promise.reject(next);
    if (next !== undefined) return Promise.resolve([...next]);
    this.#exhausted.resolve();
    return new Promise((_resolve, reject) =>
      signal?.addEventListener("abort", () => reject(new Error("aborted")))
    );
  }
}

interface Played {
  readonly handled: unknown[];
  readonly offsets: readonly number[];
  readonly log: RecordingLog;
  readonly error?: unknown;
}

/** Polls until every answer was given, moving the clock through every pause. */
async function play(
  telegram: Telegram,
  {
    store = new MemoryUpdateStore(),
    handle,
    foresee,
    begun,
    options = {},
    advanceMs = 0,
    clock = new FakeClock(),
  }: {
    store?: MemoryUpdateStore;
    handle?: (update: unknown) => Promise<void>;
    foresee?: (update: Update) => boolean;
    begun?: BegunPolling;
    options?: Partial<PollingOptions>;
    advanceMs?: number;
    clock?: FakeClock;
  } = {},
): Promise<Played> {
  const handled: unknown[] = [];
  const log = new RecordingLog();
  const stop = new AbortController();
  const poller = new Poller({
    api: telegram.api,
    store,
    options: { ...POLLING_OPTIONS, ...options },
    handle: handle ?? ((update) => {
      handled.push(update);
      return Promise.resolve();
    }),
    ...(foresee === undefined ? {} : { foresee }),
    ...(begun === undefined ? {} : { begun }),
    handleWithoutDisk: () => Promise.resolve("refused"),
    onGivenUp: () => Promise.resolve(),
    time: clock,
    clock,
    log,
  });
  const running = poller.run(stop.signal).then(() => undefined, (error: unknown) => error);
  for (let moved = 0; moved < advanceMs; moved += 1_000) await clock.advance(1_000);
  await Promise.race([telegram.exhausted, running]);
  stop.abort();
  const error = await running;
  return { handled, offsets: telegram.offsets, log, ...(error === undefined ? {} : { error }) };
}

function refused(code: number, description: string, parameters = {}): GrammyError {
  const answer = { ok: false, error_code: code, description, parameters } as const;
  return new GrammyError("Call failed", answer, "getUpdates", {});
}

Deno.test("Poller stores a batch before the next offset confirms it, and handles each once", async () => {
  const store = new MemoryUpdateStore();
  const { handled, offsets } = await play(new Telegram([update(5), update(6)]), { store });
  assert.deepEqual(offsets, [0, 7]);
  assert.equal(handled.length, 2);
  assert.deepEqual([...store.rows.values()].map(({ done }) => done), [true, true]);
});

/** A call that was begun, and whether it was ended. */
function begunWith(
  updates: Promise<readonly Update[]>,
): BegunPolling & { readonly ended: boolean } {
  let ended = false;
  updates.catch(() => {});
  return {
    updates,
    end: () => void (ended = true),
    get ended() {
      return ended;
    },
  };
}

Deno.test("Poller takes what a call brings that was begun before it", async () => {
  const begun = begunWith(Promise.resolve([update(5)]));
  const { handled, offsets } = await play(new Telegram(), { begun });
  assert.deepEqual([handled.length, offsets, begun.ended], [1, [6], false]);
});

Deno.test("Poller polls anew where the begun call met a webhook, and waits after any other failure", async () => {
  const webhook = refused(409, "Conflict: can't use getUpdates method while webhook is active");
  const anew = await play(new Telegram([update(5)]), { begun: begunWith(Promise.reject(webhook)) });
  assert.deepEqual([anew.handled.length, anew.offsets], [1, [0, 6]]);
  assert.deepEqual(anew.log.lines, []);

  const flood = refused(429, "Too Many Requests: retry after 7", { retry_after: 7 });
  const clock = new FakeClock();
  const begun = begunWith(Promise.reject(flood));
  const waited = await play(new Telegram([update(5)]), { begun, clock, advanceMs: 8_000 });
  assert.equal(waited.handled.length, 1);
  assert.match(JSON.stringify(waited.log.lines), /"pause_ms":7000/);
});

Deno.test("Poller ends the begun call where the disk keeps back what was there before", async () => {
  const store = new MemoryUpdateStore();
  store.faults.add("pending");
  const begun = begunWith(Promise.resolve([update(5)]));
  const { offsets } = await play(new Telegram([]), { store, begun, advanceMs: 5_000 });
  assert.deepEqual([offsets[0], begun.ended], [0, true]);
});

Deno.test("a first call is begun where it may bring something", async () => {
  const telegram = new Telegram([update(5)]);
  const { signal } = new AbortController();
  const begin = (options: Partial<PollingOptions>): BegunPolling | undefined =>
    beginPolling(
      { api: telegram.api, options: { ...POLLING_OPTIONS, ...options }, clock: new FakeClock() },
      signal,
    );
  assert.equal(begin({ dropPendingUpdates: true }), undefined);
  assert.equal(begin({ ignorePendingUpdatesOnStart: true }), undefined);
  assert.equal(begin({ pollTimeoutSeconds: 0 }), undefined);
  assert.deepEqual(telegram.offsets, []);
  assert.deepEqual((await begin({})?.updates)?.map(({ update_id }) => update_id), [5]);
  const hanging = begin({});
  hanging?.end();
  await assert.rejects(async () => await hanging?.updates);
});

Deno.test("Poller ignores a repeated update", async () => {
  const { handled } = await play(new Telegram([update(5)], [update(5), update(6)]));
  assert.equal(handled.length, 2);
});

Deno.test("Poller keeps the order within a chat and lets other chats overtake", async () => {
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const telegram = new Telegram([update(1, 1), update(2, 1), update(3, 2)]);
  await play(telegram, {
    handle: async (raw) => {
      const id = JSON.stringify(raw).match(/"update_id":(\d)/)?.[1] ?? "";
      if (id === "1") await gate.promise;
      order.push(id);
      if (id === "3") gate.resolve();
    },
  });
  assert.deepEqual(order, ["3", "1", "2"]);
});

Deno.test("Poller handles what an earlier process stored, and gives up after three attempts", async () => {
  const store = new MemoryUpdateStore();
  store.rows.set(1, { body: JSON.stringify(update(1)), attempts: 2, done: false });
  store.rows.set(2, { body: JSON.stringify(update(2)), attempts: 3, done: false });
  const { handled, log } = await play(new Telegram(), { store });
  assert.equal(handled.length, 1);
  assert.ok(log.lines.some(({ message }) => message === "telegram.update.given-up"));
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller skips a stored update that cannot be read", async () => {
  const store = new MemoryUpdateStore();
  store.rows.set(1, { body: "{ half", attempts: 0, done: false });
  await play(new Telegram(), { store });
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller goes on after outages, and writes no token into the log", async () => {
  const token = "123456:AAsecretsecretsecretsecretsecretsecret";
  const lost = new HttpError(
    "Network request failed",
    new Error(`error sending request for url (https://api.telegram.org/bot${token}/getUpdates)`),
  );
  const telegram = new Telegram(lost, refused(502, "Bad Gateway"), [update(1)]);
  const { handled, log } = await play(telegram, { advanceMs: 10_000 });
  assert.equal(handled.length, 1);
  assert.equal(log.lines.filter(({ message }) => message === "telegram.poll.failed").length, 2);
  assert.ok(!JSON.stringify(log.lines).includes(token));
});

Deno.test("Poller waits as long as Telegram asks", async () => {
  const clock = new FakeClock();
  const telegram = new Telegram(refused(429, "Too Many Requests", { retry_after: 60 }), []);
  const running = play(telegram, { clock });
  await clock.advance(59_000);
  assert.deepEqual(telegram.offsets, [0]);
  await clock.advance(2_000);
  await running;
});

Deno.test("Poller ends with a remedy when the token is refused", async () => {
  const { error } = await play(new Telegram(refused(401, "Unauthorized")));
  assert.ok(error instanceof TelegramRefusal);
  assert.match(String(error.remedy), /BotFather/);
});

Deno.test("Poller ends for a token that was good before only when it is refused again and again", async () => {
  const once = (): GrammyError => refused(401, "Unauthorized");
  const few = [[], once(), once(), once(), [update(1)]];
  const { handled, error } = await play(new Telegram(...few), { advanceMs: 40_000 });
  assert.deepEqual([handled.length, error], [1, undefined]);
  const ended = await play(new Telegram(...few.slice(0, 4), once()), { advanceMs: 40_000 });
  assert.ok(ended.error instanceof TelegramRefusal);
});

Deno.test("Poller waits after a few conflicts, then says that another program polls the bot", async () => {
  const conflict = (): GrammyError => refused(409, "Conflict: terminated by other getUpdates");
  const few = await play(new Telegram(conflict(), conflict(), [update(1)]), { advanceMs: 20_000 });
  assert.equal(few.handled.length, 1);
  const many = new Telegram(...Array.from({ length: 7 }, conflict));
  const { error } = await play(many, { advanceMs: 300_000 });
  assert.ok(error instanceof TelegramRefusal);
  assert.match(error.message, /Another program/);
});

Deno.test("Poller forgets conflicts once a poll went through", async () => {
  const conflict = (): GrammyError => refused(409, "Conflict: terminated by other getUpdates");
  const often = Array.from({ length: 4 }, conflict);
  const telegram = new Telegram(...often, [], ...often.slice(1), [update(1)]);
  const { handled, error, log } = await play(telegram, { advanceMs: 300_000 });
  assert.equal(error, undefined, "seven conflicts, never more than four in a row");
  assert.equal(handled.length, 1);
  const conflicts = log.lines.filter(({ message }) => message === "telegram.conflict");
  const pauses = conflicts.map(({ fields }) =>
    /"pause_ms":(\d+)/.exec(JSON.stringify(fields))?.[1]
  );
  const growing = ["5000", "10000", "20000", "40000"];
  assert.deepEqual(pauses, [...growing, ...growing.slice(0, 3)], "the pauses begin anew");
});

Deno.test("Poller tells a webhook from a second program", async () => {
  const webhook = refused(409, "Conflict: can't use getUpdates method while webhook is active");
  const { error } = await play(new Telegram(webhook));
  assert.match(String(error), /webhook/);
});

Deno.test("Poller skips what was sent before the start when it is told to", async () => {
  const store = new MemoryUpdateStore();
  const before = Date.parse("2025-12-31T23:00:00Z") / 1000;
  const telegram = new Telegram([update(1, 1, before), update(2)]);
  const { handled } = await play(telegram, {
    store,
    options: { ignorePendingUpdatesOnStart: true },
  });
  assert.equal(handled.length, 1);
  assert.deepEqual(store.pending(), []);
});

Deno.test("Poller takes a fresh edit of what was sent before the start", async () => {
  const before = Date.parse("2025-12-31T23:00:00Z") / 1000;
  const edit = (updateId: number, editDate: number): Update => {
    const { message } = update(updateId, 1, before);
    assert.ok(message !== undefined);
    return { update_id: updateId, edited_message: { ...message, edit_date: editDate } };
  };
  const store = new MemoryUpdateStore();
  const telegram = new Telegram([edit(1, before + 60), edit(2, 2_000_000_000)]);
  const options = { ignorePendingUpdatesOnStart: true };
  const { handled } = await play(telegram, { store, options });
  assert.deepEqual(handled.map(idOf), [2]);
});

Deno.test("Poller foresees a new update that comes alone, before it is stored", async () => {
  const store = new MemoryUpdateStore();
  const seen: string[] = [];
  const record = ({ update_id: id }: Update): boolean => {
    seen.push(`${id} ${store.rows.has(id) ? "stored" : "new"}`);
    return true;
  };
  const telegram = new Telegram([update(5)], [update(5)], [update(6), update(7)], [update(8)]);
  const clock = new FakeClock();
  let isOver = false;
  const playing = play(telegram, { store, foresee: record, clock }).finally(() => isOver = true);
  // Each of them gets a head start on the next call.
  while (!isOver) {
    await clock.advance(10);
    await setImmediate();
  }
  const { handled } = await playing;
  assert.deepEqual(seen, ["5 new", "8 new"]);
  assert.equal(handled.length, 4);
});

Deno.test("Poller foresees nothing that the disk may know, or that a start would not get again", async () => {
  const foresee = (): boolean => assert.fail("it may be lost, or be done");
  for (const options of [{ ignorePendingUpdatesOnStart: true }, { dropPendingUpdates: true }]) {
    const { handled } = await play(new Telegram([update(5)]), { options, foresee });
    assert.equal(handled.length, 1);
  }
  const store = new MemoryUpdateStore();
  store.faults.add("find");
  const { handled, log } = await play(new Telegram([update(5)]), { store, foresee });
  assert.equal(handled.length, 1);
  assert.equal(log.lines.filter(({ message }) => message === "telegram.storage-failed").length, 1);
});

Deno.test("Poller handles what could not be foreseen, and does not blame the disk", async () => {
  const foresee = (): boolean => {
    throw new TypeError("not foreseen");
  };
  const { handled, log } = await play(new Telegram([update(5)]), { foresee });
  assert.equal(handled.length, 1);
  const told = log.lines.filter(({ level }) => level === "error").map(({ message }) => message);
  assert.deepEqual(told, ["telegram.foresight-failed"]);
});
