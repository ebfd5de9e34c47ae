import assert from "node:assert/strict";
import { SpanStatusCode } from "@opentelemetry/api";
import { ActiveRun } from "../../../src/core/run/active_run.ts";
import type { ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { TurnEvent, TurnItem } from "../../../src/core/codex/codex.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import { RunSpans } from "../../../src/integrations/telemetry/run_spans.ts";
import { ANN, developers, EngineHarness } from "../../core/engine_harness.ts";
import { MemoryTracer } from "../../fakes/memory_tracer.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { type ScriptedTurn, WAIT } from "../../fakes/scripted_backend.ts";

function watched(): { tracer: MemoryTracer; spans: RunSpans; log: RecordingLog } {
  const [tracer, log] = [new MemoryTracer(), new RecordingLog()];
  return { tracer, log, spans: new RunSpans({ tracer, provider: () => "openai", log }) };
}

/** Every span has ended, once, and nothing was done to it afterwards. */
function assertAllEnded({ spans }: MemoryTracer): void {
  assert.ok(spans.length > 0);
  assert.deepEqual(spans.filter(({ ends }) => ends !== 1).map(({ name }) => name), []);
}

async function houseOf(turn: ScriptedTurn): Promise<{
  harness: EngineHarness;
  tracer: MemoryTracer;
  orchestrator: ReturnType<EngineHarness["orchestrator"]>;
}> {
  const harness = new EngineHarness();
  const { tracer, spans } = watched();
  harness.observers = [spans];
  await harness.singleMode(ANN);
  return { harness, tracer, orchestrator: harness.orchestrator(developers(turn)) };
}

Deno.test("RunSpans ends every span of a run that a person cancels, which is no error", async () => {
  const { harness, tracer, orchestrator } = await houseOf(WAIT);
  const run = harness.run("do it");
  orchestrator.submit(run, run.id);
  await harness.chat.seen(run.id, "turn.event");
  orchestrator.cancel(ANN, { all: false });
  await harness.chat.outcome(run.id);
  assertAllEnded(tracer);
  const { attributes, status } = tracer.named("invoke_workflow single");
  assert.equal(attributes["codex_orchestrator.run.status"], "cancelled");
  assert.equal(status.code, SpanStatusCode.UNSET);
  assert.equal(tracer.named("invoke_agent codex").status.code, SpanStatusCode.UNSET);
});

Deno.test("RunSpans ends every span when the program stops under a run", async () => {
  const { harness, tracer, orchestrator } = await houseOf(WAIT);
  harness.clock.skipSleeps = true;
  const run = harness.run("do it");
  orchestrator.submit(run, run.id);
  await harness.chat.seen(run.id, "turn.event");
  await orchestrator.close(0);
  assertAllEnded(tracer);
  const { attributes } = tracer.named("invoke_workflow single");
  assert.equal(attributes["codex_orchestrator.run.status"], "suspended");
});

Deno.test("RunSpans marks what failed with the kind of the failure and none of its words", async () => {
  const message = "the limit of hunter2 is reached";
  const trouble = { kind: "limit", said: message } as const;
  const failure = { kind: "rate-limit", message, trouble } as const;
  const { harness, tracer, orchestrator } = await houseOf({ status: "failed", failure });
  const run = harness.run("do it");
  orchestrator.submit(run, run.id);
  await harness.chat.outcome(run.id);
  assertAllEnded(tracer);
  assert.equal(tracer.spans.length, 3);
  for (const { attributes, status } of tracer.spans) {
    assert.equal(attributes["error.type"], "rate-limit");
    assert.deepEqual(status, { code: SpanStatusCode.ERROR });
  }
  assert.ok(!JSON.stringify(tracer.spans).includes("hunter2"));
});

Deno.test("RunSpans has a trace for a run that fails before its first stage", async () => {
  const { harness, tracer, orchestrator } = await houseOf("never");
  harness.sessions.read = () => Promise.reject(new Error("no disk"));
  const run = harness.run("do it");
  orchestrator.submit(run, run.id);
  await harness.chat.outcome(run.id);
  assertAllEnded(tracer);
  assert.deepEqual(tracer.spans.map(({ attributes }) => attributes["error.type"]), ["_OTHER"]);
});

const COMMAND: TurnItem = {
  type: "command",
  id: "c1",
  command: "cat hunter2",
  workingDirectory: "/home/hunter2",
  status: "in_progress",
};
const QUESTION: ApprovalRequest = {
  id: "q1",
  kind: "command",
  threadId: "t1",
  turnId: "u1",
  itemId: "c1",
  command: "cat hunter2",
  reason: "hunter2",
};
const USAGE = {
  inputTokens: 100,
  cachedInputTokens: 60,
  outputTokens: 20,
  reasoningTokens: 5,
  totalTokens: 120,
};

function during(...events: TurnEvent[]): RunEvent[] {
  return events.map((event) => ({ type: "turn.event", role: "developer", round: 1, event }));
}

function play(spans: RunSpans, events: readonly RunEvent[]): void {
  const harness = new EngineHarness();
  const active = new ActiveRun({ ...harness.run("do hunter2"), status: "queued", mode: "single" });
  active.profile = {
    name: "default",
    workingDirectory: "/home/hunter2",
    sandbox: "workspace-write",
    approvalPolicy: "on-request",
    agents: {
      single: { developer: { model: "gpt-9" } },
      plan: { selector: {}, planner: {}, developer: {}, reviewer: {} },
    },
  };
  for (const event of events) spans.observe(active.apply(event, new Date(0)));
}

Deno.test("RunSpans puts a command below its turn and the question about it below the command", () => {
  const { tracer, spans, log } = watched();
  play(spans, [
    { type: "run.started", mode: "single" },
    { type: "stage.started", role: "developer", round: 1 },
    ...during(
      { type: "started", threadId: "t1", turnId: "u1" },
      { type: "item.started", item: COMMAND },
      { type: "approval.requested", request: QUESTION },
      { type: "approval.resolved", request: QUESTION, decision: "accept" },
      { type: "item.completed", item: { ...COMMAND, status: "failed", exitCode: 2 } },
      {
        type: "item.completed",
        item: { type: "files", id: "f1", changes: [], status: "completed" },
      },
      { type: "item.completed", item: { type: "message", id: "m1", text: "hunter2" } },
      { type: "usage", usage: { ...USAGE, inputTokens: 50 } },
      { type: "usage", usage: USAGE },
    ),
    {
      type: "stage.finished",
      stage: { role: "developer", round: 1, status: "completed", latencyMs: 1, usage: USAGE },
    },
    {
      type: "run.finished",
      outcome: { status: "answered", answer: { text: "hunter2" } },
      latencyMs: 1,
    },
  ]);
  assert.deepEqual(log.lines, []);
  assertAllEnded(tracer);
  assert.deepEqual(tracer.spans.map(({ name, parent }) => [name, parent]), [
    ["invoke_workflow single", undefined],
    ["invoke_agent developer", "invoke_workflow single"],
    ["invoke_agent codex", "invoke_agent developer"],
    ["execute_tool command", "invoke_agent codex"],
    ["approval command", "execute_tool command"],
    ["execute_tool apply_patch", "invoke_agent codex"],
  ]);
  assert.deepEqual(tracer.named("execute_tool command").attributes, {
    "gen_ai.operation.name": "execute_tool",
    "gen_ai.tool.name": "command",
    "gen_ai.tool.type": "extension",
    "gen_ai.tool.call.id": "c1",
    "process.exit.code": 2,
    "error.type": "failed",
  });
  assert.deepEqual(tracer.named("invoke_agent codex").attributes, {
    "gen_ai.operation.name": "invoke_agent",
    "gen_ai.agent.name": "codex",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-9",
    "gen_ai.conversation.id": "t1",
    "gen_ai.usage.input_tokens": 100,
    "gen_ai.usage.cache_read.input_tokens": 60,
    "gen_ai.usage.output_tokens": 20,
  });
  assert.ok(!JSON.stringify(tracer.spans).includes("hunter2"));
});

Deno.test("RunSpans ends what is open when Codex dies under its turn", () => {
  const { tracer, spans } = watched();
  play(spans, [
    { type: "stage.started", role: "developer", round: 1 },
    ...during(
      { type: "started", threadId: "t1", turnId: "u1" },
      { type: "item.started", item: COMMAND },
      { type: "approval.requested", request: QUESTION },
    ),
    {
      type: "stage.finished",
      stage: { role: "developer", round: 1, status: "lost", latencyMs: 1 },
    },
    {
      type: "run.finished",
      outcome: { status: "failed", message: "lost", trouble: { kind: "ended" } },
      latencyMs: 1,
    },
  ]);
  assertAllEnded(tracer);
  assert.equal(
    tracer.named("approval command").attributes["codex_orchestrator.approval.decision"],
    "void",
  );
  for (const name of ["invoke_agent codex", "invoke_workflow single"]) {
    assert.equal(tracer.named(name).attributes["error.type"], "lost");
  }
});

Deno.test("RunSpans only logs that a tracer fails: the work goes on", () => {
  const log = new RecordingLog();
  const tracer = new MemoryTracer();
  tracer.startSpan = () => {
    throw new Error("no exporter");
  };
  play(new RunSpans({ tracer, provider: () => "openai", log }), [
    { type: "run.started", mode: "single" },
  ]);
  assert.deepEqual(log.lines.map(({ message }) => message), ["spans.failed"]);
});
