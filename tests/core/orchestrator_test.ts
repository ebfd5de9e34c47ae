import assert from "node:assert/strict";
import { CodexError } from "../../src/core/errors.ts";
import { withNote } from "../../src/core/session/session.ts";
import { ScriptedBackend, WAIT } from "../fakes/scripted_backend.ts";
import { ANN, BEN, developers, EngineHarness } from "./engine_harness.ts";

Deno.test("Orchestrator carries a request to its answer and remembers it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("the answer"));
  engine.submit(harness.run("a question"), "1");
  assert.deepEqual(await harness.chat.outcome("run-1"), {
    status: "answered",
    answer: { text: "the answer", facts: { mode: "single", recorded: false } },
  });
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual(session.history, [
    { role: "user", content: "a question" },
    { role: "assistant", content: "the answer" },
  ]);
  assert.equal(session.lastRun?.status, "ok");
  assert.deepEqual(session.developerThread, { id: "thread-1", workingDirectory: "/a" });
  assert.equal(harness.runs.runs.get("run-1")?.status, "finished");
});

Deno.test("Orchestrator reports a run's events in order and its end last", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  harness.orchestrator(developers("done")).submit(harness.run("x"), "1");
  await harness.chat.outcome("run-1");
  assert.deepEqual(harness.chat.types("run-1"), [
    "run.started",
    "stage.started",
    "turn.event",
    "stage.finished",
    "workspace.recorded",
    "run.finished",
  ]);
});

Deno.test("Orchestrator continues the developer's thread with the next request", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("first"), "1");
  await harness.chat.outcome("run-1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.outcome("run-2");
  assert.deepEqual(backend.played.map(({ threadId, resumed }) => [threadId, resumed]), [
    ["thread-1", false],
    ["thread-1", true],
  ]);
});

Deno.test("Orchestrator starts another thread when the profile works in another folder", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("first"), "1");
  await harness.chat.outcome("run-1");
  assert.equal((await engine.selectProfile(ANN, "OTHER"))?.name, "Other");
  engine.submit(harness.run("second"), "2");
  await harness.chat.outcome("run-2");
  assert.deepEqual(backend.played.map(({ options }) => options.workingDirectory), ["/a", "/b"]);
  assert.equal(backend.played[1]?.resumed, false);
});

Deno.test("Orchestrator leaves what waits where it was asked for, when the profile is changed", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const backend = developers(WAIT, "two", "three");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("first"), "1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  await engine.selectProfile(ANN, "other");
  engine.submit(harness.run("third"), "3");
  assert.deepEqual(
    [...harness.runs.runs.values()].map(({ profile }) => profile),
    ["default", "default", undefined],
  );
  engine.cancel(ANN, { all: false });
  await harness.chat.outcome("run-3");
  const folders = backend.played.map(({ options }) => options.workingDirectory);
  assert.deepEqual(folders, ["/a", "/a", "/b"]);
});

Deno.test("Orchestrator runs a repeated source once", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const backend = developers("one", "two");
  const engine = harness.orchestrator(backend);
  engine.submit(harness.run("first"), "telegram:7");
  engine.submit(harness.run("first"), "telegram:7");
  await harness.chat.outcome("run-1");
  await engine.close(0);
  assert.equal(backend.played.length, 1);
});

Deno.test("Orchestrator queues the second request of a session and says its place", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT, "two"));
  engine.submit(harness.run("first"), "1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  assert.deepEqual(harness.chat.types("run-2"), ["run.queued"]);
  assert.equal((await engine.status(ANN)).queued, 1);
  engine.cancel(ANN, { all: false });
  assert.equal((await harness.chat.outcome("run-1")).status, "cancelled");
  assert.equal((await harness.chat.outcome("run-2")).status, "answered");
});

Deno.test("Orchestrator.requestToRetry() repeats nothing that waits or works, unless it is being stopped", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT, "two"));
  engine.submit(harness.run("first"), "1");
  await harness.chat.seen("run-1", "turn.event");
  const again = (): string => engine.requestToRetry(ANN, undefined).type;
  assert.equal(again(), "open");
  engine.submit(harness.run("second"), "2");
  assert.equal(again(), "open");
  assert.equal(engine.cancelRun(ANN, "run-2"), true);
  assert.equal(again(), "request");
  engine.submit(harness.run("third"), "3");
  engine.cancel(ANN, { all: false });
  assert.equal((await harness.chat.outcome("run-3")).answer?.text, "two");
  assert.equal(again(), "request");
  // One that the person has still to confirm would be done twice.
  harness.runs.create(harness.run("fourth"), "4", { type: "old" });
  assert.equal(again(), "open");
});

Deno.test("a goal that another one is to replace is not set behind it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("first"), "1");
  await harness.chat.seen("run-1", "turn.event");
  engine.submit({ ...harness.run("goal A"), goal: { type: "set" } }, "2");
  engine.submit({ ...harness.run("goal B"), goal: { type: "set", replaces: "goal A" } }, "3");
  assert.equal(harness.chat.last("run-3")?.type, "run.offered");
  assert.equal(engine.continueRun(ANN, "run-3"), true);
  assert.equal((await harness.chat.outcome("run-2")).status, "cancelled");
  assert.deepEqual(engine.queue(ANN).waiting.map(({ prompt }) => prompt), ["goal B"]);
  harness.clock.skipSleeps = true;
  await engine.close(0);
});

Deno.test("a request that waits keeps mode and profile under which it was asked, over a restart too", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const first = harness.orchestrator(developers(WAIT));
  first.submit(harness.run("first"), "1");
  first.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  await first.selectProfile(ANN, "other");
  await first.setMode(ANN, "plan");
  first.submit(harness.run("third"), "3");
  // What is not known cannot be kept.
  assert.equal(await first.selectProfile(ANN, "nope"), undefined);
  harness.clock.skipSleeps = true;
  await first.close(0);

  const engine = harness.orchestrator(
    new ScriptedBackend({
      selector: ['{"mode":"single","reason":""}'],
      developer: ["second's answer", "third's answer"],
    }),
  );
  engine.resume();
  await harness.chat.outcome("run-2");
  await harness.chat.outcome("run-3");
  const worked = ["run-1", "run-2", "run-3"].map((id) => harness.runs.runs.get(id));
  assert.deepEqual(worked.map((run) => [run?.mode, run?.profile]), [
    ["single", "default"],
    ["single", "default"],
    ["plan", "Other"],
  ]);
});

Deno.test("a request whose profile is chosen anew just as it begins works under the former one", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("done"));
  engine.submit(harness.run("first"), "1");
  const chosen = engine.selectProfile(ANN, "other");
  await harness.chat.outcome("run-1");
  await chosen;
  assert.equal(harness.runs.runs.get("run-1")?.profile, "default");
});

Deno.test("Orchestrator runs different sessions side by side", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN, BEN);
  const engine = harness.orchestrator(developers(WAIT, "for Ben"));
  engine.submit(harness.run("slow", ANN), "1");
  await harness.chat.seen("run-1", "turn.event");
  engine.submit(harness.run("quick", BEN), "2");
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "for Ben");
  engine.cancel(ANN, { all: false });
  await harness.chat.outcome("run-1");
});

Deno.test("Orchestrator.cancel() drops the waiting requests too when asked to", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("first"), "1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  const report = engine.cancel(ANN, { all: true });
  assert.equal(report.stopped?.run.id, "run-1");
  assert.deepEqual([report.dropped, report.remaining], [1, 0]);
  assert.equal((await harness.chat.outcome("run-2")).status, "cancelled");
  await harness.chat.outcome("run-1");
  await engine.close(1_000);
  assert.deepEqual(harness.runs.unfinished(), []);
});

Deno.test("Orchestrator.cancel() says so when nothing runs", () => {
  const engine = new EngineHarness().orchestrator(developers());
  assert.deepEqual(engine.cancel(ANN, { all: false }), { dropped: 0, remaining: 0 });
});

Deno.test("Orchestrator.cancelRun() stops what runs or waits for the person of the session only", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("first"), "1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  for (const other of [BEN, { ...ANN, userId: "2" }, { ...ANN, topicId: "7" }]) {
    assert.equal(engine.cancelRun(other, "run-1"), false);
    assert.equal(engine.cancelRun(other, "run-2"), false);
  }
  assert.equal(engine.queue(ANN).active?.run.id, "run-1");
  assert.equal(engine.cancelRun(ANN, "run-2"), true);
  assert.equal(engine.cancelRun(ANN, "run-1"), true);
  assert.equal((await harness.chat.outcome("run-2")).status, "cancelled");
  assert.equal((await harness.chat.outcome("run-1")).status, "cancelled");
  assert.equal(engine.cancelRun(ANN, "run-1"), false);
});

Deno.test("Orchestrator.queue() tells outside of topics what runs for the person in those of the chat", async () => {
  const harness = new EngineHarness();
  const topic = { ...ANN, topicId: "7" };
  const others = [ANN, { ...topic, userId: "2" }, { ...topic, chatId: "2" }];
  await harness.singleMode(topic, ...others);
  const engine = harness.orchestrator(developers(WAIT, WAIT, WAIT, WAIT));
  for (const session of [topic, ...others]) {
    const run = harness.run("x", session);
    engine.submit(run, run.id);
  }
  await harness.chat.seen("run-4", "turn.event");
  const inTopics = (key: typeof ANN): string[] =>
    engine.queue(key).inTopics.map(({ run }) => run.id);
  assert.deepEqual(inTopics(ANN), ["run-1"]);
  assert.deepEqual([inTopics(topic), inTopics(BEN)], [[], []]);
  harness.clock.skipSleeps = true;
  await engine.close(0);
});

Deno.test("Orchestrator.status() tells the running stage and its age", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("first"), "1");
  await harness.chat.seen("run-1", "turn.event");
  const { active } = await engine.status(ANN);
  assert.deepEqual(active?.stage, { role: "developer", round: 1, ageMs: 0 });
  engine.cancel(ANN, { all: false });
  await harness.chat.outcome("run-1");
});

Deno.test("Orchestrator.reset() stops the work and nothing of it reaches the new session", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("one", WAIT));
  engine.submit(harness.run("first"), "1");
  await harness.chat.outcome("run-1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.seen("run-2", "turn.event");
  await engine.reset(ANN, { all: false });
  await harness.chat.outcome("run-2");
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual([session.mode, session.history, session.lastRun, session.developerThread], [
    "plan",
    [],
    undefined,
    undefined,
  ]);
});

Deno.test("Orchestrator.reset() stays in the project, unless all of it begins anew", async () => {
  const harness = new EngineHarness();
  const engine = harness.orchestrator(developers());
  const chosen = { profile: "fast", name: "mine", model: "m", reasoningEffort: "high" };
  await harness.sessions.change(ANN, (session) => ({ ...session, mode: "single", ...chosen }));
  await engine.reset(ANN, { all: false });
  const kept = (await harness.sessions.read(ANN)).session;
  assert.deepEqual(
    [kept.mode, kept.profile, kept.model, kept.reasoningEffort, kept.name],
    ["plan", "fast", "m", "high", undefined],
  );
  await engine.reset(ANN, { all: true });
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual(
    [session.profile, session.model, session.reasoningEffort],
    ["default", undefined, undefined],
  );
});

Deno.test("a conversation is named after its first request", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("one", "two"));
  engine.submit(harness.run("## first words\nand more"), "1");
  await harness.chat.outcome("run-1");
  assert.equal((await harness.sessions.read(ANN)).session.name, "first words");
  engine.submit(harness.run("second"), "2");
  await harness.chat.outcome("run-2");
  assert.equal((await harness.sessions.read(ANN)).session.name, "first words");
});

Deno.test("Orchestrator tells the reason of a failed run and traces it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const trouble = { kind: "login", said: "401." } as const;
  const engine = harness.orchestrator(
    developers({
      status: "failed",
      failure: { kind: "login", message: "Run codex login", trouble },
    }),
  );
  engine.submit(harness.run("first"), "1");
  assert.deepEqual(await harness.chat.outcome("run-1"), {
    status: "failed",
    message: "Run codex login",
    trouble,
  });
  const request = harness.traces.records.find(({ type }) => type === "request");
  assert.ok(request?.type === "request");
  assert.equal(request.error_message, "Run codex login");
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual([session.lastRun?.status, session.lastRun?.error], ["error", "Run codex login"]);
});

Deno.test("Orchestrator does not call an answer lost where there was none", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const trouble = { kind: "login", said: "401." } as const;
  const failure = { kind: "login", message: "401.", trouble } as const;
  const engine = harness.orchestrator(developers({ status: "failed", failure }));
  harness.sessions.failing = true;
  engine.submit(harness.run("first"), "1");
  assert.equal((await harness.chat.outcome("run-1")).status, "failed");
  await engine.close(1_000);
  assert.ok(harness.log.lines.some(({ message }) => message === "session.not-kept"));
  assert.deepEqual(harness.chat.notices, []);
});

Deno.test("Orchestrator remembers of a failed run which task it was", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const trouble = { kind: "login", said: "401." } as const;
  const failure = { kind: "login", message: "401.", trouble } as const;
  const engine = harness.orchestrator(developers({ status: "failed", failure }));
  engine.submit({ ...harness.run("/compact"), task: "compact" }, "1");
  assert.equal((await harness.chat.outcome("run-1")).status, "failed");
  await engine.close(1_000);
  assert.equal((await harness.sessions.read(ANN)).session.lastRun?.task, "compact");
});

Deno.test("Orchestrator delivers the answer even when the session cannot be written", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers("the answer"));
  harness.sessions.failing = true;
  engine.submit(harness.run("first"), "1");
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "the answer");
  assert.ok(harness.log.lines.some(({ message }) => message === "session.not-kept"));
  assert.deepEqual(harness.chat.notices.map(({ notice }) => notice), [
    { type: "session.not-kept", trouble: { kind: "unforeseen", said: "the disk is full." } },
  ]);
});

Deno.test("Orchestrator says that a damaged session was set aside", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  harness.sessions.setAside = "1-1.json.damaged";
  harness.orchestrator(developers("x")).submit(harness.run("first"), "1");
  await harness.chat.outcome("run-1");
  assert.deepEqual(harness.chat.notices, [{
    runId: "run-1",
    notice: { type: "session.set-aside", file: "1-1.json.damaged" },
  }]);
});

Deno.test("Orchestrator says in what mode and profile a session begins anew whose file is gone", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  harness.sessions.gone = true;
  const engine = harness.orchestrator(developers("x", "y"));
  engine.submit(harness.run("first"), "1");
  await harness.chat.outcome("run-1");
  engine.submit(harness.run("second"), "2");
  await harness.chat.outcome("run-2");
  assert.deepEqual(harness.chat.notices, [{
    runId: "run-1",
    notice: { type: "session.gone", mode: "single", profile: "default" },
  }]);
});

Deno.test("Orchestrator.close() leaves an unfinished developer stage open, and the next start tells it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const first = harness.orchestrator(developers(WAIT));
  first.submit(harness.run("first"), "1");
  first.submit(harness.run("second"), "2");
  await harness.chat.seen("run-1", "turn.event");
  harness.clock.skipSleeps = true;
  await first.close(1_000);
  assert.equal(harness.chat.types("run-1").at(-1), "run.suspended");

  const backend = developers("second's answer");
  harness.orchestrator(backend).resume();
  assert.equal((await harness.chat.outcome("run-2")).answer?.text, "second's answer");
  assert.deepEqual(harness.chat.last("run-1"), {
    type: "run.offered",
    reason: { type: "interrupted", step: "develop 1" },
  });
  assert.equal(backend.played.length, 1);
});

Deno.test("Orchestrator.resume() goes on by itself where only reading was at work", async () => {
  const harness = new EngineHarness();
  const first = harness.orchestrator(
    new ScriptedBackend({ selector: ['{"mode":"plan","reason":""}'], planner: [WAIT] }),
  );
  first.submit(harness.run("build it"), "1");
  while (harness.runs.steps.get("run-1")?.openStep?.name !== "plan") await Promise.resolve();
  harness.clock.skipSleeps = true;
  await first.close(0);

  const backend = new ScriptedBackend({
    planner: ["the plan"],
    developer: ["built"],
    reviewer: ['{"verdict":"approved","summary":"","findings":[]}'],
  });
  harness.orchestrator(backend).resume();
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "built");
  assert.deepEqual(backend.roles(), ["planner", "developer", "reviewer"]);
  assert.ok(harness.chat.types("run-1").includes("run.continued"));
});

Deno.test("what the developer has to know stays until a developer was reached", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  await harness.sessions.change(ANN, (session) => withNote(session, "It was taken back."));
  const notes = async (): Promise<readonly string[] | undefined> =>
    (await harness.sessions.peek(ANN)).notes;
  class Unreachable extends ScriptedBackend {
    override start(): Promise<void> {
      return Promise.reject(new CodexError("not-installed", "Codex could not be started"));
    }
  }
  const first = harness.orchestrator(new Unreachable({}));
  first.submit(harness.run("one"), "1");
  assert.equal((await harness.chat.outcome("run-1")).status, "failed");
  await first.close(1_000);
  assert.deepEqual(await notes(), ["It was taken back."]);
  const backend = new ScriptedBackend({ developer: ["done"] });
  const second = harness.orchestrator(backend);
  second.submit(harness.run("two"), "2");
  await harness.chat.outcome("run-2");
  await second.close(1_000);
  assert.match(backend.played[0]?.input.text ?? "", /It was taken back/);
  assert.equal(await notes(), undefined);
});

Deno.test("a person is told each time that nobody could choose between an answer and a plan", async () => {
  const harness = new EngineHarness();
  const down = { trouble: { kind: "service", said: "The model is away." } } as const;
  const failure = { kind: "other", message: "The model is away.", ...down } as const;
  const backend = new ScriptedBackend({
    selector: [{ status: "failed", failure }, "no choice", '{"mode":"single","reason":""}'],
    developer: ["one", "two", "three"],
  });
  // The echo is no agent that could choose.
  Object.assign(backend, { kind: "app-server" });
  const engine = harness.orchestrator(backend);
  for (const id of ["1", "2", "3"]) {
    engine.submit(harness.run("do it"), id);
    await harness.chat.outcome(`run-${id}`);
  }
  await engine.close(1_000);
  assert.deepEqual(harness.chat.notices, [
    { runId: "run-1", notice: { type: "selector.undecided", ...down } },
    { runId: "run-2", notice: { type: "selector.undecided" } },
  ]);
});
