/** Every block of shell commands in the documents is run, or its reason not to be is written down. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { denoFolder } from "../support/deno_folder.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { documents, ROOT, type ShellBlock, shellBlocks } from "./documents.ts";
import { BLOCKS, type Held } from "./shell_blocks.ts";

/** What the documents call `npx -y deno@…` is the Deno that runs this test, in this repository. */
const NPX = `#!/bin/sh
[ "$1" = -y ] && [ "$2" = "deno@${Deno.version.deno}" ] || exit 64
shift 2
cd '${ROOT.pathname}' && exec '${Deno.execPath()}' "$@"
`;

const BLOCKS_FOUND = (await documents()).flatMap(shellBlocks);

for (const block of BLOCKS_FOUND) {
  const [first = ""] = block.text.split("\n").filter((line) => !line.startsWith("#"));
  Deno.test(`${block.path}: ${first.slice(0, 70)}`, async () => await hold(block, heldOf(block)));
}

Deno.test("no entry is left for a block that was removed", () => {
  const unused = [...BLOCKS.keys()].filter((part) =>
    !BLOCKS_FOUND.some(({ text }) => text.includes(part))
  );
  assert.deepEqual(unused, []);
});

function heldOf({ path, text }: ShellBlock): Held {
  const entry = [...BLOCKS].find(([part]) => text.includes(part));
  assert.ok(entry !== undefined, `tests/docs/shell_blocks.ts does not know, in ${path}:\n${text}`);
  return entry[1];
}

async function hold(block: ShellBlock, held: Held): Promise<void> {
  await syntax(block);
  if (held.by === "test") await Deno.lstat(new URL(held.file, ROOT));
  if (held.by === "run") await run(block, held.leaves ?? []);
}

async function syntax({ text }: ShellBlock): Promise<void> {
  const { success, stderr } = await new Deno.Command("bash", { args: ["-n", "-c", text] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function run({ text }: ShellBlock, leaves: readonly string[]): Promise<void> {
  await using home = await temporaryFolder();
  await furnish(home.path);
  const { success, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-e", "-u", "-c", text],
    cwd: home.path,
    clearEnv: true,
    env: {
      HOME: home.path,
      PATH: `${join(home.path, "bin")}:${Deno.env.get("PATH") ?? ""}`,
      DENO_DIR: denoFolder(),
      TELEGRAM_BOT_TOKEN: "7000000001:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr",
    },
  }).output();
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  assert.ok(success, said);
  for (const path of leaves) await Deno.lstat(join(home.path, path));
}

/** A home in which the program was set up once. */
async function furnish(home: string): Promise<void> {
  const state = join(home, ".codex-orchestrator");
  await Deno.mkdir(state);
  await Deno.writeTextFile(join(state, ".env"), "");
  await Deno.writeTextFile(join(state, "conf.toml"), "[telegram]\nallowed_users = [1]\n");
  await Deno.mkdir(join(home, "bin"));
  await writeProgram(join(home, "bin", "npx"), NPX);
}
