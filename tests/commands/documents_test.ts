/** What people are told that they can write is what the program knows. */
import assert from "node:assert/strict";
import { COMMAND_LISTS, withCommands } from "../../release/command_docs.ts";
import { CHAT_COMMANDS, TERMINAL_COMMANDS } from "../../src/commands/table.ts";

/** What the documents tell people to write to @BotFather. */
const OF_BOTFATHER = ["newbot", "mybots", "setprivacy", "token"];

const ROOT = new URL("../../", import.meta.url);

for (const [name, list] of Object.entries(COMMAND_LISTS)) {
  Deno.test(`${name} lists the commands as the table has them (deno task docs:commands)`, async () => {
    const text = await Deno.readTextFile(new URL(name, ROOT));
    assert.equal(unaligned(text), unaligned(withCommands(text, list)));
  });
}

for (const name of ["README.md", "README.ko.md", "docs/telegram-integration-runbook.md"]) {
  Deno.test(`${name} names no command that there is not`, async () => {
    const text = await Deno.readTextFile(new URL(name, ROOT));
    const named = [...text.matchAll(/`\/([a-z]+)(?=[ `])/g)].map(([, command = ""]) => command);
    const known = new Set([
      ...CHAT_COMMANDS.keys(),
      ...TERMINAL_COMMANDS.keys(),
      ...OF_BOTFATHER,
      "command",
    ]);
    assert.deepEqual(named.filter((command) => !known.has(command)), []);
  });
}

Deno.test("the READMEs list every command of the chat", () => {
  for (const name of ["README.md", "README.ko.md"]) {
    const listed = [...COMMAND_LISTS[name]?.matchAll(/^\| `\/([a-z]+)/gm) ?? []];
    assert.deepEqual(listed.map(([, command]) => command), [...CHAT_COMMANDS.keys()]);
  }
});

/** The formatter pads the cells of tables. */
function unaligned(text: string): string {
  return text.replaceAll(/ {2,}/g, " ").replaceAll(/-{3,}/g, "---");
}
