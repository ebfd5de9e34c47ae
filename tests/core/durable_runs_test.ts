/** What becomes of runs when the process ends under them, and when it was away for long. */
import assert from "node:assert/strict";
import type { Run } from "../../src/core/run/run.ts";
import { ScriptedBackend, WAIT } from "../fakes/scripted_backend.ts";
import type { SessionKey } from "../../src/core/session/session.ts";
import { ANN, BEN, developers, EngineHarness } from "./engine_harness.ts";
import { diskFailure } from "../fakes/disk_failure.ts";

const PLANNED = {
  selector: ['{"mode":"plan","reason":""}'],
  planner: ["the plan"],
};
const APPROVED = '{"verdict":"approved","summary":"","findings":[]}';

/** A process that is cut off while the developer is at work. */
async function interrupted(harness: EngineHarness): Promise<void> {
  const first = harness.orchestrator(new ScriptedBackend({ ...PLANNED, developer: [WAIT] }));
  first.submit(harness.run("build it"), "1");
  while (harness.runs.steps.get("run-1")?.openStep?.name !== "develop 1") await Promise.resolve();
  harness.clock.skipSleeps = true;
  await first.close(0);
  harness.clock.skipSleeps = false;
}

Deno.test("Orchestrator.continueRun() does the interrupted step again, told so, and no finished one", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const backend = new ScriptedBackend({ developer: ["built"], reviewer: [APPROVED] });
  const engine = harness.orchestrator(backend);
  engine.resume();
  assert.deepEqual(engine.awaitingConfirmation(ANN).map(({ id }) => id), ["run-1"]);
  assert.equal((await engine.status(ANN)).awaitingConfirmation, 1);
  assert.equal(engine.continueRun(ANN, "run-1"), true);
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "built");
  assert.deepEqual(backend.roles(), ["developer", "reviewer"]);
  assert.match(backend.played[0]?.input.text ?? "", /You were interrupted[\s\S]*build it/);
  await engine.close(1_000);
  assert.deepEqual(harness.runs.unfinished(), []);
});

Deno.test("a run that goes on in a later process has taken the time of its earlier stages, too", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const stage = { at: "2026-01-01T00:00:00.000Z", kind: "stage", text: "" } as const;
  const log = {
    entries: [
      { ...stage, role: "planner", round: 0, durationMs: 60_000 },
      { ...stage, role: "developer", round: 1, durationMs: 5_000 },
      { ...stage, role: "developer", round: 1 },
    ],
    dropped: 0,
  } as const;
  harness.runLogs.save(ANN, { runId: "run-1", request: "build it", log });
  const backend = new ScriptedBackend({ developer: ["built"], reviewer: [APPROVED] });
  const engine = harness.orchestrator(backend);
  engine.resume();
  engine.continueRun(ANN, "run-1");
  await harness.chat.outcome("run-1");
  await engine.close(1_000);
  const session = await harness.sessions.read(ANN);
  assert.equal(session.session.lastRun?.latencyMs, 65_000);
});

Deno.test("Orchestrator.continueRun() takes one yes only, from the person of the session only", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const engine = harness.orchestrator(
    new ScriptedBackend({ developer: ["built", "built twice"], reviewer: [APPROVED] }),
  );
  engine.resume();
  assert.equal(engine.continueRun({ chatId: "1", userId: "2" }, "run-1"), false);
  assert.equal(engine.dropRun({ chatId: "2", userId: "1" }, "run-1"), false);
  assert.equal(engine.continueRun(ANN, "run-1"), true);
  assert.equal(engine.continueRun(ANN, "run-1"), false);
  assert.equal(engine.dropRun(ANN, "run-1"), false);
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "built");
});

Deno.test("a run is not continued in another profile than that with which it was begun", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const begun = harness.runs.runs.get("run-1");
  assert.ok(begun !== undefined);
  harness.runs.runs.set("run-1", { ...begun, profile: "gone" });
  const backend = new ScriptedBackend({});
  const engine = harness.orchestrator(backend);
  engine.resume();
  engine.continueRun(ANN, "run-1");
  const outcome = await harness.chat.outcome("run-1");
  assert.ok(outcome.status === "failed" && outcome.trouble.kind === "record");
  assert.match(outcome.trouble.said, /profile "gone", which is not in conf\.toml any more/);
  assert.deepEqual(backend.played, []);
  await engine.close(1_000);
});

Deno.test("a request is told that the profile of its session is gone, and which one is used", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  await harness.sessions.change(ANN, (session) => ({ ...session, profile: "gone" }));
  const engine = harness.orchestrator(developers("done", "done"));
  engine.submit(harness.run("do it"), "1");
  assert.equal((await harness.chat.outcome("run-1")).answer?.text, "done");
  const notice = { type: "profile.gone", name: "gone", used: "default", folder: "/a" };
  engine.submit(harness.run("and that"), "2");
  await harness.chat.outcome("run-2");
  assert.deepEqual(harness.chat.notices, [{ runId: "run-1", notice }]);
  await engine.close(1_000);
});

Deno.test("Orchestrator.dropRun() ends a run that awaits confirmation for good", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const engine = harness.orchestrator(new ScriptedBackend({}));
  engine.resume();
  assert.equal(engine.dropRun(ANN, "run-1"), true);
  assert.equal((await harness.chat.outcome("run-1")).status, "cancelled");
  // What it has changed by then is not said to be nothing.
  assert.deepEqual(harness.snapshots.refusals(ANN), [{ runId: "run-1", reason: "cut-short" }]);
  harness.orchestrator(new ScriptedBackend({})).resume();
  assert.equal(harness.chat.types("run-1").filter((type) => type === "run.offered").length, 1);
});

Deno.test("Orchestrator.cancel() with all drops what awaits confirmation, too", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  const engine = harness.orchestrator(new ScriptedBackend({}));
  engine.resume();
  const report = engine.cancel(ANN, { all: true });
  assert.deepEqual(report, { dropped: 0, droppedOnHold: 1, remaining: 0 });
  assert.deepEqual(engine.awaitingConfirmation(ANN), []);
});

Deno.test("Orchestrator.resume() offers an open question again at each start until it is answered", async () => {
  const harness = new EngineHarness();
  await interrupted(harness);
  harness.orchestrator(new ScriptedBackend({})).resume();
  harness.orchestrator(new ScriptedBackend({})).resume();
  assert.deepEqual(harness.chat.last("run-1"), {
    type: "run.offered",
    reason: { type: "interrupted", step: "develop 1" },
  });
});

Deno.test("Orchestrator.resume() delivers an answer that was recorded and not handed over, and keeps it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const run = harness.run("question");
  harness.runs.create(run, "1");
  harness.runs.begin(run.id, "single", "default");
  harness.runs.finish(run.id, { status: "answered", answer: { text: "kept" } }, 5);
  const backend = new ScriptedBackend({});
  harness.orchestrator(backend).resume();
  assert.equal((await harness.chat.outcome(run.id)).answer?.text, "kept");
  assert.equal(backend.played.length, 0);
  // The process had ended before it added the exchange to the session.
  while (harness.runs.unfinished().length > 0) await new Promise((resume) => setTimeout(resume));
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual(session.history.map(({ content }) => content), ["question", "kept"]);
});

Deno.test("Orchestrator.resume() after a long downtime offers what waited instead of running it", () => {
  const harness = new EngineHarness();
  const waiting = harness.run("old request");
  harness.runs.create(waiting, "1");
  harness.downtimeMs = 3_600_001;
  const backend = new ScriptedBackend({});
  harness.orchestrator(backend).resume();
  assert.deepEqual(harness.chat.last(waiting.id), {
    type: "run.offered",
    reason: { type: "old", offlineMs: 3_600_001 },
  });
  assert.equal(backend.played.length, 0);
});

Deno.test("Orchestrator.submit() offers a request that lay at Telegram for long", () => {
  const harness = new EngineHarness();
  const engine = harness.orchestrator(new ScriptedBackend({}));
  const old: Run = {
    ...harness.run("old request"),
    createdAt: "2026-01-01T12:00:00.000Z",
    sentAt: "2026-01-01T10:59:59.000Z",
  };
  engine.submit(old, "1");
  assert.deepEqual(harness.chat.last(old.id), {
    type: "run.offered",
    reason: { type: "old", offlineMs: 3_601_000 },
  });
  assert.deepEqual(engine.awaitingConfirmation(ANN).map(({ id }) => id), [old.id]);
});

Deno.test("Orchestrator writes an exchange into the session once, however often it is finished", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const first = harness.orchestrator(developers("the answer"));
  const run = harness.run("question");
  first.submit(run, "1");
  await harness.chat.outcome(run.id);
  // The process ended behind the session and before the record of the run.
  const stored = harness.runs.runs.get(run.id);
  if (stored === undefined) throw new Error("the run is kept");
  harness.runs.runs.set(run.id, { ...stored, status: "running" });
  const again = harness.orchestrator(new ScriptedBackend({}));
  again.resume();
  await again.close(1_000);
  const { session } = await harness.sessions.read(ANN);
  assert.deepEqual(session.history.map(({ content }) => content), ["question", "the answer"]);
});

Deno.test("Orchestrator.resume() says when the disk does not let it, and takes up what is left later", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  harness.runs.create(harness.run("earlier"), "1");
  harness.runs.readFailure = diskFailure("Cannot use state.db: the folder cannot be written");
  const engine = harness.orchestrator(developers("now", "then"));
  assert.equal(engine.resume(), false);
  harness.runs.readFailure = undefined;
  engine.submit(harness.run("new"), "2");
  assert.equal(engine.resume(), true);
  await harness.chat.outcome("run-1");
  await harness.chat.outcome("run-2");
  assert.equal(harness.chat.types("run-2").filter((type) => type === "run.finished").length, 1);
});

Deno.test("Orchestrator does not let the developer begin when that cannot be recorded", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  harness.runs.openFailure = diskFailure();
  const backend = developers("never");
  harness.orchestrator(backend).submit(harness.run("question"), "1");
  const outcome = await harness.chat.outcome("run-1");
  assert.equal(
    outcome.status === "failed" && outcome.message,
    "Cannot use state.db: the disk is full",
  );
  assert.equal(backend.played.length, 0);
});

Deno.test("Orchestrator.resume() begins nothing for a person who is not let in any more, and keeps it", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN, BEN);
  const first = harness.orchestrator(developers(WAIT));
  first.submit(harness.run("at work", BEN), "1");
  await harness.chat.seen("run-1", "turn.event");
  first.submit(harness.run("queued", BEN), "2");
  harness.clock.skipSleeps = true;
  await first.close(0);
  harness.clock.skipSleeps = false;
  const told = ["run-1", "run-2"].map((id) => harness.chat.types(id).length);

  const backend = developers("for Ann");
  const second = harness.orchestrator(backend);
  assert.equal(second.resume(({ userId }) => userId === ANN.userId), true);
  second.submit(harness.run("question"), "3");
  await harness.chat.outcome("run-3");
  await second.close(1_000);
  assert.equal(backend.played.length, 1);
  assert.deepEqual(["run-1", "run-2"].map((id) => harness.chat.types(id).length), told);

  const third = harness.orchestrator(developers());
  third.resume();
  const onHold = third.awaitingConfirmation(BEN).map(({ confirmation }) => confirmation?.type);
  assert.deepEqual(onHold, ["interrupted", "old"]);
  await third.close(1_000);
});

Deno.test("Orchestrator.close() lets a person cancel while it waits, which is final", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("question"), "1");
  await harness.chat.seen("run-1", "turn.event");
  const closing = engine.close(60_000);
  engine.cancel(ANN, { all: false });
  await closing;
  assert.equal((await harness.chat.outcome("run-1")).status, "cancelled");
  assert.deepEqual(harness.runs.unfinished(), []);
});

Deno.test("Orchestrator.close() keeps requests that come meanwhile for the next start, and in sight", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers(WAIT));
  engine.submit(harness.run("question"), "1");
  await harness.chat.seen("run-1", "turn.event");
  engine.submit(harness.run("second"), "2");
  const closing = engine.close(60_000);
  engine.submit(harness.run("third"), "3");
  engine.submit(harness.run("elsewhere", BEN), "4");
  engine.submit(harness.run("again", BEN), "5");
  const waiting = (key: SessionKey): string[] => engine.queue(key).waiting.map(({ id }) => id);
  assert.deepEqual(waiting(ANN), ["run-2", "run-3"]);
  assert.deepEqual(waiting(BEN), ["run-4", "run-5"]);
  assert.deepEqual(harness.chat.types("run-4"), ["run.queued"]);
  assert.equal(engine.cancelRun(BEN, "run-5"), true);
  assert.equal(engine.cancel(ANN, { all: true }).dropped, 2);
  await closing;
  assert.deepEqual(waiting(BEN), ["run-4"]);
  assert.deepEqual(harness.runs.unfinished().map(({ id }) => id), ["run-4"]);
});

Deno.test("Orchestrator.close() takes the failure of a Codex that is ended with it for a pause", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const engine = harness.orchestrator(developers({ status: "lost" }));
  engine.submit(harness.run("question"), "1");
  await engine.close(60_000);
  assert.equal(harness.chat.types("run-1").at(-1), "run.suspended");
  assert.equal(harness.runs.unfinished().length, 1);
});

Deno.test("Orchestrator names the files of a request, after a restart too, and remembers them", async () => {
  const harness = new EngineHarness();
  await harness.singleMode(ANN);
  const attachments = [{ kind: "image" as const, path: "/inbox/a.png", name: "a.png" }];
  harness.runs.create({ ...harness.run("look"), attachments }, "1");
  const backend = developers("seen");
  backend.capabilities.images = true;
  const engine = harness.orchestrator(backend);
  engine.resume();
  await harness.chat.outcome("run-1");
  const [developer] = backend.played;
  assert.match(developer?.text ?? "", /^look\n\nFiles [^\n]+\n- \/inbox\/a\.png \(image\)$/);
  assert.deepEqual(developer?.input.images, ["/inbox/a.png"]);
  await engine.close(1_000);
  const { session } = await harness.sessions.read(ANN);
  assert.match(session.history[0]?.content ?? "", /\/inbox\/a\.png/);
});
