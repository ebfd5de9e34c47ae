import assert from "node:assert/strict";
import {
  ensurePrivateFolder,
  removeRemains,
  temporaryPathFor,
  writeFileAtomically,
} from "../../../src/integrations/files/durable_files.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { noteDiskWrites } from "../../support/disk_writes.ts";
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

Deno.test("writeFileAtomically brings the text to disk before it gives it the name, and then the name", async () => {
  await using folder = await temporaryFolder();
  using disk = noteDiskWrites();
  await writeFileAtomically(`${folder.path}/a.json`, "new");
  assert.deepEqual(disk.noted, ["file of 3 bytes", "renamed to a.json", "folder"]);
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

Deno.test("writeFileAtomically replaces a link and leaves alone what it points to", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/target`, "kept");
  await Deno.symlink(`${folder.path}/target`, `${folder.path}/a`);
  await writeFileAtomically(`${folder.path}/a`, "new");
  assert.equal(await Deno.readTextFile(`${folder.path}/target`), "kept");
  assert.ok((await Deno.lstat(`${folder.path}/a`)).isFile);
});

Deno.test("removeRemains removes what crashes have left, once it is a day old, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const now = new Date("2026-01-10T12:00:00Z");
  const dayOld = new Date("2026-01-09T11:59:00Z");
  const remains = (letter: string): string =>
    `.1-2.json.${letter.repeat(8)}-0000-4000-8000-000000000000.tmp`;
  const kept = ["1-2.json", ".1-2.json.tmp", ".hidden", `${remains("a")}.txt`];
  for (const name of [...kept, remains("b")]) {
    await Deno.writeTextFile(`${folder.path}/${name}`, "x");
    await Deno.utime(`${folder.path}/${name}`, dayOld, dayOld);
  }
  await Deno.writeTextFile(`${folder.path}/${remains("c")}`, "being written");
  await Deno.utime(`${folder.path}/${remains("c")}`, now, now);
  await Deno.symlink(`${folder.path}/1-2.json`, `${folder.path}/${remains("d")}`);
  const log = new RecordingLog();
  await removeRemains(folder.path, { clock: new FakeClock(now), log });
  assert.deepEqual(namesIn(folder.path), [...kept, remains("c"), remains("d")].sort());
  assert.deepEqual(log.lines, []);
});

Deno.test("removeRemains recognises what writeFileAtomically leaves when it is killed", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/1-2.json`;
  await writeFileAtomically(path, "x");
  await Deno.writeTextFile(temporaryPathFor(path), "half");
  const clock = new FakeClock(new Date(Date.now() + 25 * 60 * 60 * 1000));
  await removeRemains(folder.path, { clock, log: new RecordingLog() });
  assert.deepEqual(namesIn(folder.path), ["1-2.json"]);
});

Deno.test("removeRemains of a folder that is not there does nothing", async () => {
  const log = new RecordingLog();
  await removeRemains("/nowhere/at/all", { clock: new FakeClock(), log });
  assert.deepEqual(log.lines, []);
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

Deno.test("ensurePrivateFolder says what stands in the way, here and further up", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/file`;
  const link = `${folder.path}/link`;
  await Deno.writeTextFile(file, "");
  await Deno.symlink(`${folder.path}/gone`, link);
  await assert.rejects(ensurePrivateFolder(file), /file is a file, where a folder is needed$/);
  await assert.rejects(ensurePrivateFolder(`${file}/a/b`), /file is a file, where a folder/);
  await assert.rejects(ensurePrivateFolder(link), /link is a link that leads nowhere$/);
  await assert.rejects(ensurePrivateFolder(`${link}/a`), /link is a link that leads nowhere$/);
});
