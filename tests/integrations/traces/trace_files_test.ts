import assert from "node:assert/strict";
import { createRedactor } from "../../../src/core/redaction/redact.ts";
import type { StageTrace } from "../../../src/core/run/trace.ts";
import { TraceFiles } from "../../../src/integrations/traces/trace_files.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { noteDiskWrites } from "../../support/disk_writes.ts";
import {
  modeOf,
  namesIn,
  type TemporaryFolder,
  temporaryFolder,
} from "../../support/temporary_folder.ts";

const RECORD: StageTrace = {
  schema_version: 2,
  type: "stage",
  timestamp: "2026-01-02T23:59:59.999Z",
  run_id: "r1",
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
  tokens: {
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 2,
    reasoningTokens: 0,
    totalTokens: 3,
  },
  error_message: null,
};

Deno.test("write appends one line for each record, in order, for its owner alone", async () => {
  await using folder = await temporaryFolder();
  const { traces } = writerIn(folder);
  traces.write(RECORD);
  traces.write({ ...RECORD, run_id: "r2" });
  await traces.flush();
  traces.write({ ...RECORD, run_id: "r3" });
  await traces.flush();

  const path = `${folder.path}/traces/2026-01-02.jsonl`;
  assert.deepEqual(
    await recordsOf(path),
    ["r1", "r2", "r3"].map((run_id) => ({ ...RECORD, run_id })),
  );
  assert.equal(await modeOf(path), 0o600);
  assert.equal(await modeOf(`${folder.path}/traces`), 0o700);
});

Deno.test("write begins a new file with each UTC day", async () => {
  await using folder = await temporaryFolder();
  const { traces, clock } = writerIn(folder);
  traces.write(RECORD);
  await clock.advance(1);
  traces.write(RECORD);
  await traces.flush();
  assert.deepEqual(namesIn(`${folder.path}/traces`), ["2026-01-02.jsonl", "2026-01-03.jsonl"]);
});

Deno.test("write brings what has gathered to disk at once", async () => {
  await using folder = await temporaryFolder();
  using disk = noteDiskWrites();
  const { traces } = writerIn(folder);
  traces.write(RECORD);
  traces.write(RECORD);
  await traces.flush();
  const { size } = await Deno.stat(`${folder.path}/traces/2026-01-02.jsonl`);
  assert.deepEqual(disk.noted, [`file of ${size} bytes`]);
});

Deno.test("write opens the file once for the lines of a busy moment", async () => {
  await using folder = await temporaryFolder();
  const { traces, clock } = writerIn(folder);
  const path = `${folder.path}/traces/2026-01-02.jsonl`;
  // Away from the very end of the day.
  await clock.advance(-1_000);
  traces.write(RECORD);
  await traces.flush();
  for (let line = 0; line < 3; line++) {
    traces.write(RECORD);
    await settle();
  }
  assert.equal(clock.sleeping, 1, "they wait together");
  assert.equal((await recordsOf(path)).length, 1);
  await clock.advance(50);
  await traces.flush();
  assert.equal((await recordsOf(path)).length, 4);
});

Deno.test("write masks secrets", async () => {
  await using folder = await temporaryFolder();
  const { traces } = writerIn(folder);
  traces.write({ ...RECORD, error_message: "Bearer abcdef and hush-hush" });
  await traces.flush();
  const text = await Deno.readTextFile(`${folder.path}/traces/2026-01-02.jsonl`);
  assert.match(text, /"error_message":"Bearer \*\*\* and \*\*\*"/);
});

Deno.test("write begins a line of its own behind half a line of a crash", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/traces`);
  const path = `${folder.path}/traces/2026-01-02.jsonl`;
  await Deno.writeTextFile(path, '{"type":"st');
  const { traces } = writerIn(folder);
  traces.write(RECORD);
  await traces.flush();
  const [half, whole] = (await Deno.readTextFile(path)).split("\n");
  assert.equal(half, '{"type":"st');
  assert.deepEqual(JSON.parse(whole ?? ""), RECORD);
});

Deno.test("a trace that cannot be written is logged once a minute and thrown never", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/traces`, "in the way");
  const { traces, clock, log } = writerIn(folder);
  const writeOne = async (): Promise<void> => {
    traces.write(RECORD);
    await traces.flush();
  };
  await writeOne();
  await writeOne();
  assert.deepEqual(log.lines.map(({ level, message }) => [level, message]), [
    ["error", "trace.write-failed"],
  ]);
  await clock.advance(60_000);
  await writeOne();
  assert.equal(log.lines.length, 2);

  await Deno.remove(`${folder.path}/traces`);
  await writeOne();
  assert.equal(namesIn(`${folder.path}/traces`).length, 1);
});

Deno.test("a trace file that is a link is refused", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/traces`);
  await Deno.writeTextFile(`${folder.path}/target`, "");
  await Deno.symlink(`${folder.path}/target`, `${folder.path}/traces/2026-01-02.jsonl`);
  const { traces, log } = writerIn(folder);
  traces.write(RECORD);
  await traces.flush();
  assert.equal(await Deno.readTextFile(`${folder.path}/target`), "");
  assert.equal(log.lines.length, 1);
});

Deno.test("prune deletes the traces of days before the kept ones and nothing else", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/traces`;
  await Deno.mkdir(`${path}/2020-01-02.jsonl`, { recursive: true });
  await Deno.writeTextFile(`${folder.path}/target`, "kept");
  await Deno.symlink(`${folder.path}/target`, `${path}/2020-01-03.jsonl`);
  const kept = [
    "2025-12-03.jsonl",
    "2026-01-02.jsonl",
    "2027-01-01.jsonl",
    "2020-02-30.jsonl",
    "2020-01-01.jsonl.gz",
    "x2020-01-01.jsonl",
    "notes.txt",
  ];
  for (const name of [...kept, "2025-12-02.jsonl", "2019-07-01.jsonl"]) {
    await Deno.writeTextFile(`${path}/${name}`, "{}\n");
  }
  const { traces, log } = writerIn(folder);
  await traces.prune();
  assert.deepEqual(
    namesIn(path),
    [...kept, "2020-01-02.jsonl", "2020-01-03.jsonl"].sort(),
  );
  assert.equal(await Deno.readTextFile(`${folder.path}/target`), "kept");
  assert.deepEqual(log.lines, []);
});

Deno.test("prune does not follow a folder that is a link", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/elsewhere`);
  await Deno.writeTextFile(`${folder.path}/elsewhere/2019-07-01.jsonl`, "");
  await Deno.symlink(`${folder.path}/elsewhere`, `${folder.path}/traces`);
  const { traces, log } = writerIn(folder);
  await traces.prune();
  assert.deepEqual(namesIn(`${folder.path}/elsewhere`), ["2019-07-01.jsonl"]);
  assert.deepEqual(log.lines.map(({ message }) => message), ["trace.prune-failed"]);
});

Deno.test("prune of a folder that is not there does nothing", async () => {
  await using folder = await temporaryFolder();
  const { traces, log } = writerIn(folder);
  await traces.prune();
  assert.deepEqual([namesIn(folder.path), log.lines], [[], []]);
});

function writerIn(
  folder: TemporaryFolder,
): { readonly traces: TraceFiles; readonly clock: FakeClock; readonly log: RecordingLog } {
  const clock = new FakeClock(new Date("2026-01-02T23:59:59.999Z"));
  const log = new RecordingLog();
  const redactor = createRedactor({ secrets: ["hush-hush"] });
  const traces = new TraceFiles({
    folder: `${folder.path}/traces`,
    keepDays: 30,
    redactor,
    clock,
    log,
  });
  return { traces, clock, log };
}

async function recordsOf(path: string): Promise<readonly unknown[]> {
  const lines = (await Deno.readTextFile(path)).trimEnd().split("\n");
  return lines.map((line): unknown => JSON.parse(line));
}

Deno.test("two programs that write to one file at a time leave each line whole", async () => {
  await using folder = await temporaryFolder();
  const writers = [writerIn(folder), writerIn(folder)];
  for (let round = 0; round < 20; round++) {
    for (const { traces } of writers) traces.write({ ...RECORD, run_id: `r${round}` });
    await Promise.all(writers.map(({ traces }) => traces.flush()));
  }
  assert.equal((await recordsOf(`${folder.path}/traces/2026-01-02.jsonl`)).length, 40);
});
