import assert from "node:assert/strict";
import { TraceReader } from "../../../src/integrations/traces/trace_reader.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { copyOfRun, FIRST_VERSION, writeDay } from "../../traces/lines.ts";

const ANY = { atLeast: 100, fits: () => true };

Deno.test("the reader counts what it cannot read, and reads the rest", async () => {
  await using folder = await temporaryFolder();
  const run = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const [first = "", ...more] = run;
  const odd = [
    first,
    '{"type":"stage","timest',
    "",
    "not ours",
    '{"level":"info","message":"of another program"}',
    "null",
    first.replace('"schema_version":2', '"schema_version":3'),
    `{"type":"future","schema_version":2}`,
    ...more,
  ];
  const cut = '{"schema_version":2,"type":"requ';
  await writeDay(folder.path, "2026-03-01", [...odd, cut], "");
  const { runs, skipped } = await new TraceReader(folder.path).newest(ANY);
  assert.deepEqual(skipped, { cut: 3, foreign: 3, newer: 1 });
  assert.deepEqual(runs.map(({ id, records }) => [id, records.length]), [["aaaa", run.length]]);
});

Deno.test("a duration that no calendar holds is no line of ours", async () => {
  await using folder = await temporaryFolder();
  const run = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const odd = [
    ...FIRST_VERSION.map((line) => line.replace(/"latency_ms":\d+/, '"latency_ms":1e21')),
    ...run.slice(-1).map((line) => line.replace(/"latency_ms":\d+/, '"latency_ms":-1e300')),
  ];
  await writeDay(folder.path, "2026-03-01", [...run, ...odd]);
  const { runs, skipped } = await new TraceReader(folder.path).newest(ANY);
  assert.deepEqual(skipped, { cut: 0, foreign: 3, newer: 0 });
  assert.deepEqual(runs.map(({ id, records }) => [id, records.length]), [["aaaa", run.length]]);
});

Deno.test("the reader puts a run over midnight together, and opens no older file than it needs", async () => {
  await using folder = await temporaryFolder();
  const run = copyOfRun({ id: "aaaa", day: "2026-03-02" });
  await writeDay(folder.path, "2026-03-02", run.slice(10));
  await writeDay(folder.path, "2026-03-01", run.slice(0, 10));
  await writeDay(folder.path, "2026-02-01", ["broken, and never looked at"]);
  await Deno.writeTextFile(`${folder.path}/notes.txt`, "no trace");
  const reader = new TraceReader(folder.path);
  const { runs, skipped } = await reader.newest({ ...ANY, atLeast: 1 });
  assert.equal(runs[0]?.records.length, run.length);
  assert.equal(runs[0].records[0]?.type, "run");
  assert.equal(skipped.cut, 0);
});

Deno.test("the reader gives the newest runs first, of some days, and by the beginning of an id", async () => {
  await using folder = await temporaryFolder();
  for (
    const [id, day] of [["aa11", "2026-03-01"], ["aa22", "2026-03-02"], ["bb33", "2026-03-03"]]
  ) {
    await writeDay(folder.path, day ?? "", copyOfRun({ id: id ?? "", day: day ?? "" }));
  }
  await writeDay(folder.path, "2026-01-02", FIRST_VERSION);
  const reader = new TraceReader(folder.path);
  const ids = async (wanted: object): Promise<string[]> =>
    (await reader.newest({ ...ANY, ...wanted })).runs.map(({ id }) => id);
  assert.deepEqual(await ids({}), ["bb33", "aa22", "aa11", "old1"]);
  assert.deepEqual(await ids({ since: "2026-03-02" }), ["bb33", "aa22"]);
  assert.deepEqual(await ids({ since: "2026-03-02", day: "2026-03-02" }), ["aa22"]);
  const found = await reader.withPrefix("aa");
  assert.deepEqual(found.runs.map(({ id }) => id), ["aa22", "aa11"]);
});

Deno.test("the reader finds nothing where there is no folder, and says what is wrong with a link", async () => {
  await using folder = await temporaryFolder();
  const none = await new TraceReader(`${folder.path}/none`).newest(ANY);
  assert.deepEqual(none.runs, []);
  await Deno.symlink("/etc", `${folder.path}/link`);
  await assert.rejects(new TraceReader(`${folder.path}/link`).newest(ANY), /is a link or a file/);
});
