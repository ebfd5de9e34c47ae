import assert from "node:assert/strict";
import { createRedactor } from "../../src/core/redaction/redact.ts";
import { CrashRecord, crashRecordPath, readCrashes } from "../../src/supervisor/crash_record.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { modeOf, temporaryFolder } from "../support/temporary_folder.ts";

const redactor = createRedactor({ secrets: ["hunter2hunter2"] });
const parts = { pid: 7, clock: new FakeClock(), log: new RecordingLog(), redactor };
const at = parts.clock.now().toISOString();

Deno.test("a crash is on disk for the next start, readable by its owner only", async () => {
  await using folder = await temporaryFolder();
  {
    await using record = await CrashRecord.open(folder.path, parts);
    record.note({ how: "restarted", reason: "first line\nsecond line" });
    record.note({ how: "gave-up", code: 70, reason: "x".repeat(1_000) });
  }
  assert.deepEqual(await readCrashes(folder.path), {
    crashes: [
      { at, how: "restarted", reason: "first line" },
      { at, how: "gave-up", code: 70, reason: "x".repeat(300) },
    ],
    running: undefined,
  });
  assert.equal(await modeOf(crashRecordPath(folder.path)), 0o600);
});

Deno.test("a crash is recorded with secrets masked", async () => {
  await using folder = await temporaryFolder();
  {
    await using record = await CrashRecord.open(folder.path, parts);
    record.note({ how: "restarted", reason: `${"x".repeat(290)} hunter2hunter2` });
  }
  assert.doesNotMatch(await Deno.readTextFile(crashRecordPath(folder.path)), /hunter2/);
});

Deno.test("a crash that could not be recorded is recorded by the next start", async () => {
  await using folder = await temporaryFolder();
  const running = `${JSON.stringify({ at, how: "running", pid: 6 })}\n`;
  await Deno.writeTextFile(crashRecordPath(folder.path), `{"at":"torn\n${running}`);
  assert.equal((await readCrashes(folder.path)).running?.pid, 6);
  await (await CrashRecord.open(folder.path, parts))[Symbol.asyncDispose]();
  const { crashes, running: left } = await readCrashes(folder.path);
  assert.deepEqual(crashes.map(({ how }) => how), ["unheard"]);
  assert.match(crashes[0]?.reason ?? "", /^process 6, started 2/);
  assert.equal(left, undefined);
});

Deno.test("the record keeps the last twenty crashes", async () => {
  await using folder = await temporaryFolder();
  {
    await using record = await CrashRecord.open(folder.path, parts);
    for (let count = 1; count <= 25; count++) record.note({ how: "restarted", reason: `${count}` });
  }
  const reasons = (await readCrashes(folder.path)).crashes.map(({ reason }) => reason);
  assert.deepEqual([reasons.length, reasons[0], reasons.at(-1)], [20, "6", "25"]);
});

Deno.test("a record that cannot be kept is logged and does not prevent the start", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(crashRecordPath(folder.path));
  const log = new RecordingLog();
  {
    await using record = await CrashRecord.open(folder.path, { ...parts, log });
    record.note({ how: "restarted", reason: "x" });
  }
  assert.deepEqual(log.lines.map(({ message }) => message), ["crashes.not-kept"]);
});
