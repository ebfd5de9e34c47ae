/** The supervisor with workers in place of fakes: what throws, hangs or ends is noticed. */
import assert from "node:assert/strict";
import { createRedactor } from "../../src/core/redaction/redact.ts";
import { launchIn } from "../../src/supervisor/application_launch.ts";
import {
  type ProgramEnd,
  type RunningApplication,
  WorkerSupervisor,
} from "../../src/supervisor/worker_supervisor.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { applicationStart, TOKEN } from "./application_start.ts";

type Name = "ends" | "throws" | "hangs" | "babbles" | "broken";

interface Stage {
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly supervisor: WorkerSupervisor;
  readonly end: Promise<ProgramEnd>;
  /** Resolves when the life of that number, from 1, has begun. */
  life(count: number): Promise<RunningApplication>;
}

/** Lives one after another, each in the worker of that name; the last name stands for the rest. */
function stage(...names: Name[]): Stage {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const lives: PromiseWithResolvers<RunningApplication>[] = [];
  const life = (count: number): PromiseWithResolvers<RunningApplication> =>
    lives[count - 1] ??= Promise.withResolvers<RunningApplication>();
  let count = 0;
  const supervisor = new WorkerSupervisor({
    onOrphans: () => {},
    clock,
    log,
    launch: (events) => {
      const name = names[Math.min(count++, names.length - 1)] ?? "ends";
      const url = new URL(`./workers/${name}.ts`, import.meta.url);
      const worker = new Worker(url, { type: "module" });
      const running = launchIn(worker, createRedactor({ secrets: [TOKEN] }))(events);
      life(count).resolve(running);
      return running;
    },
  });
  const end = supervisor.run(applicationStart("/state"));
  return { clock, log, supervisor, end, life: (number) => life(number).promise };
}

/** Waits for that many restarts to be logged, and goes through the pause of each. */
async function restarts({ clock, log }: Stage, count: number): Promise<void> {
  while (log.lines.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  await clock.advance(30_000);
}

Deno.test("a worker that throws is restarted, and the secret in its error is masked", async () => {
  const running = stage("throws", "ends");
  await restarts(running, 1);
  assert.deepEqual(await running.end, { code: 3 });
  const [line] = running.log.lines;
  const said = JSON.stringify(line);
  assert.match(said, /"program\.restart".*no such thing as \*\*\*/);
  assert.ok(!said.includes(TOKEN));
});

Deno.test("a worker that does not load is restarted", async () => {
  const running = stage("broken", "ends");
  await restarts(running, 1);
  assert.deepEqual(await running.end, { code: 3 });
});

Deno.test("a worker that sends an invalid message is ended and restarted", async () => {
  const running = stage("babbles", "ends");
  await restarts(running, 1);
  assert.deepEqual(await running.end, { code: 3 });
});

Deno.test("a worker that is stuck in a loop is ended and restarted", async () => {
  const running = stage("hangs", "ends");
  await running.life(1);
  await running.clock.advance(61_000);
  assert.match(JSON.stringify(running.log.lines[0]), /did not react for 60 seconds/);
  await running.life(2);
  assert.deepEqual(await running.end, { code: 3 });
});

Deno.test("the application's own worker reports a fault that nobody caught, and closes", async () => {
  const url = new URL("../../src/supervisor/bot_worker.ts", import.meta.url);
  const worker = new Worker(url, { type: "module" });
  const reports: unknown[] = [];
  const died = Promise.withResolvers<void>();
  worker.addEventListener("error", () => died.reject(new Error("it was not caught")));
  worker.addEventListener("message", ({ data }) => {
    reports.push(data);
    if (data.type === "ready") worker.postMessage("nonsense");
    if (data.type === "died") died.resolve();
  });
  await died.promise;
  assert.deepEqual(reports, [
    { type: "ready" },
    { type: "died", reason: "TypeError: Cannot understand an order" },
  ]);
});
