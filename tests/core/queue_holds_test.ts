/** A usage limit holds what waits behind the request that met it, until it resets. */
import assert from "node:assert/strict";
import type { TurnResult } from "../../src/core/codex/codex.ts";
import { QueueHolds } from "../../src/core/run/queue_holds.ts";
import { Orchestrator } from "../../src/core/run/orchestrator.ts";
import { resetTimeIn } from "../../src/integrations/codex/reset_time.ts";
import type { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, BEN, developers, EngineHarness } from "./engine_harness.ts";

const UNTIL = "1970-01-01T02:00:00.000Z";
const LIMIT: Partial<TurnResult> = {
  status: "failed",
  failure: {
    kind: "rate-limit",
    message: "You've hit your usage limit.",
    trouble: { kind: "limit", said: "You've hit your usage limit.", until: UNTIL },
  },
};

interface Held {
  readonly harness: EngineHarness;
  readonly backend: ScriptedBackend;
  readonly engine: Orchestrator;
}

/** The first request met the limit; two wait behind it. */
async function held(...answers: string[]): Promise<Held> {
  const harness = new EngineHarness();
  await harness.singleMode(ANN, BEN);
  const backend = developers(LIMIT, ...answers);
  const engine = harness.orchestrator(backend);
  for (const number of ["1", "2", "3"]) engine.submit(harness.run(`ask ${number}`), number);
  assert.equal((await harness.chat.outcome("run-1")).status, "failed");
  await heldAt(harness, "run-2", 0);
  await heldAt(harness, "run-3", 1);
  return { harness, backend, engine };
}

async function heldAt({ chat }: EngineHarness, runId: string, position: number): Promise<void> {
  const wanted = { type: "run.queued", position, held: { until: UNTIL } };
  for (let tries = 0; tries < 100; tries++) {
    if (JSON.stringify(chat.last(runId)) === JSON.stringify(wanted)) return;
    await Promise.resolve();
  }
  assert.deepEqual(chat.last(runId), wanted);
}

Deno.test("what waits behind a request that met the usage limit is held, and shown so", async () => {
  const { harness, engine } = await held();
  assert.equal(engine.queue(ANN).active?.held?.until, UNTIL);
  assert.equal((await engine.status(ANN)).active?.held?.until, UNTIL);
  engine.submit(harness.run("ask 4"), "4");
  await heldAt(harness, "run-4", 2);
  // It is the machine's limit: another session meets it, too.
  engine.submit(harness.run("ask 5", BEN), "5");
  await heldAt(harness, "run-5", 0);
  await engine.close(60_000);
});

Deno.test("a person resumes held requests before the limit resets, once", async () => {
  const { harness, engine } = await held("two", "three");
  assert.equal(engine.resumeHeld(BEN), false);
  assert.equal(engine.resumeHeld(ANN), true);
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "two");
  assert.equal((await harness.chat.outcome("run-3")).answer?.text, "three");
  assert.equal(engine.resumeHeld(ANN), false);
  assert.deepEqual(harness.chat.notices, []);
  assert.deepEqual(harness.holds.all(), []);
});

Deno.test("what was edited, chosen or taken back while a request was held counts when it begins", async () => {
  const { harness, backend, engine } = await held("two", "three");
  assert.equal(engine.rewordRun(ANN, "run-2", { prompt: "ask two, but better" }), true);
  await harness.sessions.change(ANN, (session) => ({
    ...session,
    model: "quick",
    notes: ["a.txt was taken back"],
  }));
  await engine.selectProfile(ANN, "other");
  engine.resumeHeld(ANN);
  await harness.chat.outcome("run-3");
  const [, second, third] = backend.played;
  assert.match(second?.text ?? "", /a\.txt was taken back[\s\S]*ask two, but better/);
  assert.equal(harness.runs.runs.get("run-2")?.profile, "default");
  assert.deepEqual(
    [second, third].map((played) => [played?.options.workingDirectory, played?.options.model]),
    [["/a", "quick"], ["/a", "quick"]],
  );
  assert.doesNotMatch(third?.text ?? "", /taken back/);
});

Deno.test("a request that is held keeps its profile over a restart", async () => {
  const { harness, engine } = await held();
  await engine.selectProfile(ANN, "other");
  harness.clock.skipSleeps = true;
  await engine.close(0);
  harness.clock.skipSleeps = false;
  harness.clock.time = Date.parse(UNTIL) + 1;
  harness.orchestrator(developers("two", "three")).resume();
  await harness.chat.outcome("run-3");
  const worked = ["run-2", "run-3"].map((id) => harness.runs.runs.get(id)?.profile);
  assert.deepEqual(worked, ["default", "default"]);
});

Deno.test("a request that is held can be taken back until the program has ended", async () => {
  const { harness, engine } = await held();
  await harness.singleMode(BEN);
  engine.submit(harness.run("ask 4", BEN), "4");
  await heldAt(harness, "run-4", 0);
  await engine.close(60_000);
  assert.equal(harness.chat.types("run-2").at(-1), "run.suspended");
  const waiting = (): string[] => engine.queue(ANN).waiting.map(({ id }) => id);
  assert.deepEqual(waiting(), ["run-2", "run-3"]);
  assert.equal(engine.rewordRun(ANN, "run-2", { prompt: "ask two, but better" }), true);
  assert.equal(engine.cancelRun(ANN, "run-3"), true);
  assert.equal(engine.cancel(BEN, { all: true }).dropped, 1);
  const left = harness.runs.unfinished().map(({ id, prompt }) => [id, prompt]);
  assert.deepEqual(left, [["run-2", "ask two, but better"]]);
});

Deno.test("held requests can be dropped", async () => {
  const { harness, engine } = await held("three");
  assert.equal(engine.cancelRun(ANN, "run-2"), true);
  assert.equal((await harness.chat.outcome("run-2")).status, "cancelled");
  await heldAt(harness, "run-3", 0);
  assert.equal(engine.cancel(ANN, { all: true }).stopped?.run.id, "run-3");
  assert.equal((await harness.chat.outcome("run-3")).status, "cancelled");
});

Deno.test("held requests survive a restart, and go on by themselves when the limit has reset", async () => {
  const { harness, engine } = await held();
  // Does not wait for a run of which nothing has begun.
  await engine.close(60_000);
  assert.deepEqual(harness.runs.unfinished().map(({ status }) => status), ["queued", "queued"]);
  const next = harness.orchestrator(developers("two", "three"));
  next.resume();
  await heldAt(harness, "run-2", 0);
  harness.clock.time = Date.parse(UNTIL);
  harness.clock.wake();
  assert.equal((await harness.chat.outcome("run-3")).answer?.text, "three");
  assert.deepEqual(harness.chat.notices, [{ runId: "run-2", notice: { type: "queue.goes-on" } }]);
  assert.deepEqual(harness.holds.all(), []);
});

Deno.test("a limit without a time holds until a person resumes, and gives way to a known time", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const open: Partial<TurnResult> = {
    status: "failed",
    failure: { kind: "rate-limit", message: "No.", trouble: { kind: "limit", said: "No." } },
  };
  const engine = harness.orchestrator(developers(open, "two"));
  for (const number of ["1", "2"]) engine.submit(harness.run(`ask ${number}`), number);
  await harness.chat.outcome("run-1");
  await settle();
  assert.deepEqual(engine.queue(ANN).active?.held, {});
  assert.deepEqual(harness.holds.all(), [{}]);
  harness.clock.time += 30 * 24 * 3_600_000;
  harness.clock.wake();
  await settle();
  assert.deepEqual(engine.queue(ANN).active?.held, {});
  assert.equal(engine.resumeHeld(ANN), true);
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "two");
  assert.deepEqual(harness.chat.notices, []);

  const { clock, log, holds: store } = harness;
  const holds = new QueueHolds({ store, clock, log });
  const until = new Date(clock.time + 60_000).toISOString();
  holds.begin("far", {});
  assert.deepEqual(holds.held("far"), {});
  holds.begin("far", { until });
  holds.begin("far", {});
  assert.deepEqual(holds.held("far"), { until });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

Deno.test("the request that met the limit can be tried again, once, by its own session", async () => {
  const { harness, engine } = await held("two", "three", "one at last");
  assert.equal(engine.retryRun(BEN, "run-1"), false);
  assert.equal(engine.retryRun(ANN, "run-1"), true);
  assert.equal(engine.retryRun(ANN, "run-1"), false);
  await heldAt(harness, "run-4", 2);
  engine.resumeHeld(ANN);
  assert.equal((await harness.chat.outcome("run-4")).answer?.text, "one at last");
});

Deno.test("the time of a reset is read from Codex's sentence, by the local clock", () => {
  const now = new Date(2026, 10, 29, 20, 30);
  const at = (...parts: [number, number, number, number, number]): string =>
    new Date(...parts).toISOString();
  for (
    const [sentence, time] of [
      ["Visit https://x or try again at 9:09 PM.", at(2026, 10, 29, 21, 10)],
      ["try again at Nov 30th, 2026 3:05 AM.", at(2026, 10, 30, 3, 6)],
      // By a clock that is ahead of the service's, it has passed.
      ["try again at 8:28 PM.", at(2026, 10, 29, 20, 31)],
      ["try again at 8:29 PM.", at(2026, 10, 29, 20, 31)],
      ["try again at 8:30 PM.", at(2026, 10, 29, 20, 31)],
      ["try again at 3:05 AM.", undefined],
      ["Try again at Dec 2nd, 2026 12:00 PM.", at(2026, 11, 2, 12, 1)],
      ["try again at 21:09.", at(2026, 10, 29, 21, 10)],
      ["or try again in 2 days 3 hours 5 minutes.", at(2026, 11, 1, 23, 36)],
      ["Try again in 1 minute.", at(2026, 10, 29, 20, 32)],
      ["Try again later.", undefined],
      ["Try again at Foo 2nd, 2026 12:00 PM.", undefined],
    ] as const
  ) {
    assert.equal(resetTimeIn(sentence, now), time, sentence);
  }
});

Deno.test("the time of a reset is read by the clock of the machine that tells it, or not at all", () => {
  const now = new Date("2026-11-29T20:30:00Z");
  const seoul = { type: "elsewhere", utcOffsetMinutes: 540 } as const;
  const austin = { type: "elsewhere", utcOffsetMinutes: -360 } as const;
  for (
    const [sentence, zone, time] of [
      ["try again at 8:21 AM.", seoul, "2026-11-29T23:22:00.000Z"],
      ["try again at 5:20 AM.", seoul, undefined],
      ["try again at 4:05 PM.", austin, "2026-11-29T22:06:00.000Z"],
      ["try again at Nov 30th, 2026 1:05 AM.", austin, "2026-11-30T07:06:00.000Z"],
      ["try again at Dec 2nd, 2026 8:00 AM.", seoul, "2026-12-01T23:01:00.000Z"],
      ["try again at 8:21 AM.", { type: "unknown" }, undefined],
      ["try again in 1 minute.", { type: "unknown" }, "2026-11-29T20:32:00.000Z"],
    ] as const
  ) {
    assert.equal(resetTimeIn(sentence, now, zone), time, `${sentence} ${zone.type}`);
  }
});
