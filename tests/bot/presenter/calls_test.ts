/** What requests cost in calls to Telegram, and that answers wait for none of them. */
import assert from "node:assert/strict";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import { Preferences } from "../../../src/bot/preferences.ts";
import { Replies } from "../../../src/bot/replies.ts";
import { NO_LOG } from "../../../src/core/log.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Run } from "../../../src/core/run/run.ts";
import type { FloodLimits } from "../../../src/demo/bot_api/flood.ts";
import { FloodedApi } from "../../bench/flooded_api.ts";
import { FLOOD_LIMITS } from "../../bench/limits.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryPreferences, MemoryProgramMessages } from "../../fakes/memory_bot_stores.ts";
import { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { refusal } from "../../fakes/recording_api.ts";
import { showsTo } from "../../fakes/run_events.ts";
import { presenterOn } from "../../fakes/presenter_on.ts";
import { USUAL_PACE } from "../../fakes/usual_pace.ts";

const PRIVATE = 7;
const GROUP = -100;

/** A chat whose requests are worked on one after another, as the engine does it. */
class BusyChat {
  readonly clock = new FakeClock();
  readonly api: FloodedApi;
  readonly #chatId: number;
  readonly #replies: Replies;
  readonly #show: (run: Run, event: RunEvent) => void;
  /** Ends when the request before it has ended. */
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #messageId = 0;

  constructor(chatId: number, limits: FloodLimits) {
    this.#chatId = chatId;
    const { clock } = this;
    this.api = new FloodedApi(clock, limits);
    const redact = (text: string): string => text;
    const outbox = new Outbox({
      pace: USUAL_PACE,
      api: this.api,
      clock,
      log: NO_LOG,
      store: new MemoryOutboxStore(),
      redact,
    });
    this.#replies = new Replies(
      outbox,
      new Preferences(new MemoryPreferences()),
      new MemoryProgramMessages(),
    );
    const presenter = presenterOn({
      outbox,
      clock,
      redact,
    });
    this.#show = showsTo(presenter, clock);
  }

  /** Lists the methods of all calls, in order. */
  get methods(): string[] {
    return this.api.calls.map(({ method }) => method);
  }

  /** @returns a promise of how long the answer took to come, in milliseconds */
  async ask(workMs: number, events: readonly RunEvent[] = []): Promise<number> {
    const { clock } = this;
    const askedAt = clock.monotonic();
    const run = this.#run();
    this.#replies.acknowledge({
      updateId: this.#messageId,
      chatId: this.#chatId,
      chatKind: "private",
      userId: 42,
      firstName: "Ann",
      messageId: this.#messageId,
      impersonalFields: [],
    });
    this.#show(run, { type: "run.queued", position: this.#waiting });
    this.#waiting += 1;
    const before = this.#turn;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#show(run, { type: "run.started", mode: "single" });
    this.#show(run, { type: "stage.started", role: "developer", round: 1 });
    for (const event of events) {
      this.#show(run, event);
      await clock.sleep(workMs / events.length);
    }
    if (events.length === 0) await clock.sleep(workMs);
    const text = `answer to ${run.id}`;
    const outcome = { status: "answered", answer: { text } } as const;
    this.#show(run, { type: "run.finished", outcome, latencyMs: workMs });
    this.#waiting -= 1;
    end();
    while (true) {
      const sent = this.api.calls.find(({ what }) => what.includes(text));
      if (sent !== undefined) return sent.atMs - askedAt;
      await clock.sleep(10);
    }
  }

  /** Asks the same again and again. @returns how long each took */
  async askEvery(ms: number, count: number, workMs: number): Promise<readonly number[]> {
    const answers: Promise<number>[] = [];
    for (let number = 0; number < count; number++) {
      answers.push(this.ask(workMs));
      await this.clock.advance(ms);
    }
    await this.clock.advance(120_000);
    return await Promise.all(answers);
  }

  #run(): Run {
    const chatId = String(this.#chatId);
    const messageId = ++this.#messageId;
    return {
      id: `ab12cd34ef${messageId + 10}`,
      session: { chatId, userId: "42" },
      prompt: "x",
      origin: { chatId, messageId, language: "en" },
      createdAt: "2026-01-01T00:00:00.000Z",
    };
  }
}

function commands(count: number): RunEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const command = `make step-${index}`;
    const item = { type: "command", id: command, command, workingDirectory: "/" } as const;
    const event = { type: "item.started", item: { ...item, status: "in_progress" } } as const;
    return { type: "turn.event", role: "developer", round: 1, event };
  });
}

const DOCUMENTED: FloodLimits = FLOOD_LIMITS.documented ?? {};
const STRICT: FloodLimits = FLOOD_LIMITS.strict ?? {};

const CHATS = [["a private chat", PRIVATE, 21], ["a group", GROUP, 14]] as const;

for (const [where, chatId, calls] of CHATS) {
  Deno.test(`a short answer costs three calls in ${where}: its sign, its words, its end`, async () => {
    const chat = new BusyChat(chatId, DOCUMENTED);
    await chat.askEvery(1_000, 1, 900);
    assert.deepEqual(chat.api.summary(), [
      "setMessageReaction 1: 👀",
      "sendMessage answer to ab12cd34ef11",
      "setMessageReaction 1: 👌",
    ]);
  });

  Deno.test(`a minute of five events a second costs ${calls} calls in ${where}`, async () => {
    const chat = new BusyChat(chatId, DOCUMENTED);
    const answer = chat.ask(60_000, commands(300));
    await chat.clock.advance(90_000);
    const edits = chat.methods.filter((method) => method === "editMessageText").length;
    assert.equal(chat.methods.length, calls);
    // The others: 👀, the status message, the answer, 👌.
    assert.equal(edits, calls - 4);
    assert.equal(chat.api.refused, 0);
    assert.ok(await answer - 60_000 < 100);
  });
}

Deno.test("a chat without reactions shows typing as the first sign", async () => {
  const chat = new BusyChat(GROUP, DOCUMENTED);
  chat.api.failNext("setMessageReaction", refusal(400, "Bad Request: REACTION_INVALID"));
  await chat.askEvery(1_000, 1, 900);
  assert.deepEqual(chat.methods.slice(0, 3), [
    "setMessageReaction",
    "sendChatAction",
    "sendMessage",
  ]);
});

/** Requests of which none waits for another: how often, how many, and how long each is worked on. */
const BURSTS = [
  ["three within 0.8 s in a private chat", PRIVATE, 400, 3, 150],
  ["five at 4 s in a group", GROUP, 4_000, 5, 150],
  ["five at 4 s in a group, each with a status message", GROUP, 4_000, 5, 2_500],
  ["ten at 1.3 s in a private chat", PRIVATE, 1_300, 10, 150],
] as const;

for (const [what, chatId, everyMs, count, workMs] of BURSTS) {
  Deno.test(`${what}: no answer takes twice as long as another`, async () => {
    for (const [name, limits] of Object.entries({ DOCUMENTED, STRICT })) {
      const chat = new BusyChat(chatId, limits);
      const times = await chat.askEvery(everyMs, count, workMs);
      assert.ok(Math.max(...times) <= 2 * Math.min(...times), `${name}: ${times.join(", ")} ms`);
      assert.equal(chat.api.refused, 0, name);
    }
  });
}

Deno.test("what decorates one answer is no reason to refuse three soon after it", async () => {
  const chat = new BusyChat(PRIVATE, DOCUMENTED);
  const first = chat.ask(1_500);
  await chat.clock.advance(2_800);
  assert.deepEqual(chat.methods.slice(0, 3), ["setMessageReaction", "sendMessage", "sendMessage"]);
  const three = await chat.askEvery(400, 3, 150);
  assert.equal(chat.api.refused, 0);
  assert.ok(Math.max(...three) <= 2 * Math.min(...three), `${three}`);
  await first;
  // The end of the status message is not forgotten.
  assert.ok(chat.methods.includes("editMessageText"));
});

Deno.test("after more than Telegram takes, answers come as fast as it lets them", async () => {
  const chat = new BusyChat(GROUP, STRICT);
  const times = await chat.askEvery(500, 8, 150);
  const { length } = chat.api.calls.filter(({ what }) => what.startsWith("answer"));
  assert.equal(length, 8);
  // Two at once and then one each 3.3 seconds are all that is taken.
  assert.ok(Math.max(...times) <= 35_000, times.join(", "));
  const before = chat.api.refused;
  assert.ok(before <= 3, `${before} refused`);
  // A quiet minute later it is as quick as ever.
  const [later = Infinity] = await chat.askEvery(4_000, 1, 150);
  assert.ok(later <= 300, `${later} ms`);
  assert.equal(chat.api.refused, before);
});

Deno.test("a request says at once that it waits behind work that lasts, and nothing behind a quick one", async () => {
  const chat = new BusyChat(PRIVATE, DOCUMENTED);
  const long = chat.ask(20_000);
  await chat.clock.advance(3_000);
  const next = chat.ask(100);
  await chat.clock.advance(10);
  assert.match(chat.api.calls.at(-1)?.what ?? "", /Queued · next/);
  await chat.clock.advance(60_000);
  await Promise.all([long, next]);

  const quick = new BusyChat(PRIVATE, DOCUMENTED);
  await quick.askEvery(100, 3, 150);
  assert.ok(quick.api.calls.every(({ what }) => !what.includes("Queued")));
});
