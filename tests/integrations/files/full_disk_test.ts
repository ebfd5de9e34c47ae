import assert from "node:assert/strict";
import { UserFacingError } from "../../../src/core/errors.ts";
import { createRedactor } from "../../../src/core/redaction/redact.ts";
import type { StageTrace } from "../../../src/core/run/trace.ts";
import { writeFileAtomically } from "../../../src/integrations/files/durable_files.ts";
import { SessionFiles } from "../../../src/integrations/files/session_files.ts";
import { TraceFiles } from "../../../src/integrations/traces/trace_files.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { smallDisk, smallDiskTest, testInNamespace } from "../../support/small_disk.ts";
import { namesIn } from "../../support/temporary_folder.ts";

await testInNamespace(import.meta.url);

const KEY = { chatId: "1", userId: "2" };
const PAGE = 4096;

function sessionsIn(folder: string): SessionFiles {
  return new SessionFiles({
    folder,
    defaultProfile: "default",
    redact: (text) => text,
    clock: new FakeClock(),
    log: new RecordingLog(),
  });
}

function isFull(error: unknown): boolean {
  return error instanceof UserFacingError && /the disk is full$/.test(error.message) &&
    error.remedy === "Free some space";
}

smallDiskTest(
  "SessionFiles.change() on a full disk leaves the file as it is and nothing beside it",
  async () => {
    await using disk = await smallDisk();
    const folder = `${disk.path}/sessions`;
    const sessions = sessionsIn(folder);
    const long = { role: "user", content: "x".repeat(3 * PAGE) } as const;
    await sessions.change(KEY, (session) => ({ ...session, history: [long] }));
    const before = await Deno.readFile(`${folder}/1-2.json`);
    for (const pages of [0, 1, 2]) {
      await disk.fill(pages * PAGE);
      const change = sessions.change(KEY, (session) => ({ ...session, mode: "single" }));
      await assert.rejects(change, isFull, `${pages} pages free`);
      assert.deepEqual(await Deno.readFile(`${folder}/1-2.json`), before);
      assert.deepEqual(namesIn(folder), ["1-2.json"]);
      assert.equal((await sessions.read(KEY)).session.mode, "plan");
      await disk.free();
    }
    assert.equal(
      (await sessions.change(KEY, (each) => ({ ...each, mode: "single" }))).mode,
      "single",
    );
  },
);

smallDiskTest(
  "SessionFiles on a read-only disk goes on reading and says why it cannot write",
  async () => {
    await using disk = await smallDisk();
    const sessions = sessionsIn(`${disk.path}/sessions`);
    const toSingle = (): Promise<unknown> =>
      sessions.change(KEY, (session) => ({ ...session, mode: "single" }));
    await sessions.change(KEY, (session) => session);
    await disk.remount("ro");
    await assert.rejects(toSingle(), /FileError: Cannot write .*: the disk is read-only/);
    assert.equal((await sessions.read(KEY)).session.mode, "plan");
    await disk.remount("rw");
    await toSingle();
    assert.equal((await sessions.read(KEY)).session.mode, "single");
  },
);

smallDiskTest(
  "writeFileAtomically on a full disk leaves no empty file where there was none",
  async () => {
    await using disk = await smallDisk();
    await disk.fill();
    await assert.rejects(writeFileAtomically(`${disk.path}/a`, "text"));
    assert.deepEqual(namesIn(disk.path), ["ballast"]);
  },
);

const RECORD: StageTrace = {
  schema_version: 2,
  type: "stage",
  timestamp: "2026-01-02T03:04:05.000Z",
  run_id: "",
  session_id: "tg:1:2",
  mode: "plan",
  stage: "planner",
  round: 0,
  result: "completed",
  started_at: "2026-01-02T23:59:59.994Z",
  model: null,
  reasoning_effort: null,
  thread_id: null,
  checklist: [],
  changes: [],
  latency_ms: 5,
  tokens: null,
  error_message: null,
};

smallDiskTest(
  "TraceFiles on a full disk complains once, leaves no half line and goes on later",
  async () => {
    await using disk = await smallDisk();
    const log = new RecordingLog();
    const traces = new TraceFiles({
      folder: `${disk.path}/traces`,
      keepDays: 30,
      redactor: createRedactor({ secrets: [] }),
      clock: new FakeClock(),
      log,
    });
    const write = async (run_id: string, error_message: string | null = null): Promise<void> => {
      traces.write({ ...RECORD, run_id, error_message });
      await traces.flush();
    };
    await write("first");
    await disk.fill(PAGE);
    for (const run_id of ["lost 1", "lost 2"]) await write(run_id, "x".repeat(5 * PAGE));
    await write("small enough");
    await disk.free();
    await write("last");
    const text = await Deno.readTextFile(`${disk.path}/traces/2026-01-02.jsonl`);
    const ids = text.trimEnd().split("\n").map((line): unknown => JSON.parse(line).run_id);
    assert.deepEqual(ids, ["first", "small enough", "last"]);
    assert.deepEqual(log.lines.map(({ message }) => message), ["trace.write-failed"]);
    assert.match(JSON.stringify(log.lines[0]?.fields), /Cannot write .*the disk is full/);
  },
);

smallDiskTest("TraceFiles.prune() on a read-only disk says what it cannot delete", async () => {
  await using disk = await smallDisk();
  const log = new RecordingLog();
  const folder = `${disk.path}/traces`;
  const redactor = createRedactor({ secrets: [] });
  const traces = new TraceFiles({ folder, keepDays: 1, redactor, clock: new FakeClock(), log });
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/2020-01-01.jsonl`, "");
  await disk.remount("ro");
  await traces.prune();
  assert.deepEqual(log.lines.map(({ message }) => message), ["trace.delete-failed"]);
  await disk.remount("rw");
  await traces.prune();
  assert.deepEqual(namesIn(folder), []);
});
