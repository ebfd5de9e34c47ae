/** Holds the page's stream and actions. */
import assert from "node:assert/strict";
import { nextEvent, startPage } from "./page_started.ts";

Deno.test("the stream sends the whole chat first, then its changes", async () => {
  await using page = await startPage();
  const { world, chat, api } = page.started;
  await api.setMyCommands([{ command: "status", description: "How it stands" }]);
  world.send(chat, "hello");
  const events = page.stream();
  const first = await nextEvent(events, ({ name }) => name === "snapshot");
  assert.deepEqual(first.messages.map(({ text, mine }) => [text, mine]), [["hello", true]]);
  assert.deepEqual(first.commands, [{ command: "status", description: "How it stands" }]);
  assert.equal(first.work, "echo");

  const { message_id: id } = await api.sendMessage(chat.id, "<b>Hi</b>", {
    parse_mode: "HTML",
    reply_parameters: { message_id: 1 },
  });
  const said = await nextEvent(events, ({ changed }) => changed.length > 0);
  assert.deepEqual(said.changed.map((each) => [each.id, each.text, each.replyTo, each.edited]), [
    [id, "Hi", 1, false],
  ]);
  assert.deepEqual(said.changed[0]?.entities, [{ type: "bold", offset: 0, length: 2 }]);

  await api.editMessageText(chat.id, id, "Hi again");
  assert.equal(
    (await nextEvent(events, ({ changed }) => changed.length > 0)).changed[0]?.edited,
    true,
  );
  await api.setMessageReaction(chat.id, 1, [{ type: "emoji", emoji: "👀" }]);
  const seen = await nextEvent(events, ({ changed }) => changed.some((each) => each.id === 1));
  assert.deepEqual(seen.changed[0]?.reactions, ["👀"]);
  await api.sendChatAction(chat.id, "typing");
  assert.equal(
    (await nextEvent(events, ({ action }) => action?.name === "typing")).action?.name,
    "typing",
  );
  await api.deleteMessage(chat.id, id);
  assert.deepEqual((await nextEvent(events, ({ removed }) => removed.length > 0)).removed, [id]);
  await events.return();
});

Deno.test("a reconnected page gets the whole chat, and closing the server ends its stream", async () => {
  await using page = await startPage();
  const events = page.stream();
  await nextEvent(events, ({ name }) => name === "snapshot");
  await events.return();
  page.started.world.send(page.started.chat, "meanwhile");
  const again = page.stream();
  const { messages } = await nextEvent(again, ({ name }) => name === "snapshot");
  assert.deepEqual(messages.map(({ text }) => text), ["meanwhile"]);
  await page.close();
  assert.equal((await again.next()).done, true);
});

Deno.test("the browser's language chooses commands and descriptions, and the bot learns it", async () => {
  await using page = await startPage();
  const { api } = page.started;
  await api.setMyDescription("Hello", {});
  await api.setMyDescription("안녕하세요", { language_code: "ko" });
  await api.setMyCommands([{ command: "status", description: "상태" }], { language_code: "ko" });
  const events = page.stream("ko");
  const { description, commands } = await nextEvent(events, ({ name }) => name === "snapshot");
  await events.return();
  assert.equal(description, "안녕하세요");
  assert.deepEqual(commands, [{ command: "status", description: "상태" }]);
  await page.act("send", { text: "시작" });
  const [update] = await api.getUpdates();
  assert.equal(update?.message?.from.language_code, "ko");
});

Deno.test("the page sends, replies, edits, reacts and deletes", async () => {
  await using page = await startPage();
  const { world, chat, api } = page.started;
  assert.deepEqual((await page.act("send", { text: " hello " })).body, { ids: [1] });
  await api.sendMessage(chat.id, "Hi");
  assert.deepEqual((await page.act("send", { text: "more", replyTo: 2 })).body, { ids: [3] });
  assert.equal(world.message(chat, 3).replyTo, 2);
  await page.act("edit", { messageId: 3, text: "less" });
  assert.equal(world.message(chat, 3).text, "less");
  await page.act("react", { messageId: 2, emoji: ["👍"] });
  assert.deepEqual(world.message(chat, 2).reactions, ["👍"]);
  await page.act("react", { messageId: 2, emoji: [] });
  assert.deepEqual(world.message(chat, 2).reactions, []);
  await page.act("delete", { messageId: 3 });
  assert.equal(world.message(chat, 3).deleted, true);
  const types = (await api.getUpdates()).map(({ update_id: _, ...rest }) => Object.keys(rest)[0]);
  assert.deepEqual(types, ["message", "message", "edited_message"]);
});

Deno.test("a text that is too long for one message is sent as several", async () => {
  await using page = await startPage();
  const { world, chat } = page.started;
  const text = "😀".repeat(5_000);
  const { body } = await page.act("send", { text });
  assert.deepEqual(body, { ids: [1, 2] });
  assert.equal(world.transcript(chat).map((each) => each.text).join(""), text);
});

Deno.test("pressing a button returns the bot's answer", async () => {
  await using page = await startPage();
  const { chat, api } = page.started;
  await api.sendMessage(chat.id, "Really?", {
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });
  const pressed = page.act("press", { messageId: 1, data: "y" });
  const [update] = await api.getUpdates({ timeout: 50 });
  await api.answerCallbackQuery(update?.callback_query?.id ?? "", {
    text: "Done",
    show_alert: true,
  });
  assert.deepEqual((await pressed).body, { text: "Done", alert: true });
});

Deno.test("an unanswered press does not delay closing the server", async () => {
  await using page = await startPage();
  await page.started.api.sendMessage(page.started.chat.id, "Really?", {
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y" }]] },
  });
  const pressed = page.act("press", { messageId: 1, data: "y" });
  await page.started.world.waitFor(() => page.started.world.pendingUpdates().length > 0);
  await page.close();
  assert.deepEqual((await pressed).body, { text: "", alert: false });
});

Deno.test("impossible actions and malformed requests are refused with a reason", async () => {
  await using page = await startPage();
  await page.started.api.sendMessage(page.started.chat.id, "Hi");
  const refused: readonly [name: string, body: unknown, status: number, why: RegExp][] = [
    ["press", { messageId: 1, data: "y" }, 409, /no button/],
    ["edit", { messageId: 1, text: "mine" }, 409, /your own/],
    ["delete", { messageId: 7 }, 409, /no message 7/],
    ["send", { text: "  " }, 400, /text/],
    ["send", { text: "x", extra: 1 }, 400, /extra/],
    ["send", { text: "x", replyTo: "1; DROP" }, 400, /replyTo/],
    ["send", "not an object", 400, /object/],
    ["toString", {}, 404, /no such action/],
    ["constructor", {}, 404, /no such action/],
  ];
  for (const [name, body, status, why] of refused) {
    const answer = await page.act(name, body);
    assert.equal(answer.status, status, name);
    assert.match(String(answer.body.error), why);
  }
  const broken = await page.post("send", "{", { "content-type": "application/json" });
  assert.equal(broken.status, 400);
  await broken.body?.cancel();
});
