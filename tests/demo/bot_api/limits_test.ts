import assert from "node:assert/strict";
import { start } from "./started.ts";

Deno.test("sendMessage refuses what Telegram refuses", async (t) => {
  await using started = await start();
  const { chat, call } = started;
  const button = (fields: unknown): unknown => ({
    reply_markup: { inline_keyboard: [[fields]] },
  });
  const entity = (fields: Record<string, unknown>): unknown => ({
    text: "a😀b",
    entities: [{ type: "bold", offset: 0, length: 1, ...fields }],
  });
  const cases: [string, unknown, string][] = [
    ["no text", { text: "" }, "message text is empty"],
    ["only spaces", { text: " \n\t " }, "text must be non-empty"],
    ["only invisible characters", { text: "\u200b\u2060" }, "text must be non-empty"],
    ["too many characters", { text: "x".repeat(4097) }, "message is too long"],
    ["too many bytes", { text: "é".repeat(16_385) }, "text is too long"],
    ["half a character", { text: "\ud83d" }, "strings must be encoded in UTF-8"],
    ["no chat", { chat_id: undefined }, "chat_id is empty"],
    ["a strange chat", { chat_id: 42 }, "chat not found"],
    ["a strange name", { chat_id: "@nobody" }, "chat not found"],
    ["a strange topic", { message_thread_id: 7 }, "message thread not found"],
    [
      "an answer to nothing",
      { reply_parameters: { message_id: 999 } },
      "message to be replied not found",
    ],
    [
      "an answer to nothing, the old way",
      { reply_to_message_id: 999 },
      "message to be replied not found",
    ],
    ["reply parameters without id", { reply_parameters: {} }, `can't find field "message_id"`],
    [
      "reply parameters of a wrong kind",
      { reply_parameters: [] },
      "object expected as reply parameters",
    ],
    ["a parse mode that is none", { parse_mode: "BBCode" }, "unsupported parse_mode"],
    [
      "link options of a wrong kind",
      { link_preview_options: 1 },
      "object expected as link preview options",
    ],
    [
      "a wrong boolean",
      { disable_notification: "maybe" },
      'field "disable_notification" must be of type Boolean',
    ],
    ["entities that are no list", { entities: {} }, "expected an Array of MessageEntity"],
    ["entities that are no JSON", { entities: "[" }, "can't parse entities JSON object"],
    [
      "an entity that is no object",
      { entities: [1] },
      "can't parse MessageEntity: expected an Object",
    ],
    [
      "an entity without offset",
      { entities: [{ type: "bold" }] },
      `can't parse MessageEntity: Can't find field "offset"`,
    ],
    [
      "an entity with a wrong offset",
      entity({ offset: true }),
      `can't parse MessageEntity: Field "offset" must be of type Number`,
    ],
    [
      "an entity with half an offset",
      entity({ offset: 0.5 }),
      `can't parse MessageEntity: Field "offset" must be a valid Number`,
    ],
    [
      "an unknown entity",
      entity({ type: "blink" }),
      "can't parse MessageEntity: Unsupported type specified",
    ],
    [
      "a link without address",
      entity({ type: "text_link" }),
      `can't parse MessageEntity: Can't find field "url"`,
    ],
    [
      "a link to localhost",
      entity({ type: "text_link", url: "http://localhost:3000" }),
      "entity URL 'http://localhost:3000' is invalid: Wrong HTTP URL",
    ],
    [
      "a link to a script",
      entity({ type: "text_link", url: "javascript:alert(1)" }),
      "entity URL 'javascript:alert(1)' is invalid: Wrong HTTP URL",
    ],
    [
      "a date in a wrong format",
      entity({ type: "date_time", unix_time: 1, date_time_format: "q" }),
      "can't parse MessageEntity: Invalid date_time_format specified",
    ],
    [
      "an entity before the text",
      entity({ offset: -1 }),
      "receive an entity with incorrect offset -1",
    ],
    [
      "an entity of negative length",
      entity({ length: -1 }),
      "receive an entity with incorrect length -1",
    ],
    [
      "an entity behind the text",
      entity({ offset: 5 }),
      "entity begins after the end of the text at UTF-16 offset 5",
    ],
    [
      "an entity that ends too late",
      entity({ offset: 3, length: 2 }),
      "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 5",
    ],
    [
      "an entity that begins in a character",
      entity({ offset: 2 }),
      "entity begins in a middle of a UTF-16 symbol at byte offset 5",
    ],
    [
      "an entity that ends in a character",
      entity({ length: 2 }),
      "entity ends in a middle of a UTF-16 symbol at byte offset 5",
    ],
    [
      "a keyboard that is no JSON",
      { reply_markup: "{" },
      "can't parse reply keyboard markup JSON object",
    ],
    ["a keyboard that is no object", { reply_markup: [] }, "object expected as reply markup"],
    [
      "a keyboard without rows",
      { reply_markup: { inline_keyboard: [1] } },
      'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [
      "a reply keyboard without rows",
      { reply_markup: { keyboard: [1] } },
      'field "keyboard" must be an Array of Arrays',
    ],
    [
      "a reply button of a wrong kind",
      { reply_markup: { keyboard: [[1]] } },
      "can't parse keyboard button: KeyboardButton must be a String or an Object",
    ],
    [
      "a button that is no object",
      button(1),
      "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
    ],
    [
      "a button without label",
      button({ callback_data: "x" }),
      `can't parse inline keyboard button: Can't find field "text"`,
    ],
    [
      "a button without action",
      button({ text: "x" }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      "a button with empty data",
      button({ text: "x", callback_data: "" }),
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      "a button with too much data",
      button({ text: "x", callback_data: "é".repeat(33) }),
      "BUTTON_DATA_INVALID",
    ],
    [
      "a button with data of a wrong type",
      button({ text: "x", callback_data: {} }),
      `can't parse inline keyboard button: Field "callback_data" must be of type String`,
    ],
    [
      "a button with a wrong style",
      button({ text: "x", callback_data: "x", style: "red" }),
      "can't parse inline keyboard button: Invalid button style specified",
    ],
    [
      "a button that copies too much",
      button({ text: "x", copy_text: { text: "x".repeat(257) } }),
      "BUTTON_COPY_TEXT_INVALID",
    ],
    [
      "a button to localhost",
      button({ text: "x", url: "http://localhost" }),
      "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
    ],
    ["too many buttons", {
      reply_markup: { inline_keyboard: [Array(101).fill({ text: "x", callback_data: "x" })] },
    }, "REPLY_MARKUP_TOO_LONG"],
  ];
  for (const [what, parameters, description] of cases) {
    await t.step(what, async () => {
      const given = typeof parameters === "object" ? parameters : {};
      const answer = await call("sendMessage", { chat_id: chat.id, text: "x", ...given });
      assert.equal(answer.description, `Bad Request: ${description}`);
      assert.equal(answer.status, 400);
    });
  }
  assert.deepEqual(started.world.botMessages(chat), []);
});

Deno.test("sendMessage accepts everything up to the limits", async (t) => {
  await using started = await start();
  const { chat, call } = started;
  const cases: [string, unknown][] = [
    ["4096 characters of two units", { text: "😀".repeat(4096) }],
    ["spaces around the limit", { text: `  ${"x".repeat(4096)}  ` }],
    ["64 bytes of callback data", {
      reply_markup: { inline_keyboard: [[{ text: "x", callback_data: "é".repeat(32) }]] },
    }],
    ["an optional answer to nothing", {
      reply_parameters: { message_id: 999, allow_sending_without_reply: true },
    }],
    ["a keyboard without buttons", { reply_markup: { inline_keyboard: [] } }],
    ["a keyboard for the person", { reply_markup: { keyboard: [["Yes", { text: "No" }]] } }],
    ["no keyboard for the person", { reply_markup: { remove_keyboard: true } }],
    ["a reply request", { reply_markup: { force_reply: true } }],
    ["a disabled button", { reply_markup: { inline_keyboard: [[{ text: "x", disabled: {} }]] } }],
    ["a link of the app", {
      reply_markup: { inline_keyboard: [[{ text: "x", url: "tg://user?id=1" }]] },
    }],
    ["an empty entity", { entities: [{ type: "bold", offset: 0, length: 0 }] }],
    ["a relative date", {
      entities: [{ type: "date_time", offset: 0, length: 1, unix_time: 1, date_time_format: "r" }],
    }],
  ];
  for (const [what, parameters] of cases) {
    await t.step(what, async () => {
      const given = typeof parameters === "object" ? parameters : {};
      const answer = await call("sendMessage", { chat_id: chat.id, text: "x", ...given });
      assert.deepEqual([answer.status, answer.description], [200, undefined]);
    });
  }
});
