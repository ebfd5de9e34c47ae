/** Tests the outbox against a strict Bot API over real connections. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import { createTelegramApi } from "../../../src/bot/api.ts";
import { deliverMarkdown } from "../../../src/bot/outbox/answer.ts";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import { DOCUMENTED_FLOOD_LIMITS, type FloodLimits } from "../../../src/demo/bot_api/flood.ts";
import { type BotApiServer, startBotApiServer } from "../../../src/demo/bot_api/server.ts";
import type { ChatHandle } from "../../../src/demo/bot_api/world_view.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { UnhurriedClock } from "../../fakes/unhurried_clock.ts";

const TOKEN = "7000000001:secret-of-the-test";

interface Setup {
  readonly server: BotApiServer;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: RecordingLog;
  readonly chat: ChatHandle;
  readonly group: ChatHandle;
}

/** As observed: so many calls in so many seconds; edits count like messages. */
const STRICT: FloodLimits = {
  privateChat: { burst: 3, perSecond: 17 / 20 },
  group: { burst: 2, perSecond: 18 / 60 },
};

async function withServer(
  flood: FloodLimits,
  test: (setup: Setup) => Promise<void>,
): Promise<void> {
  await using clock = new UnhurriedClock();
  await using server = await startBotApiServer({ token: TOKEN, clock, limits: { flood } });
  clock.watchServer(server);
  const chat = server.world.privateChat(server.world.createPerson());
  const group = server.world.createGroup();
  const log = new RecordingLog();
  const outbox = new Outbox({
    pace: USUAL_PACE,
    api: clock.watchCalls(createTelegramApi({ botToken: TOKEN, apiRoot: server.url }, fetch)),
    clock,
    log,
    store: new MemoryOutboxStore(),
    redact: (text) => text,
  });
  await test({ server, outbox, clock, log, chat, group });
  await outbox.close(0);
  assert.ok(!JSON.stringify(log.lines).includes("secret"));
}

const refusals = (server: BotApiServer, status: number): number =>
  server.calls().filter(({ outcome }) => outcome?.type === "refused" && outcome.status === status)
    .length;

for (
  const [limits, flood] of [["documented", DOCUMENTED_FLOOD_LIMITS], ["strict", STRICT]] as const
) {
  Deno.test(`Outbox keeps an approval fast in a storm of progress under ${limits} limits`, async () => {
    await withServer(flood, async ({ server, outbox, clock, chat, group }) => {
      for (const { id } of [chat, group]) {
        await outbox.send({ chatId: id, content: plainText("starting") }, "reply");
      }
      const waits: Promise<number>[] = [];
      for (let number = 0; number < 60; number++) {
        for (const { id } of [chat, group]) {
          const messageId = server.world.botMessages({ ...chat, id })[0]?.id ?? 0;
          const content = plainText(`step ${number}`);
          void outbox.edit({ chatId: id, messageId, content }, "progress");
          if (number === 35) waits.push(timeApproval(outbox, clock, id));
        }
        await clock.sleep(250);
      }
      for (const wait of await Promise.all(waits)) assert.ok(wait < 1500, `waited ${wait} ms`);
      await server.world.waitForMessage(chat, "step 59");
      await server.world.waitForMessage(group, "step 59");
      assert.equal(refusals(server, 429), 0);
    });
  });
}

async function timeApproval(outbox: Outbox, clock: Clock, chatId: number): Promise<number> {
  const startedAt = clock.monotonic();
  await outbox.send({ chatId, content: plainText("may I?") }, "approval");
  return clock.monotonic() - startedAt;
}

Deno.test("Outbox delivers all under limits that are lower than its pace", async () => {
  const low = { privateChat: { burst: 1, perSecond: 0.5 } };
  await withServer(low, async ({ server, outbox, chat }) => {
    const sent = Array.from(
      { length: 8 },
      (_, number) =>
        outbox.send({ chatId: chat.id, content: plainText(`part ${number}`) }, "final"),
    );
    await Promise.all(sent);
    const texts = server.world.botMessages(chat).map(({ text }) => text);
    assert.deepEqual(texts, Array.from({ length: 8 }, (_, number) => `part ${number}`));
    assert.ok(outbox.stats().floods > 0 && outbox.stats().floods < 8);
  });
});

Deno.test("Outbox outlives a gateway's error pages without a double", async () => {
  await withServer({}, async ({ server, outbox, chat }) => {
    server.faults.add({ kind: "html502", times: 3 });
    const delivery = await outbox.send({ chatId: chat.id, content: plainText("a") }, "final");
    assert.equal(delivery.status, "sent");
    assert.equal(server.world.botMessages(chat).length, 1);
    assert.equal(outbox.stats().retries, 3);
  });
});

for (
  const [what, fault] of [
    ["a gateway's JSON", { kind: "foreign", status: 502, body: '{"message":"Bad Gateway"}' }],
    ["the Bot API's own JSON", { kind: "status", status: 502 }],
  ] as const
) {
  Deno.test(`Outbox sends what is sent once again after a 502 in ${what}, and unmarked`, async () => {
    await withServer({}, async ({ server, outbox, chat }) => {
      server.faults.add({ ...fault, method: "sendMessage", times: 4 });
      const content = plainText("a");
      const status = await outbox.send({ chatId: chat.id, content, once: true }, "status");
      assert.equal(status.status, "sent", "it certainly had not arrived");
      server.faults.clear();
      server.faults.add({ ...fault, method: "sendMessage", times: 4 });
      const answer = { chatId: chat.id, content: plainText("b"), key: "k", repeatNote: "again?" };
      assert.equal((await outbox.send(answer, "final")).status, "sent");
      assert.deepEqual(server.world.botMessages(chat).map(({ text }) => text), ["a", "b"]);
    });
  });
}

Deno.test("Outbox repeats what may not have arrived, and edits without a limit", async () => {
  await withServer({}, async ({ server, outbox, chat }) => {
    server.faults.add({ kind: "drop-after", method: "sendMessage", times: 9 });
    const delivery = await outbox.send({ chatId: chat.id, content: plainText("a") }, "final");
    assert.equal(delivery.status, "failed");
    const seen = server.world.botMessages(chat);
    assert.equal(seen.length, 3);

    server.faults.clear();
    server.faults.add({ kind: "drop-after", method: "editMessageText", times: 4 });
    const messageId = seen[0]?.id ?? 0;
    const edit = { chatId: chat.id, messageId, content: plainText("b") };
    assert.deepEqual(await outbox.edit(edit, "final"), { status: "sent", messageId });
    assert.equal(server.world.message(chat, messageId).text, "b");
  });
});

Deno.test("Outbox sends no more to a chat that blocked the bot until it is heard from", async () => {
  await withServer({}, async ({ server, outbox, chat }) => {
    server.world.block(chat);
    const content = plainText("a");
    assert.equal((await outbox.send({ chatId: chat.id, content }, "final")).status, "unreachable");
    const calls = server.calls().length;
    outbox.typing(chat.id);
    await outbox.edit({ chatId: chat.id, messageId: 1, content }, "progress");
    assert.equal(server.calls().length, calls);
    server.world.unblock(chat);
    outbox.reachable(chat.id);
    assert.equal((await outbox.send({ chatId: chat.id, content }, "final")).status, "sent");
  });
});

Deno.test("Outbox follows a group that became a supergroup", async () => {
  await withServer({}, async ({ server, outbox }) => {
    const old = server.world.createGroup({ kind: "group" });
    const supergroup = server.world.migrate(old, server.world.createPerson());
    const delivery = await outbox.send({ chatId: old.id, content: plainText("a") }, "final");
    assert.equal(delivery.status === "sent" && delivery.chatId, supergroup.id);
    assert.equal(server.world.botMessages(supergroup).at(-1)?.text, "a");
  });
});

Deno.test("deliverMarkdown shows what was meant, and the file holds the Markdown", async () => {
  await withServer({}, async ({ server, outbox, chat }) => {
    const asked = server.world.send(chat, "explain");
    const target = { chatId: chat.id, replyTo: asked.id };
    await deliverMarkdown(outbox, target, "# Hi\n\n- `x` and **y**\n\n```ts\n  1\n```", "final");
    const [message] = server.world.botMessages(chat);
    assert.equal(message?.text, "Hi\n\n• x and y\n\n  1");
    assert.deepEqual(message?.entities.map(({ type }) => type), [
      "bold",
      "underline",
      "code",
      "bold",
      "pre",
    ]);
    assert.equal(message?.replyTo, asked.id);

    const long = "한글 *long* text\n\n".repeat(2000);
    await deliverMarkdown(outbox, target, long, "final");
    const file = server.world.botMessages(chat).at(-1)?.document;
    assert.equal(file?.name, "answer.md");
    assert.equal(new TextDecoder().decode(file?.bytes), long);
  });
});

Deno.test("Outbox reacts, types, answers presses and deletes", async () => {
  await withServer({}, async ({ server, outbox, chat }) => {
    const asked = server.world.send(chat, "go");
    outbox.react(chat.id, asked.id, "👀");
    outbox.typing(chat.id);
    const buttons = [[{ label: "Yes", data: "y", style: "success" as const }]];
    const content = plainText("ok?");
    const delivery = await outbox.send({ chatId: chat.id, content, buttons }, "approval");
    const messageId = delivery.status === "sent" ? delivery.messageId : 0;
    const press = server.world.press(chat, messageId, "Yes");
    await outbox.answerCallback(press.queryId, "Allowed");
    assert.equal(server.world.answerTo(press)?.text, "Allowed");
    await server.world.waitFor(() => server.world.actions(chat).length > 0);
    assert.deepEqual(server.world.message(chat, asked.id).reactions, ["👀"]);
    await outbox.delete(chat.id, messageId);
    assert.equal(server.world.message(chat, messageId).deleted, true);
  });
});
