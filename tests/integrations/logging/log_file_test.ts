/** The log of a conversation in the terminal, which must not grow for ever. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CHAT_LOG, openLogFile } from "../../../src/integrations/logging/log_file.ts";
import { modeOf, temporaryFolder } from "../../support/temporary_folder.ts";

Deno.test("openLogFile goes on with a small log, and empties a large one", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, CHAT_LOG);
  const write = async (line: string): Promise<void> => {
    using file = await openLogFile(path);
    file.write(line);
  };
  await write("first\n");
  await write("second\n");
  assert.equal(await Deno.readTextFile(path), "first\nsecond\n");
  if (Deno.build.os !== "windows") assert.equal(await modeOf(path), 0o600);

  await Deno.writeTextFile(path, "x".repeat(1_000_000));
  await write("third\n");
  assert.equal((await Deno.stat(path)).size, 1_000_006, "as large as it may be");
  await write("fourth\n");
  assert.equal(await Deno.readTextFile(path), "fourth\n");
});
