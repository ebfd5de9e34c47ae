/** A stage starts Codex before its turn: it may be missing, slow, or wanted no longer. */
import assert from "node:assert/strict";
import { onlyThisMachine } from "../../src/core/codex/codex.ts";
import { CodexError, RunCancelledError, StageError } from "../../src/core/errors.ts";
import { RunAdditions } from "../../src/core/run/steering.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import { createSingleWorkflow } from "../../src/workflows/single.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemorySteps } from "../fakes/memory_steps.ts";
import { NO_RECORDING } from "../fakes/memory_snapshots.ts";
import { ScriptedBackend } from "../fakes/scripted_backend.ts";

class StartedBackend extends ScriptedBackend {
  constructor(readonly started: (signal?: AbortSignal) => Promise<void>) {
    super({ developer: ["done"] });
  }

  override start(signal?: AbortSignal): Promise<void> {
    return this.started(signal);
  }
}

async function play(
  backend: ScriptedBackend,
  signal = new AbortController().signal,
): Promise<{ readonly events: RunEvent[]; readonly end: unknown }> {
  const deps = { machines: onlyThisMachine(backend), clock: new FakeClock() };
  const running = createSingleWorkflow(deps).run({
    additions: new RunAdditions(),
    runId: "run",
    prompt: "hello",
    images: [],
    mode: "single",
    profile: {
      name: "default",
      workingDirectory: "/project",
      sandbox: "read-only",
      approvalPolicy: "never",
      agents: {
        single: { developer: {} },
        plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
      },
    },
    history: [],
    notes: [],
    steps: new MemorySteps(),
    signal,
    approve: () => Promise.resolve("decline"),
    recording: NO_RECORDING,
  });
  const events: RunEvent[] = [];
  try {
    for (let next = await running.next();; next = await running.next()) {
      if (next.done) return { events, end: next.value };
      events.push(next.value);
    }
  } catch (error) {
    return { events, end: error };
  }
}

Deno.test("a stage fails with what is wrong with Codex when that cannot be started", async () => {
  const missing = new CodexError("not-installed", "There is no Codex", { remedy: "Install it" });
  const { events, end } = await play(new StartedBackend(() => Promise.reject(missing)));
  assert.deepEqual(events, [
    { type: "stage.started", role: "developer", round: 1 },
    {
      type: "stage.finished",
      stage: {
        role: "developer",
        round: 1,
        status: "failed",
        latencyMs: 0,
        error: "There is no Codex. Install it",
        errorKind: "process",
      },
    },
  ]);
  assert.ok(end instanceof StageError);
  assert.equal(end.message, "There is no Codex. Install it");
  assert.deepEqual(end.trouble, { kind: "not-installed", said: "There is no Codex. Install it." });
});

Deno.test("a stage waits for a Codex that is still being started", async () => {
  const started = Promise.withResolvers<void>();
  const playing = play(new StartedBackend(() => started.promise));
  started.resolve();
  const { events, end } = await playing;
  assert.deepEqual(end, { text: "done" });
  assert.equal(events.at(-2)?.type, "stage.finished");
});

Deno.test("a run is told of no pieces of a message, of which there are many a second", async () => {
  const { events, end } = await play(new StartedBackend(() => Promise.resolve()));
  assert.deepEqual(end, { text: "done" });
  const told = events.map((event) => event.type === "turn.event" ? event.event.type : event.type);
  assert.deepEqual([told.includes("started"), told.includes("message.delta")], [true, false]);
});

Deno.test("a run that is stopped while Codex is being started is cancelled", async () => {
  const controller = new AbortController();
  const backend = new StartedBackend((signal) => {
    controller.abort();
    return Promise.reject(signal?.reason);
  });
  const { events, end } = await play(backend, controller.signal);
  assert.deepEqual(events, []);
  assert.ok(end instanceof RunCancelledError);
});
