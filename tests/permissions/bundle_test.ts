/**
 * In a compiled program a dynamic `import()` of a file on disk passes by the permissions, so that
 * none with a computed target may be left in what is shipped, the libraries included.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import plugin from "../../lint/project_rules.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const RULE = "project/no-computed-import";

for (
  const entry of [
    "main.ts",
    "src/cli/command_worker.ts",
    "src/cli/launch/configuration_worker.ts",
    "src/supervisor/bot_worker.ts",
    "src/supervisor/broker_worker.ts",
    "src/supervisor/chat_worker.ts",
    "src/supervisor/spawner_worker.ts",
  ]
) {
  Deno.test(`the bundle of ${entry} imports nothing by a computed name`, async () => {
    const source = await bundled(join(ROOT, entry));
    assert.ok(source.length > 1_000, "the bundle is there");
    assert.deepEqual(computedImports(source), []);
  });
}

Deno.test("a planted computed import is found in the bundle", async () => {
  await using folder = await temporaryFolder();
  const planted = join(folder.path, "planted.ts");
  const entry = join(folder.path, "entry.ts");
  const text = "export const load = (name: string): Promise<unknown> => import(name);\n";
  await Deno.writeTextFile(planted, text);
  await Deno.writeTextFile(entry, 'import { load } from "./planted.ts";\nawait load("./x.ts");\n');
  assert.deepEqual(computedImports(await bundled(entry)), ["import(name)"]);
});

function computedImports(source: string): string[] {
  return Deno.lint.runPlugin(plugin, "bundle.js", source)
    .filter(({ id }) => id === RULE)
    .map(({ range: [from, to] }) => source.slice(from, to));
}

async function bundled(entry: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "deno", entry],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return decoder.decode(stdout);
}
