import assert from "node:assert/strict";
import { InlineKeyboard, InputFile } from "grammy";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { refusalOf, start } from "./started.ts";

const NOT_MODIFIED =
  "400 Bad Request: message is not modified: specified new message content and reply markup are " +
  "exactly the same as a current content and reply markup of the message";

Deno.test("editMessageText replaces text and keyboard and keeps the history", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const { api, chat, world } = started;
  const keyboard = new InlineKeyboard().text("Stop", "stop");
  const { message_id } = await api.sendMessage(chat.id, "one", { reply_markup: keyboard });
  await clock.advance(2000);
  const edited = await api.editMessageText(chat.id, message_id, "two");

  assert.ok(edited !== true);
  assert.equal(edited.edit_date, edited.date + 2);
  assert.equal(edited.reply_markup, undefined);
  const { history } = world.message(chat, message_id);
  assert.deepEqual(
    history.map(({ text, buttons }) => [text, buttons.flat().map((button) => button.text)]),
    [["one", ["Stop"]], ["two", []]],
  );
});

Deno.test("editMessageText refuses an edit that changes nothing", async () => {
  await using started = await start();
  const { api, chat } = started;
  const keyboard = new InlineKeyboard().text("Stop", "stop");
  const entities = [{ type: "bold" as const, offset: 0, length: 3 }];
  const { message_id } = await api.sendMessage(chat.id, "one", {
    reply_markup: keyboard,
    entities,
  });
  const edit = (text: string, other: Parameters<typeof api.editMessageText>[3]): Promise<string> =>
    refusalOf(api.editMessageText(chat.id, message_id, text, other));

  assert.equal(await edit("one \n", { reply_markup: keyboard, entities }), NOT_MODIFIED);
  assert.equal(await edit("one", { reply_markup: keyboard }), "accepted");
  assert.equal(await edit("one", {}), "accepted");
  assert.equal(await edit("one", {}), NOT_MODIFIED);
});

Deno.test("editMessageReplyMarkup changes the keyboard alone", async () => {
  await using started = await start();
  const { api, chat, world } = started;
  const keyboard = new InlineKeyboard().text("Yes", "y");
  const { message_id } = await api.sendMessage(chat.id, "one");
  await api.editMessageReplyMarkup(chat.id, message_id, { reply_markup: keyboard });
  assert.equal(world.message(chat, message_id).buttons[0]?.[0]?.data, "y");
  await api.editMessageReplyMarkup(chat.id, message_id);
  assert.deepEqual(world.message(chat, message_id).buttons, []);
  assert.equal(await refusalOf(api.editMessageReplyMarkup(chat.id, message_id)), NOT_MODIFIED);
});

Deno.test("edits are refused for messages that are not the bot's", async () => {
  await using started = await start();
  const { api, chat, world, call } = started;
  const own = await api.sendMessage(chat.id, "mine");
  const theirs = world.send(chat, "theirs");
  const file = await api.sendDocument(chat.id, new InputFile(new Uint8Array([1]), "a"));
  const gone = await api.sendMessage(chat.id, "gone");
  world.remove(chat, gone.message_id);
  const edit = (id: number, text = "new"): Promise<string> =>
    refusalOf(api.editMessageText(chat.id, id, text));

  assert.equal(await edit(999), "400 Bad Request: message to edit not found");
  assert.equal(await edit(gone.message_id), "400 Bad Request: message to edit not found");
  assert.equal(await edit(theirs.id), "400 Bad Request: message can't be edited");
  assert.equal(
    await edit(file.message_id),
    "400 Bad Request: there is no text in the message to edit",
  );
  assert.equal(await edit(own.message_id, " "), "400 Bad Request: text must be non-empty");
  assert.equal(
    await edit(own.message_id, "x".repeat(4097)),
    "400 Bad Request: message is too long",
  );
  const unnamed = await call("editMessageText", { chat_id: chat.id, text: "x" });
  assert.equal(unnamed.description, "Bad Request: message identifier is not specified");
  const inline = await call("editMessageText", { inline_message_id: "x", text: "x" });
  assert.equal(inline.description, "Bad Request: MESSAGE_ID_INVALID");
  const keyboard = await call("editMessageText", {
    chat_id: chat.id,
    message_id: own.message_id,
    text: "x",
    reply_markup: { keyboard: [["x"]] },
  });
  assert.equal(keyboard.description, "Bad Request: inline keyboard expected");
});

Deno.test("deleteMessage removes the bot's messages, and others' only with the right to", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const { api, chat, world, person } = started;
  const group = world.createGroup();
  const remove = (id: number, messageId: number): Promise<string> =>
    refusalOf(api.deleteMessage(id, messageId));
  const inPrivate = world.send(chat, "x").id;
  const inGroup = world.send(group, { text: "x", from: person }).id;
  const own = await api.sendMessage(group.id, "x");

  assert.equal(await remove(chat.id, inPrivate), "accepted");
  assert.equal(await remove(chat.id, inPrivate), "400 Bad Request: message to delete not found");
  assert.equal(await remove(group.id, own.message_id), "accepted");
  assert.equal(await remove(group.id, inGroup), "400 Bad Request: message can't be deleted");
  world.setBotStatus(group, "administrator", person);
  assert.equal(await remove(group.id, inGroup), "accepted");
  const old = await api.sendMessage(chat.id, "x");
  await clock.advance(49 * 3_600_000);
  assert.equal(await remove(chat.id, old.message_id), "400 Bad Request: message can't be deleted");
  assert.equal(world.message(group, inGroup).deleted, true);
});

Deno.test("answerCallbackQuery answers each press once and in time", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock, limits: { callbackQuerySeconds: 15 } });
  const { api, chat, world } = started;
  const tooOld =
    "400 Bad Request: query is too old and response timeout expired or query ID is invalid";
  const press = world.forcePress(chat, 1, "x");
  const answer = (id: string, text = "ok"): Promise<string> =>
    refusalOf(api.answerCallbackQuery(id, { text, show_alert: true }));

  assert.equal(await answer(press.queryId, "x".repeat(201)), "400 Bad Request: MESSAGE_TOO_LONG");
  assert.equal(await answer(press.queryId, "x".repeat(200)), "accepted");
  assert.equal(await answer(press.queryId), tooOld);
  assert.equal(await answer("12345"), tooOld);
  const late = world.forcePress(chat, 1, "x");
  await clock.advance(15_001);
  assert.equal(await answer(late.queryId), tooOld);
  assert.equal(world.answerTo(late), undefined);
  const given = await world.waitForAnswer(press);
  assert.equal(given.showAlert, true);
  assert.equal(given.text.length, 200);
});

Deno.test("setMessageReaction takes one emoji of Telegram's list or none", async () => {
  await using started = await start();
  const { api, chat, world, call } = started;
  const { id } = world.send(chat, "x");
  await api.setMessageReaction(chat.id, id, [{ type: "emoji", emoji: "👀" }]);
  assert.deepEqual(world.message(chat, id).reactions, ["👀"]);
  await api.setMessageReaction(chat.id, id, [{ type: "emoji", emoji: "👌" }]);
  assert.deepEqual(world.message(chat, id).reactions, ["👌"]);
  await api.setMessageReaction(chat.id, id, []);
  assert.deepEqual(world.message(chat, id).reactions, []);

  const emoji = (each: string): unknown => ({ type: "emoji", emoji: each });
  const cases: [unknown, string][] = [
    [[emoji("✅")], "REACTION_INVALID"],
    [[emoji("⏳")], "REACTION_INVALID"],
    [[{ type: "custom_emoji", custom_emoji_id: "1" }], "REACTION_INVALID"],
    [[emoji("👀"), emoji("👌")], "REACTIONS_TOO_MANY"],
    [[{ type: "none" }], "can't parse ReactionType: invalid reaction type specified"],
    [[1], "can't parse ReactionType: expected an Object"],
    [{}, "expected an Array of ReactionType"],
  ];
  for (const [reaction, description] of cases) {
    const answer = await call("setMessageReaction", { chat_id: chat.id, message_id: id, reaction });
    assert.equal(answer.description, `Bad Request: ${description}`);
  }
  const lost = await call("setMessageReaction", { chat_id: chat.id, message_id: 99, reaction: [] });
  assert.equal(lost.description, "Bad Request: message to react not found");
});
