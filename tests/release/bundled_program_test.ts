/**
 * The bundle as a process, with the permissions of the executable: what an executable runs, but for
 * the runtime around it, which needs a download.
 */
import assert from "node:assert/strict";
import { join, posix } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { bundle } from "../../release/bundle.ts";
import { permissionFlags } from "../../release/executable.ts";
import { smoke } from "../../release/smoke.ts";
import { ASSETS } from "../../src/demo/page/assets.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { writeProgram } from "../support/write_program.ts";
import { ROOT } from "./building.ts";

const variables = Deno.env.toObject();

Deno.test("the bundled program passes the smoke test of executables", async () => {
  await using folder = await temporaryFolder();
  const place = join(folder.path, "bundle");
  const files = await bundle({ root: ROOT, folder: place, variables });
  await assertReferences(place, files);
  const printed: string[] = [];
  const executable = await asExecutable(place);
  await smoke({ executable, variables, print: (text) => void printed.push(text) });
  assert.equal(printed.length, 7);
});

Deno.test("smoke shows the answer of a wrong program", async () => {
  await assert.rejects(smoke({ executable: "/bin/echo", variables, print: () => {} }), {
    name: "UserFacingError",
    message:
      /^Cannot accept the executable: --version was answered wrongly, with exit code 0 and\n/,
  });
});

/** A script that starts the bundle with what is compiled into an executable. */
async function asExecutable(folder: string): Promise<string> {
  const settings = JSON.stringify({ unstable: manifest.unstable });
  await Deno.writeTextFile(join(folder, "deno.json"), settings);
  const words = [Deno.execPath(), "run", ...permissionFlags(), "--deny-import"];
  const path = join(folder, "codex-orchestrator");
  const text = `#!/bin/sh\nexec ${words.join(" ")} "${join(folder, "main.js")}" "$@"\n`;
  await writeProgram(path, text);
  return path;
}

/** Every worker that is started is in the bundle. */
async function assertReferences(folder: string, files: readonly string[]): Promise<void> {
  const references: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(join(folder, file));
    for (const [, address = ""] of text.matchAll(/(?:from|import)\s?\(?"(\.[^"]+\.js)"/g)) {
      // Scripts of the demo's page are texts in its worker.
      if (ASSETS.has(posix.basename(address))) continue;
      const imported = posix.join(posix.dirname(file), address);
      assert.ok(files.includes(imported), `${file} imports ${address}`);
    }
    for (
      const [, address = ""] of text.matchAll(/new URL\("([^"]+\.[jt]s)",import\.meta\.url\)/g)
    ) {
      references.push(posix.join(posix.dirname(file), address));
    }
  }
  assert.deepEqual(references.sort(), [
    "src/cli/command_worker.js",
    "src/cli/demo/demo_worker.js",
    "src/cli/launch/configuration_worker.js",
    "src/supervisor/bot_worker.js",
    "src/supervisor/broker_worker.js",
    "src/supervisor/chat_worker.js",
    "src/supervisor/spawner_worker.js",
  ]);
  assert.ok(references.every((reference) => files.includes(reference)), files.join());
}
