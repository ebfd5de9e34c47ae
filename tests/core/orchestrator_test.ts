import assert from "node:assert/strict";
import { ScriptedBackend, WAIT } from "../fakes/scripted_backend.ts";
import { ANN, BEN, developers, House } from "./house.ts";

Deno.test("Orchestrator carries a request to its answer and remembers it", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers("the answer"));
  engine.submit(house.run("a question"), "1");
  assert.deepEqual(await house.chat.outcome("run-1"), {
    status: "answered",
    answer: { text: "the answer" },
  });
  const { session } = await house.sessions.read(ANN);
  assert.deepEqual(session.history, [
    { role: "user", content: "a question" },
    { role: "assistant", content: "the answer" },
  ]);
  assert.equal(session.lastRun?.status, "ok");
  assert.deepEqual(session.developerThread, { id: "thread-1", workingDirectory: "/a" });
  assert.equal(house.runs.runs.get("run-1")?.status, "finished");
});

Deno.test("Orchestrator reports a run's events in order and its end last", async () => {
  const house = new House();
  await house.singleMode(ANN);
  house.orchestrator(developers("done")).submit(house.run("x"), "1");
  await house.chat.outcome("run-1");
  assert.deepEqual(house.chat.types("run-1"), [
    "run.started",
    "stage.started",
    "turn.event",
    "stage.finished",
    "run.finished",
  ]);
});

Deno.test("Orchestrator continues the developer's thread with the next request", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = house.orchestrator(backend);
  engine.submit(house.run("first"), "1");
  await house.chat.outcome("run-1");
  engine.submit(house.run("second"), "2");
  await house.chat.outcome("run-2");
  assert.deepEqual(backend.played.map(({ threadId, resumed }) => [threadId, resumed]), [
    ["thread-1", false],
    ["thread-1", true],
  ]);
});

Deno.test("Orchestrator starts another thread when the profile works in another folder", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = house.orchestrator(backend);
  engine.submit(house.run("first"), "1");
  await house.chat.outcome("run-1");
  assert.equal((await engine.selectProfile(ANN, "OTHER"))?.name, "Other");
  engine.submit(house.run("second"), "2");
  await house.chat.outcome("run-2");
  assert.deepEqual(backend.played.map(({ options }) => options.workingDirectory), ["/a", "/b"]);
  assert.equal(backend.played[1]?.resumed, false);
});

Deno.test("Orchestrator runs a repeated source once", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = house.orchestrator(backend);
  engine.submit(house.run("first"), "telegram:7");
  engine.submit(house.run("first"), "telegram:7");
  await house.chat.outcome("run-1");
  await engine.close(0);
  assert.equal(backend.played.length, 1);
});

Deno.test("Orchestrator queues the second request of a session and says its place", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers(WAIT, "two"));
  engine.submit(house.run("first"), "1");
  engine.submit(house.run("second"), "2");
  await house.chat.seen("run-1", "turn.event");
  assert.deepEqual(house.chat.types("run-2"), ["run.queued"]);
  assert.equal((await engine.status(ANN)).queued, 1);
  engine.cancel(ANN, { all: false });
  assert.equal((await house.chat.outcome("run-1")).status, "cancelled");
  assert.equal((await house.chat.outcome("run-2")).status, "answered");
});

Deno.test("Orchestrator runs different sessions side by side", async () => {
  const house = new House();
  await house.singleMode(ANN, BEN);
  const engine = house.orchestrator(developers(WAIT, "for Ben"));
  engine.submit(house.run("slow", ANN), "1");
  await house.chat.seen("run-1", "turn.event");
  engine.submit(house.run("quick", BEN), "2");
  assert.equal((await house.chat.outcome("run-2")).answer?.text, "for Ben");
  engine.cancel(ANN, { all: false });
  await house.chat.outcome("run-1");
});

Deno.test("Orchestrator.cancel() drops the waiting requests too when asked to", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers(WAIT));
  engine.submit(house.run("first"), "1");
  engine.submit(house.run("second"), "2");
  await house.chat.seen("run-1", "turn.event");
  const report = engine.cancel(ANN, { all: true });
  assert.equal(report.stopped?.run.id, "run-1");
  assert.deepEqual([report.dropped, report.remaining], [1, 0]);
  assert.equal((await house.chat.outcome("run-2")).status, "cancelled");
  await house.chat.outcome("run-1");
  assert.deepEqual(house.runs.unfinished(), []);
});

Deno.test("Orchestrator.cancel() says so when nothing runs", () => {
  const engine = new House().orchestrator(developers());
  assert.deepEqual(engine.cancel(ANN, { all: false }), { dropped: 0, remaining: 0 });
});

Deno.test("Orchestrator.cancelRun() stops what runs or waits for the person of the session only", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers(WAIT));
  engine.submit(house.run("first"), "1");
  engine.submit(house.run("second"), "2");
  await house.chat.seen("run-1", "turn.event");
  for (const other of [BEN, { ...ANN, userId: "2" }, { ...ANN, topicId: "7" }]) {
    assert.equal(engine.cancelRun(other, "run-1"), false);
    assert.equal(engine.cancelRun(other, "run-2"), false);
  }
  assert.equal(engine.queue(ANN).active?.run.id, "run-1");
  assert.equal(engine.cancelRun(ANN, "run-2"), true);
  assert.equal(engine.cancelRun(ANN, "run-1"), true);
  assert.equal((await house.chat.outcome("run-2")).status, "cancelled");
  assert.equal((await house.chat.outcome("run-1")).status, "cancelled");
  assert.equal(engine.cancelRun(ANN, "run-1"), false);
});

Deno.test("Orchestrator.queue() tells outside of topics what runs for the person in those of the chat", async () => {
  const house = new House();
  const topic = { ...ANN, topicId: "7" };
  const others = [ANN, { ...topic, userId: "2" }, { ...topic, chatId: "2" }];
  await house.singleMode(topic, ...others);
  const engine = house.orchestrator(developers(WAIT, WAIT, WAIT, WAIT));
  for (const session of [topic, ...others]) {
    const run = house.run("x", session);
    engine.submit(run, run.id);
  }
  await house.chat.seen("run-4", "turn.event");
  const inTopics = (key: typeof ANN): string[] =>
    engine.queue(key).inTopics.map(({ run }) => run.id);
  assert.deepEqual(inTopics(ANN), ["run-1"]);
  assert.deepEqual([inTopics(topic), inTopics(BEN)], [[], []]);
  house.clock.skipSleeps = true;
  await engine.close(0);
});

Deno.test("Orchestrator.status() tells the running stage and its age", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers(WAIT));
  engine.submit(house.run("first"), "1");
  await house.chat.seen("run-1", "turn.event");
  const { active } = await engine.status(ANN);
  assert.deepEqual(active?.stage, { role: "developer", round: 1, ageMs: 0 });
  engine.cancel(ANN, { all: false });
  await house.chat.outcome("run-1");
});

Deno.test("Orchestrator.reset() stops the work and nothing of it reaches the new session", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers("one", WAIT));
  engine.submit(house.run("first"), "1");
  await house.chat.outcome("run-1");
  engine.submit(house.run("second"), "2");
  await house.chat.seen("run-2", "turn.event");
  await engine.reset(ANN);
  await house.chat.outcome("run-2");
  const { session } = await house.sessions.read(ANN);
  assert.deepEqual([session.mode, session.history, session.lastRun, session.developerThread], [
    "plan",
    [],
    undefined,
    undefined,
  ]);
});

Deno.test("Orchestrator tells the reason of a failed run and traces it", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(
    developers({ status: "failed", failure: { kind: "login", message: "Run codex login" } }),
  );
  engine.submit(house.run("first"), "1");
  assert.deepEqual(await house.chat.outcome("run-1"), {
    status: "failed",
    message: "Run codex login",
  });
  const request = house.traces.records.find(({ type }) => type === "request");
  assert.ok(request?.type === "request");
  assert.equal(request.error_message, "Run codex login");
  const { session } = await house.sessions.read(ANN);
  assert.deepEqual([session.lastRun?.status, session.lastRun?.error], ["error", "Run codex login"]);
});

Deno.test("Orchestrator delivers the answer even when the session cannot be written", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const engine = house.orchestrator(developers("the answer"));
  house.sessions.failing = true;
  engine.submit(house.run("first"), "1");
  assert.equal((await house.chat.outcome("run-1")).answer?.text, "the answer");
  assert.ok(house.log.lines.some(({ message }) => message === "session.not-kept"));
  assert.deepEqual(house.chat.notices.map(({ notice }) => notice), [
    { type: "session.not-kept", reason: "the disk is full" },
  ]);
});

Deno.test("Orchestrator says that a damaged session was set aside", async () => {
  const house = new House();
  await house.singleMode(ANN);
  house.sessions.setAside = "1-1.json.damaged";
  house.orchestrator(developers("x")).submit(house.run("first"), "1");
  await house.chat.outcome("run-1");
  assert.deepEqual(house.chat.notices, [{
    runId: "run-1",
    notice: { type: "session.set-aside", file: "1-1.json.damaged" },
  }]);
});

Deno.test("Orchestrator.close() leaves an unfinished developer stage open, and the next start tells it", async () => {
  const house = new House();
  await house.singleMode(ANN);
  const first = house.orchestrator(developers(WAIT));
  first.submit(house.run("first"), "1");
  first.submit(house.run("second"), "2");
  await house.chat.seen("run-1", "turn.event");
  house.clock.skipSleeps = true;
  await first.close(1_000);
  assert.equal(house.chat.types("run-1").at(-1), "run.suspended");

  const backend = developers("second's answer");
  house.orchestrator(backend).resume();
  assert.equal((await house.chat.outcome("run-2")).answer?.text, "second's answer");
  assert.deepEqual(house.chat.last("run-1"), {
    type: "run.offered",
    reason: { type: "interrupted", step: "develop 1" },
  });
  assert.equal(backend.played.length, 1);
});

Deno.test("Orchestrator.resume() goes on by itself where only reading was at work", async () => {
  const house = new House();
  const first = house.orchestrator(
    new ScriptedBackend({ selector: ['{"mode":"plan","reason":""}'], planner: [WAIT] }),
  );
  first.submit(house.run("build it"), "1");
  while (house.runs.steps.get("run-1")?.openStep?.name !== "plan") await Promise.resolve();
  house.clock.skipSleeps = true;
  await first.close(0);

  const backend = new ScriptedBackend({
    planner: ["the plan"],
    developer: ["built"],
    reviewer: ['{"verdict":"approved","summary":"","findings":[]}'],
  });
  house.orchestrator(backend).resume();
  assert.equal((await house.chat.outcome("run-1")).answer?.text, "built");
  assert.deepEqual(backend.roles(), ["planner", "developer", "reviewer"]);
  assert.ok(house.chat.types("run-1").includes("run.continued"));
});
