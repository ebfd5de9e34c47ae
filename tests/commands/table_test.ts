/** What is understood of a typed line, what may stand behind a command, and what documents tell. */
import assert from "node:assert/strict";
import { lineText } from "../../src/commands/reply.ts";
import { usageOf } from "../../src/commands/command.ts";
import {
  CHAT_COMMANDS,
  completed,
  meantCommand,
  TERMINAL_COMMANDS,
  understood,
} from "../../src/commands/table.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { botStage, messageFrom, OWNER } from "../fuzz/bot_stage.ts";

const EN = textsFor("en");

Deno.test("understood() tells commands from slips and from what is for Codex", () => {
  const kinds = (line: string): unknown => {
    const typed = understood(line, EN);
    return typed.type === "command" ? [usageOf(typed.command, EN), typed.args] : typed.type;
  };
  assert.deepEqual(kinds("  /MODE  plan "), ["/mode [single|plan]", "plan"]);
  assert.deepEqual(kinds("/steer a\nb"), ["/steer TEXT", "a\nb"]);
  assert.deepEqual(kinds("/exit"), ["/quit", ""]);
  assert.equal(kinds("/stats"), "near-miss");
  for (const line of ["/summarise the change", "hello /mode", "/", "1 of /etc", "// a note"]) {
    assert.equal(kinds(line), "request");
  }
});

Deno.test("a swap of two letters is taken for the command with the same letters", () => {
  assert.equal(meantCommand("modle", "chat"), "model");
  assert.equal(meantCommand("modle", "terminal"), "model");
  assert.equal(meantCommand("exti", "terminal"), "quit");
  assert.equal(meantCommand("review", "chat"), undefined);
});

Deno.test("completed() completes what can be one command only", () => {
  assert.equal(completed("/st"), undefined);
  assert.equal(completed("/sta"), "/status ");
  assert.equal(completed("/x"), undefined);
  assert.equal(completed("sta"), undefined);
});

Deno.test("the chat and the terminal have the same commands, but for those that make sense in one", () => {
  const [chat, terminal] = [CHAT_COMMANDS, TERMINAL_COMMANDS]
    .map((commands) => new Set([...commands.values()].map(({ name }) => name)));
  assert.deepEqual([...chat?.difference(terminal ?? new Set()) ?? []].sort(), [
    "approve",
    "deny",
    "file",
    "language",
    "rich",
    "start",
  ]);
  assert.deepEqual([...terminal?.difference(chat ?? new Set()) ?? []], ["quit"]);
});

Deno.test("what a command does not take is answered with how it is typed, and nothing is done", async () => {
  const said = async (text: string): Promise<string> => {
    const { router, outbox } = botStage();
    await router.route(messageFrom(OWNER, text));
    return outbox.sent.map(({ content }) => content.text).join();
  };
  assert.equal(
    await said("/cancel everything"),
    `Usage: /cancel [all]\n${EN.commands.briefs.cancel}`,
  );
  assert.equal(await said("/MODE Single"), await said("/mode single"));
  assert.match(await said("/queue now"), /^\/queue takes no text\./);
  assert.match(await said("/start payload"), /^Codex at your service/);
});

Deno.test("the bare text of a line has icons as emoji, and moments as they are written", () => {
  const line = [
    { type: "icon", icon: "warning" },
    { type: "text", text: "a", look: "bold" },
    { type: "time", at: new Date(0), text: "b" },
  ] as const;
  assert.equal(lineText(line), "⚠️ ab");
});
