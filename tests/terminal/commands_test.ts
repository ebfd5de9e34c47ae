/** What is understood of a typed line, and that the document tells the same. */
import assert from "node:assert/strict";
import { COMMANDS, completed, understood } from "../../src/terminal/commands/table.ts";

Deno.test("understood() tells commands from slips and from what is for Codex", () => {
  const kinds = (line: string): unknown => {
    const typed = understood(line);
    return typed.type === "command" ? [typed.command.usage, typed.args] : typed.type;
  };
  assert.deepEqual(kinds("  /MODE  plan "), ["/mode [single|plan]", "plan"]);
  assert.deepEqual(kinds("/steer a\nb"), ["/steer TEXT", "a\nb"]);
  assert.deepEqual(kinds("/exit"), ["/quit", ""]);
  assert.equal(kinds("/stats"), "near-miss");
  for (const line of ["/review the change", "hello /mode", "/", "1 of /etc"]) {
    assert.equal(kinds(line), "request");
  }
});

Deno.test("completed() completes what can be one command only", () => {
  assert.equal(completed("/st"), undefined);
  assert.equal(completed("/sta"), "/status ");
  assert.equal(completed("/x"), undefined);
  assert.equal(completed("sta"), undefined);
});

Deno.test("docs/chat.md lists every command as /help does", async () => {
  const document = await Deno.readTextFile(new URL("../../docs/chat.md", import.meta.url));
  for (const { usage, brief } of COMMANDS.values()) {
    assert.match(
      document,
      new RegExp(`^ {2}${RegExp.escape(usage)} +${RegExp.escape(brief)}$`, "m"),
    );
  }
});
