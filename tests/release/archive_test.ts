import assert from "node:assert/strict";
import { join } from "node:path";
import { crc32, inflateRawSync } from "node:zlib";
import { type ArchivedFile, tarGz, zip } from "../../release/archive.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { run } from "./building.ts";

const FILES: readonly ArchivedFile[] = [
  {
    name: "folder/program",
    content: crypto.getRandomValues(new Uint8Array(1_537)),
    executable: true,
  },
  { name: "folder/LICENSE", content: new TextEncoder().encode("free\n"), executable: false },
  { name: "folder/empty", content: new Uint8Array(), executable: false },
];

Deno.test("tarGz writes archives that tar unpacks, with modes and without time or user", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeFile(join(folder.path, "a.tar.gz"), tarGz(FILES));
  const listed = await run("tar", ["-tvzf", "a.tar.gz", "--utc"], { folder: folder.path });
  assert.deepEqual(listed.stdout.trim().split("\n").map((line) => line.replaceAll(/ +/g, " ")), [
    "-rwxr-xr-x 0/0 1537 1980-01-01 00:00 folder/program",
    "-rw-r--r-- 0/0 5 1980-01-01 00:00 folder/LICENSE",
    "-rw-r--r-- 0/0 0 1980-01-01 00:00 folder/empty",
  ]);
  const unpacked = await run("tar", ["-xzf", "a.tar.gz"], { folder: folder.path });
  assert.equal(unpacked.code, 0, unpacked.stderr);
  for (const { name, content } of FILES) {
    assert.deepEqual(await Deno.readFile(join(folder.path, name)), content);
  }
});

Deno.test("zip writes a directory that lists each file, with modes", () => {
  const archive = zip(FILES);
  assert.deepEqual(
    entriesOf(archive),
    FILES.map(({ name, content, executable }) => ({
      name,
      content,
      mode: executable ? 0o755 : 0o644,
    })),
  );
});

Deno.test("zip archives are reproducible: every file is dated 1980-01-01", () => {
  const archive = zip(FILES);
  // Behind the signature, the version, the flags and the method.
  const [timeAt, dateAt] = [10, 12];
  const view = new DataView(archive.buffer, archive.byteOffset);
  assert.equal(view.getUint16(timeAt, true), 0);
  assert.equal(view.getUint16(dateAt, true), (0 << 9) | (1 << 5) | 1);
});

/** Read from the end, as the format wants it. */
function entriesOf(archive: Uint8Array): readonly unknown[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - 22;
  assert.equal(view.getUint32(end, true), 0x06054b50);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  assert.equal(at + view.getUint32(end + 12, true), end);
  return Array.from({ length: count }, () => {
    assert.equal(view.getUint32(at, true), 0x02014b50);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    assert.equal(view.getUint32(local, true), 0x04034b50);
    const data = local + 30 + view.getUint16(local + 26, true);
    const content = inflateRawSync(archive.slice(data, data + view.getUint32(at + 20, true)));
    assert.equal(content.length, view.getUint32(at + 24, true));
    assert.equal(crc32(content), view.getUint32(at + 16, true));
    const name = new TextDecoder().decode(archive.subarray(at + 46, at + 46 + nameLength));
    const mode = (view.getUint32(at + 38, true) >>> 16) & 0o777;
    at += 46 + nameLength;
    return { name, content: new Uint8Array(content), mode };
  });
}
