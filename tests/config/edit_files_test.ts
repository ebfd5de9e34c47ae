import assert from "node:assert/strict";
import { changedLines, withSettings, withVariable } from "../../src/config/edit_files.ts";
import { TEMPLATE } from "../../src/config/example.ts";
import { parseConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { environmentOf } from "./environments.ts";

const USERS = { table: "telegram", key: "allowed_users", value: [1, 2] } as const;
const FOLDER = { table: "codex", key: "agent_working_directory" } as const;

Deno.test("the template with its values filled in loads without a warning", async () => {
  await using home = await temporaryFolder();
  const folder = `${home.path}/a b/한글`;
  await Deno.mkdir(folder, { recursive: true });
  const text = withSettings(TEMPLATE, [USERS, { ...FOLDER, value: folder }]) ?? "";
  const config = await parseConfig(text, {
    path: `${home.path}/conf.toml`,
    environment: environmentOf(home.path),
  });
  assert.deepEqual(config.telegram.allowedUsers, [1, 2]);
  assert.deepEqual(config.warnings, []);
  assert.deepEqual(changedLines(TEMPLATE, text), {
    removed: ["allowed_users = []", '#agent_working_directory = "~/projects/example"'],
    added: ["allowed_users = [1, 2]", `agent_working_directory = "${folder}"`],
  });
});

for (
  const [name, before, after] of [
    [
      "a key",
      "[telegram]\nallowed_users = [9] # me\nx = 1\n",
      "[telegram]\nallowed_users = [1, 2]\nx = 1\n",
    ],
    [
      "a table without the key",
      "# hi\n[telegram]\nx = 1",
      "# hi\n[telegram]\nallowed_users = [1, 2]\nx = 1",
    ],
    [
      "a list over several lines",
      "[telegram]\nallowed_users = [ # us\n  1, # Ann\n  9,\n]\n# more\nx = 1\n",
      "[telegram]\nallowed_users = [1, 2]\n# more\nx = 1\n",
    ],
    [
      "a list with a list after it",
      "[telegram]\nallowed_users = [\n1]\nallowed_chats = [\n-1]",
      "[telegram]\nallowed_users = [1, 2]\nallowed_chats = [\n-1]",
    ],
    [
      "a list over several lines that end as on Windows",
      "[telegram]\r\nallowed_users = [\r\n  9,\r\n]\r\nx = 1\r\n",
      "[telegram]\r\nallowed_users = [1, 2]\r\nx = 1\r\n",
    ],
    ["no table", "a = 1\n", "a = 1\n\n[telegram]\nallowed_users = [1, 2]\n"],
    ["nothing", "", "[telegram]\nallowed_users = [1, 2]\n"],
    [
      "the same key of another table",
      "[x]\nallowed_users = 1\n[telegram]\n[telegram.polling]\nallowed_users = 2\n",
      "[x]\nallowed_users = 1\n[telegram]\nallowed_users = [1, 2]\n[telegram.polling]\nallowed_users = 2\n",
    ],
  ] as const
) {
  Deno.test(`withSettings() changes ${name} and nothing else`, () => {
    assert.equal(withSettings(before, [USERS]), after);
  });
}

for (
  const [name, text] of [
    ["a dotted key", "telegram.allowed_users = [1]\n"],
    ["a table within braces", "telegram = { allowed_users = [1] }\n"],
    ["a header inside of a text", 'x = """\n[telegram]\n"""\n'],
    ["what is not TOML", "[telegram\n"],
  ] as const
) {
  Deno.test(`withSettings() does not touch ${name}`, () => {
    assert.equal(withSettings(text, [USERS]), undefined);
  });
}

for (
  const text of [
    "[telegram]\nallowed_users = [1, 2] # Ann, Bob\n",
    "[telegram]\nallowed_users = [\n  1, # Ann\n  2, # Bob\n]\n",
    "telegram.allowed_users = [1,2]\n",
    "telegram = { allowed_users = [1, 2] }\n",
  ]
) {
  Deno.test(`withSettings() leaves what says so already: ${JSON.stringify(text)}`, () => {
    assert.equal(withSettings(text, [USERS]), text);
  });
}

for (
  const [before, after] of [
    ["", "A=1\n"],
    ["B=2", "B=2\nA=1\n"],
    ["# x\nA=old\nB=2\n", "# x\nA=1\nB=2\n"],
    ["B=2\r\nA=old\r\n", "B=2\r\nA=1\r\n"],
    ["B=2\r\n", "B=2\r\nA=1\r\n"],
    ["B=2\r\nC=3\n", "B=2\r\nC=3\nA=1\n"],
    ["export A='old'\nAA=3\nA=older\n", "A=1\nAA=3\n"],
  ] as const
) {
  Deno.test(`withVariable() makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`, () => {
    assert.equal(withVariable(before, "A", "1"), after);
  });
}
