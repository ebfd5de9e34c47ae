import assert from "node:assert/strict";
import { writeFileAtomically } from "../../../src/integrations/files/atomic_write.ts";
import { ensurePrivateFolder } from "../../../src/integrations/files/folders.ts";
import { modeOf, namesIn, temporaryFolder } from "../../support/temporary_folder.ts";

Deno.test("writeFileAtomically replaces a file and leaves nothing beside it", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a.json`;
  await Deno.writeTextFile(path, "old", { mode: 0o644 });
  await writeFileAtomically(path, "new ✓");
  assert.equal(await Deno.readTextFile(path), "new ✓");
  assert.equal(await modeOf(path), 0o600);
  assert.deepEqual(namesIn(folder.path), ["a.json"]);
});

Deno.test("writeFileAtomically leaves the target and no rest when it fails", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/taken`;
  await Deno.mkdir(`${path}/inner`, { recursive: true });
  await assert.rejects(writeFileAtomically(path, "x"));
  assert.deepEqual(namesIn(folder.path), ["taken"]);
});

Deno.test("writeFileAtomically called at once for one path ends with one whole text", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  const texts = ["a", "b", "c"].map((letter) => letter.repeat(200_000));
  await Promise.all(texts.map((text) => writeFileAtomically(path, text)));
  assert.ok(texts.includes(await Deno.readTextFile(path)));
  assert.deepEqual(namesIn(folder.path), ["a"]);
});

Deno.test("ensurePrivateFolder closes a folder that was open to others", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/state`;
  await Deno.mkdir(path, { mode: 0o755 });
  await ensurePrivateFolder(path);
  assert.equal(await modeOf(path), 0o700);
  await ensurePrivateFolder(`${path}/a/b`);
  assert.equal(await modeOf(`${path}/a/b`), 0o700);
});
