/**
 * The bundle as a process, with the permissions of the executable: what an executable runs, but for
 * the runtime around it, which needs a download.
 */
import assert from "node:assert/strict";
import { join, posix } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { bundle } from "../../release/bundle.ts";
import { Stage } from "../e2e/stage.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { ROOT } from "./building.ts";

Deno.test("the bundled program answers and ends as asked", async () => {
  await using folder = await temporaryFolder();
  const place = join(folder.path, "bundle");
  const files = await bundle({ root: ROOT, folder: place, variables: Deno.env.toObject() });
  await assertReferences(place, files);
  // Compiled in, otherwise.
  await Deno.writeTextFile(
    join(place, "deno.json"),
    JSON.stringify({ unstable: manifest.unstable }),
  );
  const entry = join(place, "main.js");
  await using stage = await Stage.set({ codex: "none", backend: "echo", entry });
  const program = await stage.start();
  await stage.ask("/mode single", /mode is single/);
  await stage.ask("which words come back?", /which words come back\?/);
  assert.equal(await program.stop(), 0);
});

/** The launcher starts two workers, and the relauncher one of them again. */
async function assertReferences(folder: string, files: readonly string[]): Promise<void> {
  const references: string[] = [];
  for (const file of files) {
    const text = await Deno.readTextFile(join(folder, file));
    for (
      const [, address = ""] of text.matchAll(/new URL\("([^"]+\.[jt]s)",import\.meta\.url\)/g)
    ) {
      references.push(posix.join(posix.dirname(file), address));
    }
  }
  assert.deepEqual(references.sort(), [
    "src/supervisor/application_worker.js",
    "src/supervisor/relaunch_worker.js",
  ]);
  assert.ok(references.every((reference) => files.includes(reference)), files.join());
}
