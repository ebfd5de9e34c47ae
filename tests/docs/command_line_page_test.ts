/** docs/command-line.md shows what the commands print, to the letter. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { EXIT_CODE_MEANINGS } from "../../src/supervisor/exit_codes.ts";
import { commandLine } from "../support/command_line.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { ROOT } from "./documents.ts";

const CONF =
  '[telegram]\nallowed_users = [123456789]\n[codex]\ncommand = "/usr/local/bin/codex"\nagent_working_directory = "/"\n';
/** Whose home the page shows. */
const SHOWN_HOME = "/home/ann";

const text = await Deno.readTextFile(new URL("docs/command-line.md", ROOT));
const shown = [...text.matchAll(/^```\n\$ codex-orchestrator ?(.*)\n([\s\S]*?)^```$/gm)];

Deno.test("docs/command-line.md shows the program's help and its permissions", () => {
  const commands = shown.map(([, command]) => command);
  assert.deepEqual(commands, ["--help", "trace report --help", "permissions"]);
});

for (const [, command = "", printed = ""] of shown) {
  Deno.test(`docs/command-line.md: ${command} prints what is shown`, async () => {
    await using folder = await temporaryFolder();
    const state = join(folder.path, ".codex-orchestrator");
    await Deno.mkdir(state);
    await Deno.writeTextFile(join(state, "conf.toml"), CONF, { mode: 0o600 });
    const { code, output, errors } = await commandLine(command.split(" "), {
      home: folder.path,
      variables: { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "en_US.UTF-8" },
    });
    assert.deepEqual([code, errors], [0, ""]);
    const here = output.replaceAll(folder.path, SHOWN_HOME).replaceAll(/ +$/gm, "");
    assert.equal(printed, here);
  });
}

Deno.test("the exit codes in README.md are those of the program", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const rows = [...readme.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)];
  assert.deepEqual(rows.map(([, code, meaning]) => [Number(code), meaning]), EXIT_CODE_MEANINGS);
});
