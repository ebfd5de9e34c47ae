import assert from "node:assert/strict";
import { Gate } from "../../src/bot/gate.ts";
import type { Delivery, OutgoingMessage } from "../../src/bot/outbox/outgoing.ts";
import { Preferences } from "../../src/bot/preferences.ts";
import { StorageTrouble } from "../../src/bot/storage_trouble.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryPreferences } from "../fakes/memory_bot_stores.ts";

const REASON = "Cannot use state.db: the disk is full. Free some space";
const SETTINGS = { allowedUsers: [1], allowedChats: [-9] };

interface Troubled {
  readonly trouble: StorageTrouble;
  readonly routed: unknown[];
  readonly sent: OutgoingMessage[];
}

function troubled(preferences = new Preferences(new MemoryPreferences())): Troubled {
  const routed: unknown[] = [];
  const sent: OutgoingMessage[] = [];
  const trouble = new StorageTrouble({
    route: (update) => {
      routed.push(update);
      return Promise.resolve();
    },
    gate: new Gate(SETTINGS, new FakeClock()),
    outbox: {
      reachable: () => undefined,
      send: (message): Promise<Delivery> => {
        sent.push(message);
        return Promise.resolve({ status: "sent", messageId: 1 });
      },
    },
    botUsername: "the_bot",
    preferences,
  });
  return { trouble, routed, sent };
}

function message(text: string, userId = 1, languageCode = "en"): unknown {
  const from = { id: userId, is_bot: false, first_name: "Ann", language_code: languageCode };
  const chat = { id: userId, type: "private", first_name: "Ann" };
  const entities = text.startsWith("/")
    ? [{ type: "bot_command", offset: 0, length: text.split(" ", 1)[0]?.length }]
    : [];
  return { update_id: 5, message: { message_id: 7, date: 2, chat, from, text, entities } };
}

for (const text of ["/status", "/cancel all", "/help", "/start", "/approve abc", "/deny abc"]) {
  Deno.test(`StorageTrouble carries ${text} out at once`, async () => {
    const { trouble, routed, sent } = troubled();
    assert.equal(await trouble.handleUnstored(message(text), REASON), "handled");
    assert.deepEqual([routed.length, sent], [1, []]);
  });
}

for (const text of ["do it", "/mode plan", "/new", "/compact", "/continue ab", "profile fast"]) {
  Deno.test(`StorageTrouble tells the sender of "${text}" that it waits`, async () => {
    const { trouble, routed, sent } = troubled();
    assert.equal(await trouble.handleUnstored(message(text), REASON), "refused");
    assert.deepEqual(routed, []);
    assert.deepEqual(sent.map(({ chatId, replyTo }) => [chatId, replyTo]), [[1, 7]]);
    assert.match(sent[0]?.content.text ?? "", /the disk is full.*starts by itself/);
  });
}

Deno.test("StorageTrouble speaks the sender's language", async () => {
  const { trouble, sent } = troubled();
  await trouble.handleUnstored(message("해 줘", 1, "ko"), REASON);
  assert.match(sent[0]?.content.text ?? "", /저장할 수 없습니다/);
  const preferences = new Preferences(new MemoryPreferences());
  preferences.setLanguage(1, "ko");
  const korean = troubled(preferences);
  await korean.trouble.handleUnstored(message("do it", 1, "en"), REASON);
  assert.match(korean.sent[0]?.content.text ?? "", /저장할 수 없습니다/);
});

Deno.test("StorageTrouble carries a press of a button out at once", async () => {
  const { trouble, routed } = troubled();
  const from = { id: 1, is_bot: false, first_name: "Ann" };
  const chat = { id: 1, type: "private" };
  const press = { id: "q", from, chat_instance: "c", data: "c:run", message: undefined };
  const update = {
    update_id: 5,
    callback_query: { ...press, message: { message_id: 7, date: 2, chat, text: "x" } },
  };
  assert.equal(await trouble.handleUnstored(update, REASON), "handled");
  assert.equal(routed.length, 1);
});

Deno.test("StorageTrouble leaves strangers and nonsense to the router, and says nothing itself", async () => {
  const { trouble, routed, sent } = troubled();
  for (const update of [message("do it", 2), { update_id: 5 }, undefined]) {
    assert.equal(await trouble.handleUnstored(update, REASON), "handled");
    await trouble.onGivenUp(update);
  }
  assert.deepEqual([routed.length, sent], [3, []]);
});

Deno.test("StorageTrouble tells the sender that their message was given up", async () => {
  const { trouble, sent } = troubled();
  await trouble.onGivenUp(message("do it"));
  assert.match(sent[0]?.content.text ?? "", /leave it now/);
  assert.equal(sent[0]?.key, "given-up:5");
});
