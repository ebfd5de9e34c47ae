import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "./temporary_folder.ts";
import { removeTornFiles } from "./torn_coverage.ts";

Deno.test("removeTornFiles() removes what is empty or cut off, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const files = { "a.json": '{"url":"x"}', "b.json": "", "c.json": '{"url":', "d.txt": "" };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(folder.path, name), text);
  }
  assert.deepEqual((await removeTornFiles(folder.path)).sort(), ["b.json", "c.json"]);
  const left = await Array.fromAsync(Deno.readDir(folder.path), ({ name }) => name);
  assert.deepEqual(left.sort(), ["a.json", "d.txt"]);
});
