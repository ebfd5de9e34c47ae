import assert from "node:assert/strict";
import { ActiveRun } from "../../src/core/run/active_run.ts";
import type { TurnEvent } from "../../src/core/codex/codex.ts";
import type { Finding, RunEvent } from "../../src/core/run/events.ts";
import type { StoredRun } from "../../src/core/run/run.ts";
import { RunTracer } from "../../src/core/run/run_tracer.ts";
import type { Profile } from "../../src/core/session/settings.ts";
import type { TraceRecord } from "../../src/core/run/trace.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { finding } from "../fakes/findings.ts";
import { MemoryTraces } from "../fakes/memory_stores.ts";

const RUN: StoredRun = {
  id: "r1",
  session: { chatId: "1", userId: "2" },
  prompt: "Make it",
  origin: { chatId: "1", messageId: 1, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
  status: "running",
};

const PROFILE: Profile = {
  name: "default",
  workingDirectory: "/project",
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  agents: {
    single: { developer: { model: "quick" } },
    plan: { selector: {}, planner: {}, developer: { model: "deep" }, reviewer: {} },
  },
};

const QUESTION = {
  id: "q1",
  kind: "command",
  threadId: "t",
  turnId: "u",
  itemId: "i1",
  command: "rm -rf build",
} as const;

// deno-lint-ignore explicit-function-return-type -- what it holds is clear from its last line
function setUp() {
  const clock = new FakeClock();
  const traces = new MemoryTraces();
  const tracer = new RunTracer(traces);
  const active = new ActiveRun(RUN);
  active.profile = PROFILE;
  const note = (event: RunEvent): void => tracer.observe(active.apply(event, clock.now()));
  note({ type: "run.started", mode: "plan" });
  const turn = (event: TurnEvent): void =>
    note({ type: "turn.event", role: "developer", round: 1, event });
  const stage = (type: "stage.started"): void => note({ type, role: "developer", round: 1 });
  const finished = (): void =>
    note({
      type: "stage.finished",
      stage: { role: "developer", round: 1, status: "completed", latencyMs: 10 },
    });
  const last = (): TraceRecord | undefined => traces.records.at(-1);
  return { clock, traces, note, turn, stage, finished, last };
}

Deno.test("a command is traced with its duration, exit code and output, masked before it is cut", async () => {
  const { clock, turn, stage, last } = setUp();
  stage("stage.started");
  const item = {
    type: "command",
    id: "i1",
    command: `${"x".repeat(3_998)}hunter2`,
    workingDirectory: "/project",
  } as const;
  turn({ type: "item.started", item: { ...item, status: "in_progress" } });
  await clock.advance(1_500);
  turn({
    type: "item.completed",
    item: { ...item, status: "failed", exitCode: 3, output: "said hunter2" },
  });
  const record = last();
  assert.ok(record?.type === "command");
  assert.deepEqual(
    [record.duration_ms, record.exit_code, record.status, record.output],
    [1_500, 3, "failed", "said ***"],
  );
  assert.ok(!record.command.includes("hu"), record.command.slice(-12));
  assert.ok(record.command.length <= 4_000);
});

Deno.test("an approval is traced with its wait, and with who decided or why nobody did", async () => {
  const { clock, note, turn, stage, last } = setUp();
  stage("stage.started");
  const ends: unknown[] = [];
  for (const [answered, who] of [[true, "Ann"], [true, undefined], [false, undefined]] as const) {
    const request = { ...QUESTION, id: `q${ends.length}` };
    turn({ type: "approval.requested", request });
    await clock.advance(2_000);
    const answer = { type: "approval.answered", request } as const;
    if (answered) note(who === undefined ? answer : { ...answer, who });
    turn({ type: "approval.resolved", request, decision: "decline" });
    const record = last();
    assert.ok(record?.type === "approval");
    ends.push([record.waited_ms, record.decided_by, record.closed_by, record.subject]);
  }
  assert.deepEqual(ends, [
    [2_000, "Ann", "person", "rm -rf build"],
    [2_000, null, "timeout", "rm -rf build"],
    [2_000, null, "run", "rm -rf build"],
  ]);
});

Deno.test("a stage is traced with its model, checklist, changes and what it cut short", () => {
  const { traces, turn, stage, note, finished, last } = setUp();
  note({ type: "mode.selected", mode: "single", reason: "short" });
  stage("stage.started");
  turn({ type: "plan", steps: [{ text: "one", status: "completed" }] });
  turn({ type: "diff", unifiedDiff: "--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n-a\n+b\n+c\n" });
  turn({
    type: "item.started",
    item: { type: "tool", id: "i2", name: "web search", status: "in_progress" },
  });
  finished();
  const record = last();
  assert.ok(record?.type === "stage");
  assert.equal(record.model, "quick");
  assert.deepEqual(record.checklist, [{ text: "one", status: "completed" }]);
  assert.deepEqual(record.changes, [{ path: "x", kind: "update", added: 2, removed: 1 }]);
  const cut = traces.records.find(({ type }) => type === "tool");
  assert.ok(cut?.type === "tool" && cut.status === "interrupted");
});

Deno.test("a command that runs on behind its turn is traced as that", () => {
  const { traces, turn, stage, finished } = setUp();
  stage("stage.started");
  for (const id of ["cut", "left"]) {
    const item = { type: "command", id, command: id, workingDirectory: "/" } as const;
    turn({ type: "item.started", item: { ...item, status: "in_progress" } });
  }
  const terminal = { id: "7", threadId: "t", command: "left", workingDirectory: "/" };
  turn({ type: "terminals.left", terminals: [terminal] });
  finished();
  const commands = traces.records.flatMap((record) =>
    record.type === "command" ? [[record.command, record.status]] : []
  );
  assert.deepEqual(commands, [["cut", "interrupted"], ["left", "in_progress"]]);
});

Deno.test("a run without end gives steps up, and says how many", () => {
  const { traces, note, turn, stage, last } = setUp();
  stage("stage.started");
  for (let step = 0; step < 1_005; step++) turn({ type: "retrying", message: "again" });
  note({ type: "run.finished", outcome: { status: "cancelled" }, latencyMs: 5 });
  assert.equal(traces.records.filter(({ type }) => type === "notice").length, 1_000);
  const record = last();
  assert.ok(record?.type === "request");
  assert.deepEqual([record.omitted, record.status], [5, "cancelled"]);
});

Deno.test("RunTracer names the sub-agent that did something", () => {
  const { traces, turn, stage } = setUp();
  const agent = { threadId: "child", name: "helper" };
  const item = { type: "message", id: "m", text: "it is done" } as const;
  const request = { ...QUESTION, agent: "helper" };
  stage("stage.started");
  turn({ type: "agent.started", agent });
  turn({ type: "agent.event", agent, event: { type: "item.completed", item } });
  turn({ type: "approval.requested", request });
  turn({ type: "approval.resolved", request, decision: "accept" });
  turn({ type: "agent.ended", agent, status: "interrupted" });
  const lines = traces.records.slice(-4).map((record) => [
    record.type,
    "agent" in record ? record.agent : "",
    "text" in record ? record.text : "",
  ]);
  assert.deepEqual(lines, [
    ["notice", "helper", "started"],
    ["message", "helper", "it is done"],
    ["approval", "helper", ""],
    ["notice", "helper", "interrupted"],
  ]);
});

Deno.test("RunTracer keeps the open ones of many findings, and says how many there are beside", () => {
  const { note, last } = setUp();
  const found = (index: number): Finding => ({
    ...finding({ message: `finding ${index}` }),
    id: `F${index}`,
    state: index < 55 ? "settled" : "open",
  });
  const findings = Array.from({ length: 60 }, (_, index) => found(index));
  const review = { verdict: "needs_changes", summary: "", findings } as const;
  note({ type: "review.finished", round: 2, review });
  const line = last();
  assert.ok(line?.type === "review");
  assert.deepEqual(line.findings.slice(0, 6).map(({ id }) => id), [
    "F55",
    "F56",
    "F57",
    "F58",
    "F59",
    "F0",
  ]);
  assert.deepEqual([line.findings.length, line.omitted_findings], [50, 10]);
});
