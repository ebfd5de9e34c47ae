/** Commands of Codex's own terminal never reach a model as prose without a word. */
import assert from "node:assert/strict";
import { codexCommandReply } from "../../src/commands/codex_commands.ts";
import { textOf } from "../../src/commands/reply.ts";
import { CHAT_COMMANDS, TERMINAL_COMMANDS, understood } from "../../src/commands/table.ts";
import { LANGUAGES, textsFor } from "../../src/texts/texts.ts";
import { botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

const EN = textsFor("en");

for (
  const text of ["/init", "/Theme dark", "/mcp@codex_test_bot", "/setup-default-sandbox"]
) {
  Deno.test(`${text} is said to be a command of Codex's terminal`, () => {
    const reply = codexCommandReply(text, EN);
    assert.match(
      textOf(reply ?? { blocks: [] }),
      /^\/[a-z-]+ is a command of Codex's own terminal/,
    );
  });
}

for (const text of ["/plan/a.md is wrong", "/etc/hosts", "/frobnicate", "plan it", "/undoing"]) {
  Deno.test(`"${text}" is no command of Codex's terminal`, () => {
    assert.equal(codexCommandReply(text, EN), undefined);
  });
}

Deno.test("what leads on from a command of Codex's terminal exists here", () => {
  for (const language of LANGUAGES) {
    for (const sentence of Object.values(textsFor(language).codexCommands.instead)) {
      for (const [, name = ""] of sentence.matchAll(/\/([a-z]+)/g)) {
        assert.ok(CHAT_COMMANDS.has(name) && TERMINAL_COMMANDS.has(name), `${sentence}: ${name}`);
      }
    }
  }
});

Deno.test("the chat asks nobody's model, and sends the words when they were meant", async () => {
  const stage = botStage();
  await stage.router.route(messageFrom(OWNER, "/init the last change"));
  assert.deepEqual(stage.engine.submitted, []);
  const [answer] = stage.outbox.sent;
  assert.match(answer?.content.text ?? "", /is not available here\. Say in your own words/);
  assert.deepEqual(answer?.buttons, [[{ label: "Send it as text", data: "asis:" }]]);
  const from = { id: OWNER, is_bot: false, first_name: "Ann", language_code: "en" };
  const chat = { id: OWNER, type: "private", first_name: "Ann" };
  const pressed = (author: number): unknown => {
    const original = { message_id: 1, date: 1, chat, from: { ...from, id: author } };
    const reply_to_message = { ...original, text: "/init the last change" };
    const message = { message_id: 2, date: 1_767_000_000, chat, reply_to_message };
    return { update_id: 9, callback_query: { id: "q", from, data: "asis:", message } };
  };
  await stage.router.route(pressed(OWNER + 1));
  assert.deepEqual(stage.engine.submitted, []);
  await stage.router.route(pressed(OWNER));
  assert.deepEqual(stage.engine.submitted.map(({ prompt }) => prompt), ["/init the last change"]);
});

Deno.test("at the terminal a second slash sends it as text", () => {
  assert.equal(understood("/init it", EN).type, "elsewhere");
  assert.deepEqual(understood("//init it", EN), { type: "request", text: "/init it" });
  assert.deepEqual(understood("// review it", EN), { type: "request", text: "// review it" });
});
