/** A person's words to what runs: taken, refused, late, repeated, and across a restart. */
import assert from "node:assert/strict";
import type { SteerEnd, SteerReport } from "../../src/core/run/engine.ts";
import { CodexError, StorageError } from "../../src/core/errors.ts";
import { HeldTurn } from "../fakes/held_turn.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";
import { ANN, developers, EngineHarness } from "./engine_harness.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

const PLAN = '{"mode":"plan","reason":""}';
const APPROVED = '{"verdict":"approved","summary":"","findings":[]}';
const CHANGES =
  '{"verdict":"needs_changes","summary":"no","findings":[{"severity":"major","message":"x"}]}';
const TOO_LATE = new CodexError("request", "Cannot add to the turn: it is over");

async function endOf(report: SteerReport): Promise<SteerEnd> {
  assert.ok(report.type === "kept");
  return await report.end;
}

async function takenBy(report: SteerReport): Promise<boolean> {
  const end = await endOf(report);
  assert.ok(end === "taken" || end === "queued", end);
  return end === "taken";
}

Deno.test("Orchestrator.steer() adds to the running turn, and the record of the run knows it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn));
  engine.submit(harness.run("build it"), "1");
  await harness.chat.seen("run-1", "turn.event");
  assert.equal(await takenBy(engine.steer(harness.run("in green"), "2")), true);
  assert.deepEqual(turn.steered, ["in green"]);
  assert.deepEqual(harness.chat.last("run-1"), { type: "run.steered", text: "in green" });
  assert.deepEqual(harness.runs.runs.get("run-1")?.additions, ["in green"]);
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  await engine.close(0);
  const { session } = await harness.sessions.read(ANN);
  assert.match(session.history[0]?.content ?? "", /^build it\n[\s\S]*added this[\s\S]*in green$/);
  assert.deepEqual(harness.runs.unfinished(), []);
  assert.match(engine.lastRequest(ANN)?.prompt ?? "", /^build it\n[\s\S]*in green$/);
});

Deno.test("what was added to a request that failed is tried again with it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const backend = developers(turn, "built");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await harness.chat.seen("run-1", "turn.event");
  await takenBy(engine.steer(harness.run("in green"), "2"));
  const trouble = { kind: "service", said: "Away." } as const;
  turn.end({ status: "failed", failure: { kind: "other", message: "Away.", trouble } });
  await harness.chat.outcome("run-1");
  assert.equal(engine.retryRun(ANN, "run-1"), true);
  assert.equal((await harness.chat.outcome("run-3")).status, "answered");
  await engine.close(1_000);
  assert.match(backend.played[1]?.input.text ?? "", /^build it\n[\s\S]*in green$/);
});

Deno.test("what is added is told by the log, the trace and the session alike", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn));
  engine.submit(harness.run("build it"), "1");
  await harness.chat.seen("run-1", "turn.event");
  await takenBy(engine.steer(harness.run("in green"), "2"));
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  const log = harness.recorder.runLog(ANN)?.log.entries ?? [];
  const traced = harness.traces.records.find(({ type }) => type === "notice");
  const request = harness.traces.records.find(({ type }) => type === "request");
  assert.equal(log.find(({ kind }) => kind === "steer")?.text, "in green");
  assert.ok(traced?.type === "notice" && traced.kind === "steer" && traced.text === "in green");
  assert.ok(request?.type === "request" && /in green/.test(request.input_text));
});

Deno.test("Orchestrator.steer() reaches the developer, the reviewer and later rounds", async () => {
  const harness = new EngineHarness();
  const planner = new HeldTurn();
  const developer = new HeldTurn();
  const backend = new ScriptedBackend({
    selector: [PLAN],
    planner: [planner],
    developer: [developer, "revised"],
    reviewer: [CHANGES, APPROVED],
  });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await planner.asked;
  assert.equal(await takenBy(engine.steer(harness.run("in green"), "2")), true);
  planner.end({ answer: "the plan" });
  await developer.asked;
  assert.equal(await takenBy(engine.steer(harness.run("and small"), "3")), true);
  developer.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  const told = backend.played.map(({ role, text }) => [
    role,
    /in green/.test(text),
    /and small/.test(text),
  ]);
  assert.deepEqual(told, [
    ["selector", false, false],
    ["planner", false, false],
    ["developer", true, false],
    ["reviewer", true, true],
    ["developer", true, true],
    ["reviewer", true, true],
  ]);
});

Deno.test("Orchestrator.steer() tells a planner that has to begin again what was added", async () => {
  const harness = new EngineHarness();
  const lost = new HeldTurn();
  const backend = new ScriptedBackend({
    selector: [PLAN],
    planner: [lost, "the plan"],
    developer: ["built"],
    reviewer: [APPROVED],
  });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await lost.asked;
  await takenBy(engine.steer(harness.run("in green"), "2"));
  lost.end({ status: "lost" });
  await harness.chat.outcome("run-1");
  assert.match(backend.played[2]?.text ?? "", /build it[\s\S]*in green/);
});

Deno.test("Orchestrator.steer() is simply a request when nothing runs", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("done"));
  assert.deepEqual(engine.steer(harness.run("do it"), "1"), { type: "request" });
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "done");
});

Deno.test("Orchestrator.steer() says nothing to the run of another person or topic", async () => {
  const harness = new EngineHarness();
  const others = [{ ...ANN, userId: "2" }, { ...ANN, topicId: "7" }];
  await harness.singleMode(ANN, ...others);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn, "one", "two"));
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  for (const [index, other] of others.entries()) {
    const report = engine.steer(harness.run("in green", other), `other ${index}`);
    assert.deepEqual(report, { type: "request" });
    assert.equal((await harness.chat.outcome(`run-${index + 2}`)).status, "answered");
  }
  assert.deepEqual(turn.steered, []);
  turn.end({ answer: "built" });
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "built");
});

Deno.test("Orchestrator.steer() queues what is said to a reviewer", async () => {
  const harness = new EngineHarness();
  const turn = new HeldTurn();
  const backend = new ScriptedBackend({
    selector: [PLAN],
    planner: ["p"],
    developer: ["built", "next"],
    reviewer: [turn],
  });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  await engine.setMode(ANN, "single");
  const report = engine.steer(harness.run("in green"), "2");
  assert.deepEqual(report, { type: "queued", reason: "stage" });
  assert.deepEqual(engine.queue(ANN).waiting.map(({ prompt }) => prompt), ["in green"]);
  turn.end({ answer: APPROVED });
  assert.equal((await harness.chat.outcome("run-2")).status, "answered");
  assert.equal(backend.played.filter(({ text }) => text.includes("in green")).length, 1);
});

for (const steer of [true, false]) {
  for (const mode of ["single", "plan"] as const) {
    const backendSays = `a backend that ${steer ? "steers" : "takes nothing while it works"}`;
    Deno.test(`Orchestrator.steer() while ${mode} is selected adds for those who work, with ${backendSays}`, async () => {
      const harness = new EngineHarness();
      const selector = new HeldTurn();
      const scripted = new ScriptedBackend({
        selector: [selector],
        planner: ["the plan"],
        developer: ["built"],
        reviewer: [APPROVED],
      });
      const backend = Object.assign(scripted, {
        capabilities: { ...scripted.capabilities, steer },
      });
      const engine = harness.orchestrator(backend);
      engine.submit(harness.run("build it"), "1");
      await selector.asked;
      assert.equal(await takenBy(engine.steer(harness.run("in green"), "2")), true);
      assert.deepEqual(selector.steered, []);
      selector.end({ answer: `{"mode":"${mode}","reason":""}` });
      assert.equal((await harness.chat.outcome("run-1")).answer?.text, "built");
      const told = backend.played.filter(({ text }) => text.includes("in green"))
        .map(({ role }) => role);
      const workers = mode === "single" ? ["developer"] : ["planner", "developer", "reviewer"];
      assert.deepEqual(told, workers);
      assert.deepEqual(engine.queue(ANN).waiting, []);
    });
  }
}

Deno.test("Orchestrator.steer() queues where the backend takes nothing while it works", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const backend = new ScriptedBackend({ developer: [turn, "next"] });
  const engine = harness.orchestrator(
    Object.assign(backend, { capabilities: { ...backend.capabilities, steer: false } }),
  );
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  assert.deepEqual(engine.steer(harness.run("in green"), "2"), {
    type: "queued",
    reason: "backend",
  });
  turn.end({ answer: "built" });
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
  assert.deepEqual(turn.steered, []);
});

Deno.test("Orchestrator.steer() queues behind a run that is being stopped", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("wait", "next"));
  engine.submit(harness.run("build it"), "1");
  await harness.chat.seen("run-1", "turn.event");
  engine.cancel(ANN, { all: false });
  assert.deepEqual(engine.steer(harness.run("other"), "2"), { type: "queued", reason: "ended" });
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
});

Deno.test("Orchestrator.steer() makes a request of what Codex does not take, once", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  turn.refusal = TOO_LATE;
  const backend = developers(turn, "next");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  assert.equal(await takenBy(engine.steer(harness.run("in green"), "2")), false);
  assert.deepEqual(harness.runs.runs.get("run-1")?.additions, []);
  assert.deepEqual(harness.chat.last("run-2"), { type: "run.queued", position: 1 });
  assert.deepEqual(engine.steer(harness.run("in green"), "2"), { type: "repeated" });
  turn.end({ answer: "built" });
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
  await engine.close(0);
  assert.deepEqual(backend.played.map(({ text }) => text), ["build it", "in green"]);
});

for (const how of ["queued", "kept"] as const) {
  Deno.test(`Orchestrator.steer() that is ${how} works where the run does, which the session has left`, async () => {
    const harness = new EngineHarness();
    await harness.singleMode(ANN);
    const turn = new HeldTurn();
    turn.refusal = TOO_LATE;
    const backend = developers(turn, "added", "elsewhere");
    const capabilities = { ...backend.capabilities, steer: how === "kept" };
    const engine = harness.orchestrator(Object.assign(backend, { capabilities }));
    engine.submit(harness.run("build it"), "1");
    await turn.asked;
    await engine.selectProfile(ANN, "other");
    const report = engine.steer(harness.run("in green"), "2");
    assert.equal(report.type, how);
    if (report.type === "kept") assert.equal(await report.end, "queued");
    engine.submit(harness.run("something else"), "3");
    turn.end({ answer: "built" });
    await harness.chat.outcome("run-3");
    const folders = backend.played.map(({ options }) => options.workingDirectory);
    assert.deepEqual(folders, ["/a", "/a", "/b"]);
  });
}

Deno.test("Orchestrator.steer() whose turn ends meanwhile is not also part of the review", async () => {
  const harness = new EngineHarness();
  const developer = new HeldTurn();
  const late = Promise.withResolvers<void>();
  developer.held = late.promise;
  developer.refusal = TOO_LATE;
  const backend = new ScriptedBackend({
    selector: [PLAN],
    planner: ["the plan"],
    developer: [developer, "next"],
    reviewer: [APPROVED],
  });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await developer.asked;
  const report = engine.steer(harness.run("in green"), "2");
  developer.end({ answer: "built" });
  await engine.setMode(ANN, "single");
  late.resolve();
  assert.equal(await takenBy(report), false);
  await harness.chat.outcome("run-2");
  const told = backend.played.filter(({ text }) => text.includes("in green"));
  assert.deepEqual(told.map(({ role }) => role), ["developer"]);
});

Deno.test("Orchestrator.steer() that Codex confirms behind the turn's end is part of the review", async () => {
  const harness = new EngineHarness();
  const developer = new HeldTurn();
  const late = Promise.withResolvers<void>();
  developer.held = late.promise;
  const backend = new ScriptedBackend({
    selector: [PLAN],
    planner: ["the plan"],
    developer: [developer],
    reviewer: [APPROVED],
  });
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  await developer.asked;
  const report = engine.steer(harness.run("in green"), "2");
  developer.end({ answer: "built" });
  for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  late.resolve();
  assert.equal(await takenBy(report), true);
  await harness.chat.outcome("run-1");
  assert.match(backend.played.at(-1)?.text ?? "", /build it[\s\S]*in green/);
});

Deno.test("Orchestrator.steer() waits for a turn that Codex is about to begin", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn(false);
  const engine = harness.orchestrator(developers(turn));
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  const report = engine.steer(harness.run("in green"), "2");
  turn.begin();
  assert.equal(await takenBy(report), true);
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
});

Deno.test("Orchestrator.steer() waits for the first turn of a request that has just been made", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn));
  engine.submit(harness.run("build it"), "1");
  const report = engine.steer(harness.run("in green"), "2");
  assert.equal(await takenBy(report), true);
  assert.deepEqual(turn.steered, ["in green"]);
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  assert.deepEqual(engine.queue(ANN).waiting, []);
});

Deno.test("Orchestrator.steer() before a first turn that takes nothing in makes a request", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("compacted", "next"));
  engine.submit({ ...harness.run("/compact"), task: "compact" }, "1");
  const report = engine.steer(harness.run("in green"), "2");
  assert.deepEqual(report, { type: "queued", reason: "ended" });
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
});

Deno.test("Orchestrator.steer() goes with the request that is stopped before Codex gets it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn(false);
  const backend = developers(turn, "built");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("build it"), "1");
  const report = engine.steer(harness.run("in green"), "2");
  await turn.asked;
  engine.cancel(ANN, { all: false });
  turn.end({ status: "interrupted" });
  assert.equal(await endOf(report), "stopped");
  assert.equal((await harness.chat.outcome("run-1")).status, "cancelled");
  assert.deepEqual(engine.queue(ANN).waiting, []);
  assert.match(engine.lastRequest(ANN)?.prompt ?? "", /^build it\n[\s\S]*in green$/);
});

Deno.test("Orchestrator.steer() is not lost when the program stops before Codex gets it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn(false);
  const first = harness.orchestrator(developers(turn));
  first.submit(harness.run("build it"), "1");
  await turn.asked;
  const report = first.steer(harness.run("in green"), "2");
  harness.clock.skipSleeps = true;
  const closed = first.close(0);
  for (let turns = 0; turns < 50; turns++) await Promise.resolve();
  turn.end({ status: "interrupted" });
  await closed;
  assert.equal(await endOf(report), "kept");
  const backend = developers("built");
  const engine = harness.orchestrator(backend);
  engine.resume();
  engine.continueRun(ANN, "run-1");
  await harness.chat.outcome("run-1");
  await engine.close(0);
  assert.match(backend.played[0]?.text ?? "", /build it[\s\S]*in green$/);
});

Deno.test("Orchestrator.steer() makes a request of what was said to a turn that never began", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn(false);
  const engine = harness.orchestrator(developers(turn, "next"));
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  const report = engine.steer(harness.run("in green"), "2");
  turn.end({ status: "failed" });
  assert.equal(await takenBy(report), false);
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
});

Deno.test("Orchestrator.steer() does not send twice what an earlier process has kept", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const first = harness.orchestrator(developers(turn));
  first.submit(harness.run("build it"), "1");
  await turn.asked;
  await takenBy(first.steer(harness.run("in green"), "2"));
  harness.runs.forRun("run-1").open("develop 1", false);
  const backend = developers("built");
  const engine = harness.orchestrator(backend);
  engine.resume();
  assert.deepEqual(engine.steer(harness.run("in green"), "2"), { type: "repeated" });
  engine.continueRun(ANN, "run-1");
  assert.deepEqual(engine.steer(harness.run("in green"), "2"), { type: "repeated" });
  await harness.chat.outcome("run-1");
  await engine.close(0);
  assert.equal(backend.played.length, 1);
  assert.match(backend.played[0]?.text ?? "", /interrupted[\s\S]*build it[\s\S]*in green$/);
});

Deno.test("Orchestrator.steer() does not tell a run its own words when its routing is repeated", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn));
  engine.steer(harness.run("build it"), "1");
  await turn.asked;
  assert.deepEqual(engine.steer(harness.run("build it"), "1"), { type: "repeated" });
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  assert.deepEqual(turn.steered, []);
});

Deno.test("Orchestrator.steer() begins nothing when the words cannot be kept", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  const engine = harness.orchestrator(developers(turn));
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  harness.runs.additionFailure = diskFailure();
  assert.throws(() => engine.steer(harness.run("in green"), "2"), StorageError);
  turn.end({ answer: "built" });
  await harness.chat.outcome("run-1");
  assert.deepEqual(turn.steered, []);
});

Deno.test("Orchestrator.steer() runs what Codex did not take also when that cannot be kept", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const turn = new HeldTurn();
  turn.refusal = TOO_LATE;
  harness.runs.takeBackFailure = diskFailure();
  const engine = harness.orchestrator(developers(turn, "next"));
  engine.submit(harness.run("build it"), "1");
  await turn.asked;
  assert.equal(await takenBy(engine.steer(harness.run("in green"), "2")), false);
  turn.end({ answer: "built" });
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "next");
});

Deno.test("Orchestrator.lastRequest() is what was asked last, until the session begins anew", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("one", "two"));
  assert.equal(engine.lastRequest(ANN), undefined);
  engine.submit(harness.run("first"), "1");
  const image = { kind: "image", path: "/inbox/a.png", name: "a.png" } as const;
  engine.submit({ ...harness.run("second"), attachments: [image] }, "2");
  await harness.chat.outcome("run-2");
  assert.deepEqual(engine.lastRequest(ANN), {
    runId: "run-2",
    prompt: "second",
    attachments: [image],
  });
  await engine.reset(ANN, { all: false });
  assert.equal(engine.lastRequest(ANN), undefined);
});

Deno.test("Orchestrator.queue() lists what runs, what waits and what waits for a word", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("wait"));
  assert.deepEqual(engine.queue(ANN), { waiting: [], awaitingConfirmation: [], inTopics: [] });
  const old = { ...harness.run("old"), sentAt: new Date(-7_200_000).toISOString() };
  engine.submit(old, "0");
  for (const prompt of ["first", "second", "third"]) engine.submit(harness.run(prompt), prompt);
  await harness.chat.seen("run-2", "turn.event");
  const { active, waiting, awaitingConfirmation } = engine.queue(ANN);
  assert.equal(active?.run.prompt, "first");
  assert.equal(active?.stage?.role, "developer");
  assert.deepEqual(waiting.map(({ prompt }) => prompt), ["second", "third"]);
  assert.deepEqual(awaitingConfirmation.map(({ prompt }) => prompt), ["old"]);
  engine.cancel(ANN, { all: true });
  await harness.chat.outcome("run-2");
});
