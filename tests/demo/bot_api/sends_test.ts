import assert from "node:assert/strict";
import { InlineKeyboard, InputFile } from "grammy";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { refusalOf, start } from "./started.ts";

Deno.test("sendMessage puts the text with all its attributes into the chat", async () => {
  const clock = new FakeClock();
  await using started = await start({ clock });
  const { api, world, chat } = started;
  const request = world.send(chat, "do it");
  const keyboard = new InlineKeyboard().text("Yes", "a:1").success().copyText("Copy", "branch");

  const message = await api.sendMessage(chat.id, "done: all", {
    reply_parameters: { message_id: request.id },
    disable_notification: true,
    link_preview_options: { is_disabled: true },
    entities: [{ type: "bold", offset: 0, length: 4 }],
    reply_markup: keyboard,
  });

  assert.equal(message.reply_to_message?.text, "do it");
  assert.equal(message.from?.username, "codex_test_bot");
  const seen = world.message(chat, message.message_id);
  assert.deepEqual(
    { ...seen, history: seen.history.length },
    {
      id: message.message_id,
      chatId: chat.id,
      date: clock.now(),
      fromId: world.bot.id,
      byBot: true,
      text: "done: all",
      entities: [{ type: "bold", offset: 0, length: 4, details: {} }],
      blocks: undefined,
      document: undefined,
      photo: undefined,
      buttons: [[
        { text: "Yes", data: "a:1", style: "success", url: undefined, copyText: undefined },
        { text: "Copy", data: undefined, style: undefined, url: undefined, copyText: "branch" },
      ]],
      replyTo: request.id,
      topicId: undefined,
      silent: true,
      reactions: [],
      history: 1,
      deleted: false,
    },
  );
});

Deno.test("sendMessage checks a quote against the message that is answered", async () => {
  await using started = await start();
  const { api, world, chat } = started;
  const { id } = world.send(chat, "one two three");
  const reply = (quote: string): Promise<unknown> =>
    api.sendMessage(chat.id, "x", { reply_parameters: { message_id: id, quote } });
  assert.equal(await refusalOf(reply("two")), "accepted");
  assert.equal(await refusalOf(reply("four")), "400 Bad Request: QUOTE_TEXT_INVALID");
});

Deno.test("sendMessage keeps 100 entities and refuses too many bytes of them", async () => {
  await using started = await start();
  const { api, chat } = started;
  const text = "x ".repeat(150);
  const bold = Array.from({ length: 150 }, (_, index) => ({
    type: "bold" as const,
    offset: index * 2,
    length: 1,
  }));
  const message = await api.sendMessage(chat.id, text, { entities: bold });
  assert.equal(message.entities?.length, 100);

  const links = bold.map(({ offset, length }) => ({
    type: "text_link" as const,
    url: `https://example.org/${"x".repeat(100)}`,
    offset,
    length,
  }));
  assert.equal(
    await refusalOf(api.sendMessage(chat.id, text, { entities: links })),
    "400 Bad Request: ENTITIES_TOO_LONG",
  );
});

Deno.test("sending is refused where the bot may not write", async () => {
  await using started = await start();
  const { api, world, chat, person } = started;
  const stranger = world.privateChat(world.createPerson(), { started: false });
  const group = world.createGroup();
  const basic = world.createGroup({ kind: "group" });
  const channel = world.createGroup({ kind: "channel" });
  const send = (id: number): Promise<string> => refusalOf(api.sendMessage(id, "x"));

  assert.equal(
    await send(stranger.id),
    "403 Forbidden: bot can't initiate conversation with a user",
  );
  assert.equal(
    await send(channel.id),
    "400 Bad Request: need administrator rights in the channel chat",
  );
  world.block(chat);
  assert.equal(await send(chat.id), "403 Forbidden: bot was blocked by the user");
  world.unblock(chat);
  assert.equal(await send(chat.id), "accepted");
  world.setBotStatus(group, "kicked", person);
  assert.equal(await send(group.id), "403 Forbidden: bot was kicked from the supergroup chat");
  world.setBotStatus(group, "left", person);
  assert.equal(await send(group.id), "403 Forbidden: bot is not a member of the supergroup chat");
  const supergroup = world.migrate(basic, person);
  const answer = await started.call("sendMessage", { chat_id: basic.id, text: "x" });
  assert.equal(answer.description, "Bad Request: group chat was upgraded to a supergroup chat");
  assert.equal(await send(supergroup.id), "accepted");
});

Deno.test("sendMessage stays in the topic it names or answers in", async () => {
  await using started = await start();
  const { api, world, person } = started;
  const forum = world.createGroup({ isForum: true });
  const topic = world.createTopic(forum, "Work", person);
  const { id } = world.send(forum, { text: "/status", from: person, topicId: topic });

  const named = await api.sendMessage(forum.id, "x", { message_thread_id: topic });
  const answer = await api.sendMessage(forum.id, "x", { reply_parameters: { message_id: id } });
  const general = await api.sendMessage(forum.id, "x");

  assert.deepEqual([named, answer, general].map((message) => message.message_thread_id), [
    topic,
    topic,
    undefined,
  ]);
  assert.equal(named.is_topic_message, true);
});

Deno.test("sendMessage is refused in closed and deleted topics", async () => {
  await using started = await start();
  const { api, world, person } = started;
  const forum = world.createGroup({ isForum: true });
  const topic = world.createTopic(forum, "Work", person);
  const { id } = world.send(forum, { text: "/status", from: person, topicId: topic });
  const named = (): Promise<string> =>
    refusalOf(api.sendMessage(forum.id, "x", { message_thread_id: topic }));

  world.closeTopic(forum, topic);
  assert.equal(await named(), "400 Bad Request: TOPIC_CLOSED");
  const reply = api.sendMessage(forum.id, "x", { reply_parameters: { message_id: id } });
  assert.equal(await refusalOf(reply), "400 Bad Request: TOPIC_CLOSED");
  world.setBotStatus(forum, "administrator", person);
  assert.equal(await named(), "accepted");

  world.deleteTopic(forum, topic);
  assert.equal(await named(), "400 Bad Request: message thread not found");
  assert.equal(world.message(forum, id).deleted, true);
});

Deno.test("private chats share one count of message ids, supergroups have their own", async () => {
  await using started = await start();
  const { api, world, chat } = started;
  const other = world.privateChat(world.createPerson());
  const group = world.createGroup();
  const ids = [];
  for (const id of [chat.id, other.id, group.id, chat.id, group.id]) {
    ids.push((await api.sendMessage(id, "x")).message_id);
  }
  assert.deepEqual(ids, [1, 2, 1, 3, 2]);
});

/** The beginning of a PNG. */
function pngOf(width: number, height: number): Uint8Array {
  const picture = new Uint8Array(32);
  picture.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(picture.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return picture;
}

const PNG = pngOf(640, 480);

Deno.test("sendPhoto refuses what Telegram does not take as a photo", async () => {
  await using started = await start();
  const { api, chat } = started;
  const refusal = (bytes: Uint8Array): Promise<string> =>
    refusalOf(api.sendPhoto(chat.id, new InputFile(bytes, "p.png")));
  assert.equal(await refusal(pngOf(5000, 5000)), "accepted");
  assert.equal(await refusal(pngOf(5001, 5000)), "400 Bad Request: PHOTO_INVALID_DIMENSIONS");
  assert.equal(await refusal(pngOf(2001, 100)), "400 Bad Request: PHOTO_INVALID_DIMENSIONS");
  assert.equal(await refusal(new Uint8Array([1, 2])), "400 Bad Request: IMAGE_PROCESS_FAILED");
  const large = new Uint8Array(10 * 1024 * 1024 + 1);
  large.set(PNG);
  assert.match(await refusal(large), /^400 Bad Request: file of size 10485761 bytes is too big/);
});

Deno.test("sendMediaGroup takes two to ten photos, each with its caption", async () => {
  await using started = await start();
  const { api, chat } = started;
  const photos = (count: number): Parameters<typeof api.sendMediaGroup>[1] =>
    Array.from({ length: count }, (_, index) => ({
      type: "photo" as const,
      media: new InputFile(PNG, `${index}.png`),
      caption: `photo ${index}`,
    }));
  const sent = await api.sendMediaGroup(chat.id, photos(2));
  assert.deepEqual(sent.map(({ caption }) => caption), ["photo 0", "photo 1"]);
  assert.deepEqual(
    [
      await refusalOf(api.sendMediaGroup(chat.id, photos(0))),
      await refusalOf(api.sendMediaGroup(chat.id, photos(11))),
    ],
    [
      "400 Bad Request: there are no messages to send",
      "400 Bad Request: too many messages to send as an album",
    ],
  );
});

Deno.test("sendDocument and sendPhoto take an upload or a known file", async () => {
  await using started = await start();
  const { api, chat, world } = started;
  const file = new InputFile(new TextEncoder().encode("hello"), "answer.md");
  const first = await api.sendDocument(chat.id, file, {
    caption: "/go",
    disable_notification: true,
  });
  const again = await api.sendDocument(chat.id, first.document.file_id);
  const photo = await api.sendPhoto(chat.id, new InputFile(PNG, "p.png"));

  assert.deepEqual(first.caption_entities, [{ type: "bot_command", offset: 0, length: 3 }]);
  assert.equal(again.document.file_unique_id, first.document.file_unique_id);
  assert.equal(photo.photo.length, 2);
  const seen = world.message(chat, first.message_id);
  assert.equal(new TextDecoder().decode(seen.document?.bytes), "hello");
  assert.equal(seen.silent, true);
});

Deno.test("sendDocument refuses anything but a file", async () => {
  await using started = await start();
  const { api, chat } = started;
  const empty = new InputFile(new Uint8Array(), "empty");
  const some = (): InputFile => new InputFile(new Uint8Array([1]), "one");
  const refused = [
    await refusalOf(api.sendDocument(chat.id, "")),
    await refusalOf(api.sendDocument(chat.id, "unknown")),
    await refusalOf(api.sendDocument(chat.id, "https://example.org/a.pdf")),
    await refusalOf(api.sendDocument(chat.id, empty)),
    await refusalOf(api.sendDocument(chat.id, some(), { caption: "x".repeat(1025) })),
    await refusalOf(api.sendDocument(chat.id, some(), { caption: "x".repeat(1024) })),
  ];
  assert.deepEqual(refused, [
    "400 Bad Request: there is no document in the request",
    "400 Bad Request: wrong file identifier/HTTP URL specified",
    "400 Bad Request: failed to get HTTP URL content",
    "400 Bad Request: file must be non-empty",
    "400 Bad Request: message caption is too long",
    "accepted",
  ]);
});

Deno.test("sendChatAction appears in the chat's actions", async () => {
  await using started = await start();
  const { api, chat, world, call } = started;
  await api.sendChatAction(chat.id, "typing");
  assert.deepEqual(world.actions(chat).map(({ action }) => action), ["typing"]);
  const wrong = await call("sendChatAction", { chat_id: chat.id, action: "thinking" });
  assert.equal(wrong.description, "Bad Request: wrong parameter action in request");
  const lost = await call("sendChatAction", {
    chat_id: chat.id,
    action: "typing",
    message_thread_id: 9,
  });
  assert.equal(lost.description, "Bad Request: message thread not found");
});
