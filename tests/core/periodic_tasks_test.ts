/** Housekeeping goes on, whatever one of its tasks does. */
import assert from "node:assert/strict";
import { runPeriodicTasks } from "../../src/core/periodic_tasks.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

Deno.test("runPeriodicTasks runs a task again that has failed, and the others at their own times", async () => {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const over = new AbortController();
  const times = { thrown: 0, rejected: 0, fine: 0 };
  const running = runPeriodicTasks(
    [
      {
        name: "thrown",
        everyMs: 1_000,
        work: () => {
          times.thrown++;
          throw new Error("the disk is gone");
        },
      },
      {
        name: "rejected",
        everyMs: 2_000,
        work: async () => {
          times.rejected++;
          await Promise.reject(new Error("nobody answers"));
        },
      },
      { name: "fine", everyMs: 500, work: () => void times.fine++ },
    ],
    { clock, log },
    over.signal,
  );
  await clock.advance(0);
  assert.deepEqual(times, { thrown: 1, rejected: 1, fine: 1 }, "each at once");
  await clock.advance(4_000);
  assert.deepEqual(times, { thrown: 5, rejected: 3, fine: 9 });
  const failed = log.lines.filter(({ message }) => message === "housekeeping.failed");
  assert.equal(failed.length, 8);
  assert.deepEqual(failed[0]?.fields, { chore: "thrown", error: "the disk is gone" });
  over.abort();
  await running;
  await clock.advance(10_000);
  assert.deepEqual(times, { thrown: 5, rejected: 3, fine: 9 }, "nothing after the end");
});
