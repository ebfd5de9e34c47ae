import { MemoryPlans } from "../fakes/memory_plans.ts";
import assert from "node:assert/strict";
import { ActiveRun } from "../../src/core/run/active_run.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import { RunRecorder } from "../../src/core/run/run_recorder.ts";
import type { Role } from "../../src/core/session/settings.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryChanges, MemoryRunLogs } from "../fakes/memory_records.ts";
import { MemorySnapshots } from "../fakes/memory_snapshots.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { ANN, BEN, developers, EngineHarness } from "./engine_harness.ts";

/** Processes that follow one another over the same stores. */
class Records {
  readonly logs = new MemoryRunLogs();
  readonly changes = new MemoryChanges();
  readonly clock = new FakeClock();
  readonly log = new RecordingLog();
  readonly #harness = new EngineHarness();

  process(): RunRecorder {
    const { logs, changes, clock, log } = this;
    const redact = (text: string): string => text.replaceAll("hunter2", "•••••••");
    return new RunRecorder({
      plans: new MemoryPlans(),
      logs,
      changes,
      snapshots: new MemorySnapshots(),
      clock,
      log,
      redact,
    });
  }

  request(prompt = "do it"): ActiveRun {
    return new ActiveRun({ ...this.#harness.run(prompt), status: "queued" });
  }

  /** Something happens to the run, the recorder is told, and writes what it has to. */
  tell(recorder: RunRecorder, active: ActiveRun, ...events: RunEvent[]): void {
    for (const event of events) recorder.observe(active.apply(event, this.clock.now()));
    recorder.flush();
  }
}

function begun(role: Role = "developer", round = 1): RunEvent {
  return { type: "stage.started", role, round };
}

function ended(role: Role = "developer"): RunEvent {
  return {
    type: "stage.finished",
    stage: { role, round: 1, status: "completed", latencyMs: 5 },
  };
}

function diff(unifiedDiff: string, role: Role = "developer"): RunEvent {
  return { type: "turn.event", role, round: 1, event: { type: "diff", unifiedDiff } };
}

const STARTED: RunEvent = { type: "run.started", mode: "plan" };
const FINISHED: RunEvent = {
  type: "run.finished",
  outcome: { status: "cancelled" },
  latencyMs: 1,
};
const STEP: RunEvent = { type: "run.steered", text: "in blue" };

Deno.test("RunRecorder writes at the end of stages and of the run, never per step", () => {
  const records = new Records();
  const recorder = records.process();
  const active = records.request();
  records.tell(recorder, active, STARTED);
  for (const event of [begun(), ...Array.from({ length: 50 }, () => STEP)]) {
    records.tell(recorder, active, event);
  }
  assert.equal(records.logs.saved.length, 0);
  records.tell(recorder, active, ended());
  assert.equal(records.logs.saved.length, 1);
  records.tell(recorder, active, FINISHED);
  assert.equal(records.logs.saved.length, 2);
});

Deno.test("RunRecorder tells the running request's log, else the last one, of that session alone", () => {
  const records = new Records();
  const recorder = records.process();
  assert.equal(recorder.runLog(ANN), undefined);
  const [first, second] = [records.request("one"), records.request("two\nlines")];
  for (const active of [first, second]) records.tell(recorder, active, STARTED);
  records.tell(recorder, first, STEP);
  records.tell(recorder, first, FINISHED);
  const running = recorder.runLog(ANN);
  assert.deepEqual([running?.runId, running?.running], [second.run.id, true]);
  assert.equal(running?.request, "two lines");
  assert.equal(recorder.runLog(ANN, first.run.id)?.log.entries.length, 1);
  records.tell(recorder, second, FINISHED);
  const last = recorder.runLog(ANN);
  assert.deepEqual([last?.runId, last?.running], [second.run.id, false]);
  for (const id of [undefined, first.run.id, "unknown"]) {
    assert.equal(recorder.runLog(BEN, id), undefined);
  }
});

Deno.test("RunRecorder goes on with the log of the process that began the run", () => {
  const records = new Records();
  const active = records.request();
  const first = records.process();
  records.tell(first, active, STARTED);
  records.tell(first, active, begun("planner"));
  records.tell(first, active, ended("planner"));
  const second = records.process();
  const run = { ...active.run, status: "running", mode: "plan" } as const;
  const continued = new ActiveRun(run, second.earlierLog(run));
  records.tell(second, continued, STARTED);
  records.tell(second, continued, begun());
  assert.deepEqual(second.runLog(ANN)?.log.entries.map(({ role }) => role), [
    "planner",
    "developer",
  ]);
});

/** What a workflow tells of the stages that an earlier process has finished. */
const TAKEN_OVER: readonly RunEvent[] = [
  { type: "stage.replayed", step: "select", role: "selector", round: 0 },
  { type: "mode.selected", mode: "plan", reason: "large" },
  { type: "stage.replayed", step: "plan", role: "planner", round: 0 },
  {
    type: "plan.proposed",
    revision: 1,
    plan: {
      goal: "g".repeat(900),
      steps: [],
      checks: [],
      risks: [],
      questions: [],
      changesFiles: true,
    },
    answers: [],
    awaits: "go",
  },
  { type: "plan.decided", revision: 1, decision: { type: "change", words: "shorter" } },
];

function reviewed(round: number, summary: string): RunEvent {
  const review = { verdict: "needs_changes", summary, findings: [] } as const;
  return { type: "review.finished", round, review };
}

Deno.test("a later process logs nothing once more that the log has, and what it lacks", () => {
  const records = new Records();
  const active = records.request();
  const first = records.process();
  records.tell(first, active, STARTED, begun("selector"), ended("selector"), ...TAKEN_OVER);
  records.tell(first, active, begun("reviewer"), ended("reviewer"), reviewed(1, "again"));
  records.tell(first, active, begun("developer", 2), ended());
  records.tell(first, active, begun("reviewer", 2), ended("reviewer"));
  // Killed before the second review was told.
  const expected = (recorder: RunRecorder): readonly (readonly string[])[] =>
    recorder.runLog(ANN)?.log.entries.map(({ kind, text }) => [kind, text.slice(0, 7)]) ?? [];
  const before = expected(first);
  for (let restarts = 0; restarts < 2; restarts++) {
    const later = records.process();
    const run = { ...active.run, status: "running", mode: "plan" } as const;
    const continued = new ActiveRun(run, later.earlierLog(run));
    records.tell(later, continued, STARTED, ...TAKEN_OVER, reviewed(1, "again"));
    records.tell(later, continued, reviewed(2, "again"), { type: "run.suspended" });
    assert.deepEqual(expected(later), [...before, ["message", "again"]]);
  }
});

Deno.test("RunRecorder keeps the last diff of each developer turn, without secrets", () => {
  const records = new Records();
  const recorder = records.process();
  const active = records.request(`change hunter2 ${"x".repeat(200)}`);
  records.tell(recorder, active, STARTED);
  for (
    const event of [
      begun("planner"),
      diff("+planned", "planner"),
      ended("planner"),
      begun(),
      diff("+a"),
      diff("+a\n+hunter2"),
      ended(),
      begun("developer", 2),
      ended(),
      begun("developer", 3),
      diff("+b"),
    ]
  ) records.tell(recorder, active, event);
  records.tell(recorder, active, FINISHED);
  const { changes } = recorder.changes(ANN);
  assert.deepEqual(changes.map((change) => change.diff), ["+a\n+•••••••", "+b"]);
  assert.match(changes[0]?.request ?? "", /^change ••••••• x{100,}…$/);
  assert.equal(changes[0]?.request.length, 120);
  recorder.forget(ANN);
  assert.deepEqual(recorder.changes(ANN).changes, []);
});

Deno.test("RunRecorder writes nothing of a run whose session is gone", () => {
  const records = new Records();
  const recorder = records.process();
  const active = records.request();
  records.tell(recorder, active, STARTED);
  records.tell(recorder, active, begun());
  records.tell(recorder, active, diff("+a"));
  active.detached = true;
  records.tell(recorder, active, ended());
  records.tell(recorder, active, FINISHED);
  assert.deepEqual([records.logs.saved, records.changes.kept], [[], []]);
  assert.equal(recorder.runLog(ANN), undefined);
});

Deno.test("RunRecorder only logs that the disk is full", () => {
  const records = new Records();
  records.logs.failing = true;
  records.changes.failing = true;
  const recorder = records.process();
  const active = records.request();
  records.tell(recorder, active, STARTED);
  for (const event of [begun(), diff("+a"), ended()]) records.tell(recorder, active, event);
  records.tell(recorder, active, FINISHED);
  const messages = records.log.lines.map(({ level, message }) => `${level} ${message}`);
  assert.deepEqual(messages, Array.from({ length: 3 }, () => "error record.not-kept"));
});

Deno.test("a run's changes are there for its session, until /new", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const patch = "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+y\n";
  const orchestrator = harness.orchestrator(developers({ answer: "done", diff: patch }, "again"));
  const [first, second] = [harness.run("change x"), harness.run("and nothing")];
  for (const run of [first, second]) {
    orchestrator.submit(run, run.id);
    await harness.chat.outcome(run.id);
  }
  assert.deepEqual(harness.recorder.changes(ANN).changes, [
    { runId: first.id, round: 1, request: "change x", diff: patch, recorded: false },
  ]);
  assert.equal(harness.recorder.runLog(ANN)?.runId, second.id);
  await orchestrator.reset(ANN, { all: false });
  assert.deepEqual(harness.recorder.changes(ANN).changes, []);
});

Deno.test("a run that /new has cut loose records nothing into the new conversation", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const orchestrator = harness.orchestrator(developers("wait"));
  const run = harness.run("change x");
  orchestrator.submit(run, run.id);
  await harness.chat.seen(run.id, "turn.event");
  await orchestrator.reset(ANN, { all: false });
  await harness.chat.outcome(run.id);
  assert.deepEqual([harness.runLogs.saved, harness.changes.kept], [[], []]);
});

Deno.test("RunRecorder keeps the session's newest plan, with no secret in any part of it", () => {
  const records = new Records();
  const recorder = records.process();
  const active = records.request();
  const plan = {
    goal: "goal hunter2",
    steps: [{ title: "step hunter2", files: ["hunter2.ts"] }],
    checks: ["check hunter2"],
    risks: ["risk hunter2"],
    questions: [{ question: "question hunter2", choices: ["choice hunter2"] }],
    changesFiles: true,
    prose: "prose hunter2",
  };
  const answers = [{ question: "asked hunter2", answer: "answer hunter2" }];
  records.tell(recorder, active, STARTED, {
    type: "plan.proposed",
    revision: 1,
    plan,
    answers,
    awaits: "go",
  });
  const kept = recorder.lastPlan(ANN);
  assert.deepEqual(kept?.plan.steps, [{ title: "step •••••••", files: ["•••••••.ts"] }]);
  assert.doesNotMatch(JSON.stringify(kept), /hunter2/);
  assert.equal(JSON.stringify(kept).split("•••••••").length, 11);
  assert.equal(recorder.lastPlan(BEN), undefined);
});

Deno.test("a decision on another revision of a plan changes nothing", () => {
  const records = new Records();
  const active = records.request();
  const recorder = records.process();
  const plan = { goal: "", steps: [], checks: [], risks: [], questions: [], changesFiles: true };
  const proposed = { type: "plan.proposed", plan, answers: [], awaits: "go" } as const;
  const go = { type: "plan.decided", decision: { type: "go" } } as const;
  records.tell(recorder, active, STARTED, { ...proposed, revision: 2 }, { ...go, revision: 1 });
  assert.deepEqual([active.state.plan?.awaits, active.state.plan?.decision], ["go", undefined]);
  records.tell(recorder, active, { ...go, revision: 2 });
  assert.deepEqual([active.state.plan?.awaits, active.state.plan?.decision?.type], [
    "nothing",
    "go",
  ]);
});

Deno.test("the log is written behind what is at hand, once, and before it is read", async () => {
  const records = new Records();
  const recorder = records.process();
  const active = records.request();
  const tell = (...events: RunEvent[]): void => {
    for (const event of events) recorder.observe(active.apply(event, records.clock.now()));
  };
  tell(STARTED, begun(), ended(), FINISHED);
  assert.deepEqual(records.logs.saved, []);
  await records.clock.advance(0);
  assert.equal(records.logs.saved.length, 1);
  const other = records.request();
  for (const event of [STARTED, begun(), ended(), FINISHED]) {
    recorder.observe(other.apply(event, records.clock.now()));
  }
  assert.equal(recorder.runLog(ANN)?.runId, other.run.id);
});
