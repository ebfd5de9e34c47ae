import assert from "node:assert/strict";
import type { Clock } from "../../../src/core/clock.ts";
import type { TraceRecord } from "../../../src/core/run/trace.ts";
import { followTrace } from "../../../src/integrations/traces/trace_follower.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { fastClock } from "../../fakes/fast_clock.ts";
import { temporaryFolder } from "../../support/temporary_folder.ts";
import { copyOfRun, writeDay } from "../../traces/lines.ts";

interface Following extends AsyncDisposable {
  next(): Promise<TraceRecord>;
}

function follow(folder: string, last = 0, clock: Clock = fastClock(50)): Following {
  const stop = new AbortController();
  const records = followTrace({ folder, clock, last, stop: stop.signal });
  return {
    next: async () => {
      const { value } = await records.next();
      assert.ok(value);
      return value;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      // Ends cleanly: nothing is thrown, and nothing more comes.
      assert.equal((await records.next()).done, true);
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(path, text, { append: true });
}

Deno.test("the follower begins with the last lines, and waits for the end of a line", async () => {
  await using folder = await temporaryFolder();
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  await writeDay(folder.path, "2026-03-01", lines.slice(0, 4));
  await using following = follow(folder.path, 2);
  assert.deepEqual(
    [(await following.next()).type, (await following.next()).type],
    ["stage", "selection"],
  );
  const path = `${folder.path}/2026-03-01.jsonl`;
  const [half = "", rest = ""] = [lines[4]?.slice(0, 30), lines[4]?.slice(30)];
  await append(path, half);
  const next = following.next();
  await append(path, `${rest}\nnot ours\n${lines[5]}\n`);
  assert.equal((await next).type, "stage_start");
  assert.equal((await following.next()).type, "command");
});

Deno.test("the follower goes on over midnight and waits for a folder that is not there yet", async () => {
  await using folder = await temporaryFolder();
  const traces = `${folder.path}/traces`;
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  await using following = follow(traces);
  const first = following.next();
  await writeDay(traces, "2026-03-01", lines.slice(0, 1));
  assert.equal((await first).type, "run");
  await append(`${traces}/2026-03-01.jsonl`, `${lines[1]}\n`);
  await writeDay(traces, "2026-03-02", lines.slice(2, 3));
  const types = [(await following.next()).type, (await following.next()).type];
  assert.deepEqual(types, ["stage_start", "stage"]);
});

Deno.test("the follower goes on where a full disk had a line taken back", async () => {
  await using folder = await temporaryFolder();
  const lines = copyOfRun({ id: "aaaa", day: "2026-03-01" });
  const path = `${folder.path}/2026-03-01.jsonl`;
  await writeDay(folder.path, "2026-03-01", lines.slice(0, 3));
  const clock = new FakeClock();
  await using following = follow(folder.path, 1, clock);
  assert.equal((await following.next()).type, "stage");
  const { size } = await Deno.stat(path);
  await append(path, '{"schema_version":2,"type":"sta');
  const next = following.next();
  while (clock.sleeping === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  // Both between two looks.
  await Deno.truncate(path, size);
  await append(path, `\n${lines[3]}\n`);
  await clock.advance(1_000);
  assert.equal((await next).type, "selection");
});
