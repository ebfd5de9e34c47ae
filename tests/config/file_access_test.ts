import assert from "node:assert/strict";
import { readEnvironment } from "../../src/config/environment.ts";
import { ConfigError } from "../../src/config/errors.ts";
import { readTextFile } from "../../src/config/file_access.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("readTextFile takes UTF-8 as it is, its mark too, and refuses other encodings", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/conf.toml`;
  await Deno.writeFile(path, bytesOf("\ufeff한글\r\n"));
  assert.deepEqual(await readTextFile(path), { ok: true, text: "\ufeff한글\r\n" });
  const utf16 = new Uint8Array([0xff, 0xfe, 0x5b, 0]);
  const korean = new Uint8Array([...bytesOf('folder = "'), 0xc7, 0xd1, ...bytesOf('"\n')]);
  for (const bytes of [utf16, korean]) {
    await Deno.writeFile(path, bytes);
    const reason = "it is no UTF-8 text (save it as UTF-8)";
    assert.deepEqual(await readTextFile(path), { ok: false, reason, missing: false });
  }
});

Deno.test({
  name: "what never ends is not read to its end, and a pipe without a writer not at all",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using folder = await temporaryFolder();
    const pipe = `${folder.path}/pipe`;
    await new Deno.Command("mkfifo", { args: [pipe] }).output();
    const refused = await Promise.all([pipe, "/dev/zero"].map(readTextFile));
    assert.deepEqual(refused.map((file) => file.ok ? "read" : file.reason), [
      "it is a pipe, and no file",
      "it is larger than 10 MB",
    ]);
    const process = { variables: { HOME: folder.path }, workingDirectory: folder.path };
    await assert.rejects(readEnvironment(process, { file: "/dev/zero" }), ConfigError);
  },
});
