import assert from "node:assert/strict";
import type { Message, Update } from "@grammyjs/types";
import { InlineKeyboard } from "grammy";
import { start, type Started } from "./started.ts";

Deno.test("send queues the message with its commands marked", async () => {
  await using started = await start();
  const { world, chat, person } = started;
  const { id } = world.send(chat, "/new@codex_test_bot now");
  const message = await lastMessage(started);
  assert.equal(message?.message_id, id);
  assert.deepEqual(message?.from, {
    id: person.id,
    is_bot: false,
    first_name: "Ada",
    language_code: "en",
  });
  assert.equal(message?.chat.type, "private");
  assert.deepEqual(message?.entities, [{ type: "bot_command", offset: 0, length: 19 }]);
});

Deno.test("send carries replies, forwards, albums, quotes, captions and via bots", async () => {
  await using started = await start();
  const { api, world, chat, person } = started;
  const own = await api.sendMessage(chat.id, "question?");
  const bytes = new TextEncoder().encode("x");
  world.send(chat, {
    text: "/go caption",
    replyTo: own.message_id,
    quote: "question",
    forwardedFrom: person,
    viaBot: world.createPerson({ isBot: true, username: "inline_bot" }),
    mediaGroupId: "album",
    document: { name: "a.txt", mimeType: "text/plain", bytes },
  });
  const message = await lastMessage(started);
  assert.equal(message?.reply_to_message?.text, "question?");
  assert.equal(message?.quote?.text, "question");
  assert.equal(message?.forward_origin?.type, "user");
  assert.equal(message?.via_bot?.username, "inline_bot");
  assert.equal(message?.media_group_id, "album");
  assert.equal(message?.document?.file_name, "a.txt");
  assert.equal(message?.caption, "/go caption");
  assert.equal(message?.caption_entities?.[0]?.type, "bot_command");
});

Deno.test("send as a chat has Telegram's own accounts as the sender", async () => {
  await using started = await start({ botUser: { canReadAllGroupMessages: true } });
  const { world, api } = started;
  const group = world.createGroup();
  const channel = world.createGroup({ kind: "channel", botStatus: "administrator" });
  world.send(group, { text: "x", senderChat: group });
  world.send(group, { text: "x", senderChat: channel });
  world.send(group, { text: "x", senderChat: channel, automaticForward: true });
  world.send(channel, "x");
  const updates = await api.getUpdates();
  assert.deepEqual(updates.map((update) => update.message?.from?.id), [
    1087968824,
    136817688,
    777000,
    undefined,
  ]);
  assert.equal(updates[2]?.message?.is_automatic_forward, true);
  assert.equal(updates[3]?.channel_post?.chat.id, channel.id);
});

Deno.test("send in a group obeys privacy mode", async () => {
  await using started = await start();
  const { world, api, person } = started;
  const group = world.createGroup();
  const own = await api.sendMessage(group.id, "hello");
  const say = (text: string, replyTo?: number): boolean => {
    const reply = replyTo === undefined ? {} : { replyTo };
    return world.send(group, { text, from: person, ...reply }).updateId !== undefined;
  };
  assert.equal(say("just talk"), false);
  assert.equal(say("/status"), true);
  assert.equal(say("/status@codex_test_bot"), true);
  assert.equal(say("/status@other_bot"), false);
  assert.equal(say("hey @codex_test_bot"), true);
  assert.equal(say("to you", own.message_id), true);
  assert.ok(world.send(group, { text: "x", from: person, seenByBot: true }).updateId);
  world.setBotStatus(group, "administrator", person);
  assert.equal(say("just talk"), true);
});

Deno.test("send in a topic answers the topic's first message, as clients do", async () => {
  await using started = await start();
  const { world, person } = started;
  const forum = world.createGroup({ isForum: true });
  const topicId = world.createTopic(forum, "Work", person);
  world.send(forum, { text: "/go", from: person, topicId });
  const message = await lastMessage(started);
  assert.equal(message?.message_thread_id, topicId);
  assert.equal(message?.is_topic_message, true);
  assert.equal(message?.reply_to_message?.message_id, topicId);
  assert.equal(message?.reply_to_message?.forum_topic_created?.name, "Work");
});

Deno.test("send throws when a person could not send the message", async () => {
  await using started = await start();
  const { world, chat } = started;
  assert.throws(() => world.send(chat, ""), /empty/);
  assert.throws(() => world.send(chat, "x".repeat(4097)), /4097 characters/);
  assert.throws(() => world.send(chat, { text: "x", replyTo: 99 }), /no message 99/);
  assert.throws(() => world.send(world.createGroup(), "x"), /needs a sender/);
});

Deno.test("edit queues edited_message, remove queues nothing", async () => {
  await using started = await start();
  const { world, chat, api } = started;
  const { id } = world.send(chat, "one");
  world.edit(chat, id, "two");
  world.remove(chat, id);
  const updates = await api.getUpdates();
  assert.deepEqual(updates.map((update) => update.edited_message?.text), [undefined, "two"]);
  assert.equal(world.message(chat, id).deleted, true);
});

Deno.test("press finds the button by label or data and queues the callback query", async () => {
  await using started = await start();
  const { world, chat, api, person } = started;
  const keyboard = new InlineKeyboard().text("Yes", "a:y").text("No", "a:n").url(
    "Web",
    "https://a.org",
  );
  const { message_id } = await api.sendMessage(chat.id, "Sure?", { reply_markup: keyboard });
  const press = world.press(chat, message_id, "Yes");
  world.press(chat, message_id, { data: "a:n" });
  const [first, second] = await api.getUpdates();
  assert.equal(first?.callback_query?.id, press.queryId);
  assert.equal(first?.callback_query?.data, "a:y");
  assert.equal(first?.callback_query?.from.id, person.id);
  assert.equal(first?.callback_query?.message?.message_id, message_id);
  assert.equal(second?.callback_query?.data, "a:n");

  assert.throws(() => world.press(chat, message_id, "Maybe"), /buttons: "Yes", "No", "Web"/);
  assert.throws(() => world.press(chat, message_id, "Web"), /no button/);
  await api.editMessageReplyMarkup(chat.id, message_id);
  assert.throws(() => world.press(chat, message_id, "Yes"), /buttons: none/);
  world.remove(chat, message_id);
  assert.throws(() => world.press(chat, message_id, "Yes"), /deleted/);
});

Deno.test("forcePress sends any data, with a deleted message as inaccessible", async () => {
  await using started = await start();
  const { world, chat, api } = started;
  const intruder = world.createPerson();
  world.forcePress(chat, 99, "a:y", intruder);
  const [update] = await api.getUpdates();
  assert.equal(update?.callback_query?.from.id, intruder.id);
  assert.deepEqual(update?.callback_query?.message, {
    chat: { id: chat.id, type: "private", first_name: "Ada" },
    message_id: 99,
    date: 0,
  });
});

Deno.test("block, createGroup and setBotStatus reach the bot as my_chat_member", async () => {
  await using started = await start();
  const { world, chat, api, person } = started;
  world.block(chat);
  const group = world.createGroup({ botStatus: "left" });
  world.setBotStatus(group, "member", person);
  const statuses = (await api.getUpdates()).map((update) => [
    update.my_chat_member?.chat.id,
    update.my_chat_member?.old_chat_member.status,
    update.my_chat_member?.new_chat_member.status,
  ]);
  assert.deepEqual(statuses, [[chat.id, "member", "kicked"], [group.id, "left", "member"]]);
});

Deno.test("migrate announces the move in both chats", async () => {
  await using started = await start();
  const { world, api, person } = started;
  const group = world.createGroup({ kind: "group", title: "Team" });
  const supergroup = world.migrate(group, person);
  const [joined, from, to] = await api.getUpdates();
  assert.equal(joined?.my_chat_member?.chat.id, supergroup.id);
  assert.equal(from?.message?.migrate_to_chat_id, supergroup.id);
  assert.equal(to?.message?.migrate_from_chat_id, group.id);
  assert.equal(supergroup.title, "Team");
});

Deno.test("pushUpdate queues any update, and pendingUpdates lists the unconfirmed ones", async () => {
  await using started = await start();
  const { world, api, chat } = started;
  const stopped = { chat: { id: chat.id, type: "private", first_name: "Ada" }, draft_id: 5 };
  const id = world.pushUpdate("stopped_message_generation", stopped);
  const [update] = await api.getUpdates();
  assert.equal(update?.stopped_message_generation?.draft_id, 5);
  assert.deepEqual(world.pendingUpdates(), [id]);
});

Deno.test("waitForMessage sees new messages and edits, and skips those before `after`", async () => {
  await using started = await start();
  const { world, chat, api } = started;
  const first = await api.sendMessage(chat.id, "working");
  const edited = world.waitForMessage(chat, /^done/);
  const later = world.waitForMessage(chat, "", { after: first.message_id });
  await api.editMessageText(chat.id, first.message_id, "done");
  assert.equal((await edited).id, first.message_id);
  const second = await api.sendMessage(chat.id, "more");
  assert.equal((await later).id, second.message_id);
});

Deno.test("waitFor reports the state when the time is up, and passes errors on", async () => {
  await using started = await start();
  const { world, chat, api } = started;
  await api.sendMessage(chat.id, "only this", {
    reply_markup: new InlineKeyboard().text("Go", "go"),
  });
  await assert.rejects(
    world.waitForMessage(chat, "that", { timeoutMs: 1 }),
    /Waited 1 ms for a message of the bot that fits that[\s\S]*only this \[Go\][\s\S]*sendMessage/,
  );
  await assert.rejects(
    world.waitFor(() => {
      throw new Error("probe is wrong");
    }),
    /probe is wrong/,
  );
});

Deno.test("watch calls its listener after messages and calls until it is stopped", async () => {
  await using started = await start();
  const { world, chat, api } = started;
  const seen: number[] = [];
  const unwatch = world.watch(() => seen.push(world.transcript(chat).length));
  world.send(chat, "one");
  await api.sendMessage(chat.id, "two");
  unwatch();
  world.send(chat, "three");
  assert.deepEqual([...new Set(seen)], [1, 2]);
});

async function lastMessage({ api }: Started): Promise<(Message & Update.NonChannel) | undefined> {
  return (await api.getUpdates()).at(-1)?.message;
}
