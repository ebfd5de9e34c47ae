import assert from "node:assert/strict";
import { refusalOf, start } from "./started.ts";

const STATUS = { command: "status", description: "What happens now" };

Deno.test("setMyCommands keeps a list for each scope and language", async () => {
  await using started = await start();
  const { api, chat, person, world } = started;
  const korean = { command: "status", description: "지금 상태" };
  const mine = { command: "cancel", description: "Stop" };
  await api.setMyCommands([STATUS]);
  await api.setMyCommands([korean], { language_code: "ko" });
  await api.setMyCommands([mine], { scope: { type: "chat", chat_id: chat.id } });

  assert.deepEqual(await api.getMyCommands(), [STATUS]);
  assert.deepEqual(await api.getMyCommands({ language_code: "ko" }), [korean]);
  assert.deepEqual(await api.getMyCommands({ scope: { type: "all_group_chats" } }), []);
  assert.deepEqual(world.commandsFor(chat, person), [mine]);
  await api.deleteMyCommands({ scope: { type: "chat", chat_id: chat.id } });
  assert.deepEqual(world.commandsFor(chat, person), [STATUS]);
  const other = world.createPerson({ languageCode: "ko" });
  assert.deepEqual(world.commandsFor(world.privateChat(other), other), [korean]);
});

Deno.test("setMyCommands refuses lists and scopes that Telegram refuses", async (t) => {
  await using started = await start();
  const cases: [string, Record<string, unknown>, string][] = [
    ["no JSON", { commands: "[" }, "can't parse commands JSON object"],
    ["no list", { commands: {} }, "expected an Array of BotCommand"],
    ["no object", { commands: [1] }, "can't parse BotCommand: expected an Object"],
    ["no command", { commands: [{}] }, `can't parse BotCommand: Can't find field "command"`],
    ["an empty command", { commands: [{ ...STATUS, command: "/" }] }, "command must be non-empty"],
    [
      "a long command",
      { commands: [{ ...STATUS, command: "x".repeat(33) }] },
      "command length must not exceed 32",
    ],
    ["capitals", { commands: [{ ...STATUS, command: "Status" }] }, "BOT_COMMAND_INVALID"],
    [
      "no description",
      { commands: [{ ...STATUS, description: "" }] },
      "command description must be non-empty",
    ],
    [
      "a long description",
      { commands: [{ ...STATUS, description: "x".repeat(257) }] },
      "command description length must not exceed 256",
    ],
    ["too many", { commands: Array(101).fill(STATUS) }, "BOT_COMMANDS_TOO_MUCH"],
    ["a wrong language", { commands: [], language_code: "eng" }, "invalid language code specified"],
    [
      "a wrong scope",
      { commands: [], scope: { type: "world" } },
      "can't parse BotCommandScope: Unsupported type specified",
    ],
    [
      "a scope that is text",
      { commands: [], scope: '"x"' },
      "can't parse BotCommandScope: BotCommandScope must be an Object",
    ],
    [
      "a scope without chat",
      { commands: [], scope: { type: "chat" } },
      `can't parse BotCommandScope: Can't find field "chat_id"`,
    ],
    [
      "a scope of a strange chat",
      { commands: [], scope: { type: "chat", chat_id: 9 } },
      "chat not found",
    ],
    ["a scope without person", {
      commands: [],
      scope: { type: "chat_member", chat_id: started.chat.id },
    }, `can't parse BotCommandScope: Can't find field "user_id"`],
  ];
  for (const [what, parameters, description] of cases) {
    await t.step(what, async () => {
      const answer = await started.call("setMyCommands", parameters);
      assert.equal(answer.description, `Bad Request: ${description}`);
    });
  }
});

Deno.test("descriptions are stored by language and limited in length", async () => {
  await using started = await start();
  const { api } = started;
  await api.setMyDescription("Drives Codex");
  await api.setMyShortDescription("Codex");
  await api.setMyShortDescription("코덱스", { language_code: "ko" });
  assert.deepEqual(await api.getMyDescription({ language_code: "ko" }), {
    description: "Drives Codex",
  });
  assert.deepEqual(await api.getMyShortDescription({ language_code: "ko" }), {
    short_description: "코덱스",
  });
  assert.equal(
    await refusalOf(api.setMyDescription("x".repeat(513))),
    "400 Bad Request: description is too long",
  );
  assert.equal(
    await refusalOf(api.setMyShortDescription("x".repeat(121))),
    "400 Bad Request: short_description is too long",
  );
});

Deno.test("setChatMenuButton sets the button of one private chat or of all", async () => {
  await using started = await start();
  const { api, chat, world, call } = started;
  const group = world.createGroup();
  await api.setChatMenuButton({ menu_button: { type: "default" } });
  await api.setChatMenuButton({ chat_id: chat.id, menu_button: { type: "commands" } });
  assert.deepEqual(await api.getChatMenuButton({ chat_id: chat.id }), { type: "commands" });
  assert.deepEqual(await api.getChatMenuButton(), { type: "default" });
  const wrong = await call("setChatMenuButton", { menu_button: { type: "party" } });
  assert.equal(
    wrong.description,
    "Bad Request: can't parse menu button: MenuButton has unsupported type",
  );
  const elsewhere = await call("setChatMenuButton", { chat_id: group.id });
  assert.equal(
    elsewhere.description,
    "Bad Request: chat menu button can be set only in private chats",
  );
});

Deno.test("getChat returns a chat that the bot knows", async () => {
  await using started = await start();
  const { api, chat, world } = started;
  world.createGroup({ title: "Team", username: "team", isForum: true });
  assert.equal((await api.getChat(chat.id)).first_name, "Ada");
  assert.equal((await api.getChat("@team")).title, "Team");
  assert.equal(await refusalOf(api.getChat(1)), "400 Bad Request: chat not found");
});

Deno.test("leaveChat leaves a group and queues the update about it", async () => {
  await using started = await start();
  const { api, chat, world } = started;
  const group = world.createGroup();
  await api.leaveChat(group.id);
  const [update] = await api.getUpdates();
  assert.equal(update?.my_chat_member?.new_chat_member.status, "left");
  assert.equal(
    await refusalOf(api.leaveChat(chat.id)),
    "400 Bad Request: chat member status can't be changed in private chats",
  );
});

Deno.test("getFile finds files up to 20 MB", async () => {
  await using started = await start();
  const { api, chat, world, call } = started;
  const bytes = new Uint8Array([1]);
  const document = { name: "big.zip", mimeType: "application/zip", bytes };
  world.send(chat, { document });
  world.send(chat, { document: { ...document, claimedSize: 21 * 1024 * 1024 } });
  const [small, big] = await api.getUpdates();
  const file = await api.getFile(small?.message?.document?.file_id ?? "");
  assert.match(file.file_path ?? "", /^documents\/file_1\.zip$/);
  assert.equal(
    await refusalOf(api.getFile(big?.message?.document?.file_id ?? "")),
    "400 Bad Request: file is too big",
  );
  const descriptions = [
    (await call("getFile")).description,
    (await call("getFile", { file_id: "?" })).description,
    (await call("getFile", { file_id: "BQACAgIAAxkBAAI999999" })).description,
  ];
  assert.deepEqual(descriptions, [
    "Bad Request: file_id not specified",
    "Bad Request: invalid file_id",
    "Bad Request: wrong file_id or the file is temporarily unavailable",
  ]);
});
