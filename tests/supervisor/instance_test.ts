import assert from "node:assert/strict";
import { join } from "node:path";
import { UserFacingError } from "../../src/core/errors.ts";
import { lockInstance, runningInstance } from "../../src/supervisor/instance.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { modeOf, temporaryFolder } from "../support/temporary_folder.ts";

Deno.test("lockInstance refuses a second instance and says who holds the lock", async () => {
  await using folder = await temporaryFolder();
  const log = new RecordingLog();
  using _lock = await lockInstance(folder.path, { pid: 4711, log });
  const path = join(folder.path, "instance.lock");
  assert.equal(await Deno.readTextFile(path), "4711\n");
  assert.equal(await modeOf(path), 0o600);
  await assert.rejects(lockInstance(folder.path, { pid: 4712, log }), (error) => {
    assert.ok(error instanceof UserFacingError);
    assert.match(error.message, /^Cannot start: .* is running already \(process 4711\) with the/);
    assert.ok(error.message.endsWith(folder.path));
    assert.match(error.remedy ?? "", /`kill 4711`/);
    return true;
  });
  assert.equal(await Deno.readTextFile(path), "4711\n");
  assert.deepEqual(log.lines, []);
});

Deno.test("lockInstance takes a released lock, also while other programs are started", async () => {
  await using folder = await temporaryFolder();
  const log = new RecordingLog();
  // On another thread, as here nothing else happens between a fork and its exec.
  const source = `
    for (let start = 0; start < 60; start++) new Deno.Command("true").outputSync();
    postMessage("done"); close();`;
  const starting = new Worker(`data:text/javascript,${encodeURIComponent(source)}`, {
    type: "module",
  });
  let done = false;
  starting.addEventListener("message", () => done = true);
  for (let pid = 1; !done; pid++) {
    const lock = await lockInstance(folder.path, { pid, log });
    lock[Symbol.dispose]();
    assert.equal(await runningInstance(folder.path), undefined);
  }
});

Deno.test("lockInstance takes over the lock of a killed process", async () => {
  await using folder = await temporaryFolder();
  const holder = new URL("./programs/holds_lock.ts", import.meta.url).pathname;
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", holder, folder.path],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  const log = new RecordingLog();
  await assert.rejects(
    lockInstance(folder.path, { pid: 1, log }),
    new RegExp(`process ${child.pid}`),
  );
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  using _lock = await lockInstance(folder.path, { pid: 1, log });
  assert.equal(await Deno.readTextFile(join(folder.path, "instance.lock")), "1\n");
});

Deno.test("lockInstance goes on with a warning where no file can be made", async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, "file");
  await Deno.writeTextFile(file, "");
  const log = new RecordingLog();
  using _lock = await lockInstance(file, { pid: 1, log });
  assert.deepEqual(log.lines.map(({ level, message }) => [level, message]), [
    ["warn", "instance.not-locked"],
  ]);
});
