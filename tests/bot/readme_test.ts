/** What people are told that they can write is what the bot knows, in each language. */
import assert from "node:assert/strict";
import { COMMANDS } from "../../src/bot/commands/table.ts";

const ROOT = new URL("../../", import.meta.url);

for (const name of ["README.md", "README.ko.md", "docs/telegram-integration-runbook.md"]) {
  Deno.test(`${name} names every command of the bot in its table, and no other`, async () => {
    const text = await Deno.readTextFile(new URL(name, ROOT));
    const firstCells = text.split("\n").filter((line) => /^\| .*`\//.test(line))
      .map((line) => line.split("|")[1] ?? "");
    const named = firstCells.flatMap((cell) =>
      [...cell.matchAll(/`\/([a-z]+)/g)].map(([, command = ""]) => command)
    );
    const known = new Set([...COMMANDS.keys()]);
    assert.deepEqual([...known].filter((command) => !named.includes(command)), []);
    assert.deepEqual(named.filter((command) => !known.has(command) && command !== "command"), []);
  });
}
