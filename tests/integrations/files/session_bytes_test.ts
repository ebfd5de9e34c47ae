import assert from "node:assert/strict";
import { SessionFiles } from "../../../src/integrations/files/session_files.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";

Deno.test("a session file with bytes that are no text is set aside, with every byte", async () => {
  await using temporary = await temporaryFolder();
  const bytes = new TextEncoder().encode('{"history": [{"role": "user", "content": "?"}]}');
  bytes[bytes.indexOf(0x3f)] = 0xff;
  await Deno.writeFile(`${temporary.path}/1-2.json`, bytes);
  const store = new SessionFiles({
    folder: temporary.path,
    defaultProfile: "default",
    redact: (text) => text,
    clock: new FakeClock(),
    log: new RecordingLog(),
  });

  const { session, setAside } = await store.read({ chatId: "1", userId: "2" });

  assert.deepEqual(session.history, []);
  assert.deepEqual(await Deno.readFile(`${temporary.path}/${setAside}`), bytes);
});
