import assert from "node:assert/strict";
import type { BackendHealth } from "../../src/core/codex/codex.ts";
import { CHAT_COMMANDS, menuOf } from "../../src/commands/table.ts";
import { LANGUAGES, textsFor } from "../../src/texts/texts.ts";
import { botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

async function replyTo(text: string, languageCode: string): Promise<string> {
  const { router, outbox } = botStage();
  await router.route(messageFrom(OWNER, text, languageCode));
  return outbox.sent.map(({ content }) => content.text).join("\n");
}

for (const language of LANGUAGES) {
  Deno.test(`/help in ${language} names every command once, with a line to each`, async () => {
    const text = await replyTo("/help", language);
    const named = [...text.matchAll(/^\/(\w+)(?: \S+)? – \S/gm)].map(([, name]) => name);
    const known = [...CHAT_COMMANDS.keys()];
    assert.deepEqual(named.toSorted(), known.toSorted());
    for (const title of Object.values(textsFor(language).commands.help.sections)) {
      assert.ok(text.split("\n").includes(title), title);
    }
  });
}

Deno.test("every entry of the menu is a command", () => {
  const menu = menuOf(textsFor("en")).map(({ command }) => command);
  assert.deepEqual(menu.filter((name) => !CHAT_COMMANDS.has(name)), []);
});

Deno.test("/start says where things stand, three commands, and where the others are", async () => {
  const text = await replyTo("/start", "en");
  assert.match(
    text,
    /Mode: plan\nPlans: carried out at once \(\/plan\)\nProfile: default\nFolder: \/project/,
  );
  assert.equal([...text.matchAll(/^\/\w+ – /gm)].length, 3);
  assert.match(text, /\/help lists all commands/);
});

Deno.test("/start warns of a Codex that failed, not of one that nobody needed yet", async () => {
  const answered = async (trouble: Pick<BackendHealth, "lastTrouble">): Promise<string> => {
    const { router, outbox, engine } = botStage();
    engine.codex = { ...engine.codex, kind: "app-server", ready: false, ...trouble };
    await router.route(messageFrom(OWNER, "/start"));
    return outbox.sent.map(({ content }) => content.text).join("\n");
  };
  assert.doesNotMatch(await answered({}), /not ready|none/);
  const failed = await answered({ lastTrouble: { kind: "silent", machine: "ws://127.0.0.1:1" } });
  assert.match(failed, /Codex is not ready: ws:\/\/127\.0\.0\.1:1 can be reached, but nothing/);
});
