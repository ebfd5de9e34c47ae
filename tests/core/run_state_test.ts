import assert from "node:assert/strict";
import type { FileChange, TurnEvent, TurnItem } from "../../src/core/codex/codex.ts";
import type { RunEvent, StageReport } from "../../src/core/run/events.ts";
import {
  type LogEntry,
  LONGEST_ENTRY,
  MOST_ENTRIES,
  readableLog,
  type RunLog,
  shortRedacted,
} from "../../src/core/run/run_log.ts";
import {
  currentStage,
  currentTurn,
  lastThreadId,
  newRunState,
  reduceRun,
  reviewResult,
  type RunState,
  workingMode,
} from "../../src/core/run/run_state.ts";
import type { Role } from "../../src/core/session/settings.ts";

const redact = (text: string): string => text.replaceAll("hunter2", "•••••••");

/** The state after the events, which come one a second from the beginning of 2026 on. */
function reduced(...events: RunEvent[]): RunState {
  return events.reduce(
    (state, event, index) => reduceRun(state, event, new Date(Date.UTC(2026, 0, 1, 0, 0, index))),
    newRunState(),
  );
}

/** The log as people may read it. */
function logged(...events: RunEvent[]): RunLog {
  return readableLog(reduced(...events).log, redact);
}

/** What the log has of each entry, without its time. */
function told({ entries }: RunLog): Omit<LogEntry, "at" | "role" | "round">[] {
  return entries.map(({ at: _at, role: _role, round: _round, ...rest }) => rest);
}

function turn(event: TurnEvent, role: Role = "developer"): RunEvent {
  return { type: "turn.event", role, round: 1, event };
}

const begun = (item: TurnItem): RunEvent => turn({ type: "item.started", item });
const ended = (item: TurnItem): RunEvent => turn({ type: "item.completed", item });

function command(id: string, exitCode?: number): TurnItem {
  return {
    type: "command",
    id,
    command: `run ${id}`,
    workingDirectory: "/",
    ...(exitCode === undefined
      ? { status: "in_progress" }
      : { status: exitCode === 0 ? "completed" : "failed", exitCode }),
  };
}

const DEVELOPING: RunEvent = { type: "stage.started", role: "developer", round: 1 };

function stageEnded(status: "completed" | "interrupted"): RunEvent {
  return {
    type: "stage.finished",
    stage: { role: "developer", round: 1, status, latencyMs: 9_000 },
  };
}

Deno.test("the log tells a command once, with its exit code and how long it took", () => {
  const log = logged(DEVELOPING, begun(command("a")), begun(command("b")), ended(command("a", 2)));
  assert.deepEqual(told(log), [
    { kind: "stage", text: "" },
    { kind: "command", text: "run a", status: "failed", exitCode: 2, durationMs: 2_000 },
    { kind: "command", text: "run b", status: "in_progress", openId: "b" },
  ]);
  assert.deepEqual(log.entries[1]?.at, "2026-01-01T00:00:01.000Z");
});

Deno.test("the log ends a stage, and what was still open in it", () => {
  const log = logged(DEVELOPING, begun(command("a")), stageEnded("interrupted"));
  assert.deepEqual(told(log), [
    { kind: "stage", text: "", status: "interrupted", durationMs: 9_000 },
    { kind: "command", text: "run a", status: "interrupted", durationMs: 1_000 },
  ]);
});

Deno.test("the log says of a command that runs on behind its turn that it runs", () => {
  const left = {
    id: "7",
    threadId: "t",
    command: "run b",
    workingDirectory: "/",
  };
  const log = logged(
    DEVELOPING,
    begun(command("a")),
    begun(command("b")),
    turn({ type: "terminals.left", terminals: [left] }),
    stageEnded("completed"),
  );
  assert.deepEqual(told(log).slice(1), [
    { kind: "command", text: "run a", status: "interrupted", durationMs: 3_000 },
    { kind: "command", text: "run b", status: "in_progress" },
  ]);
});

Deno.test("the log keeps a stage that is run again apart from the first one", () => {
  const log = logged(DEVELOPING, stageEnded("completed"), DEVELOPING);
  assert.deepEqual(told(log), [
    { kind: "stage", text: "", status: "completed", durationMs: 9_000 },
    { kind: "stage", text: "" },
  ]);
});

Deno.test("the log tells files, tools, messages, retries, warnings, what was added and decisions", () => {
  const request = { id: "1", kind: "command", threadId: "t", turnId: "u", itemId: "i" } as const;
  const asked = { ...request, command: "rm -r x" };
  const log = logged(
    { type: "stage.started", role: "selector", round: 0 },
    turn({ type: "item.completed", item: { type: "message", id: "0", text: "{}" } }, "selector"),
    { type: "mode.selected", mode: "plan", reason: "large" },
    DEVELOPING,
    ended({
      type: "files",
      id: "2",
      status: "completed",
      changes: [{ path: "a", kind: "add" }, { path: "b", kind: "update" }],
    }),
    ended({ type: "tool", id: "3", name: "web_search", status: "completed" }),
    ended({ type: "message", id: "4", text: "I look first" }),
    ended({ type: "message", id: "5", text: "" }),
    ended({ type: "reasoning", id: "6", summary: "hm" }),
    turn({ type: "retrying", message: "again" }),
    turn({ type: "warning", message: "careful" }),
    { type: "run.steered", text: "in blue" },
    turn({ type: "approval.requested", request: asked }),
    turn({ type: "approval.resolved", request: asked, decision: "accept" }),
    {
      type: "review.finished",
      round: 1,
      review: { verdict: "approved", summary: "good", findings: [] },
    },
  );
  assert.deepEqual(
    told(log).map(({ kind, text, status }) => [kind, text, status]).filter(([kind]) =>
      kind !== "stage"
    ),
    [
      ["message", "large", "plan"],
      ["files", "a\nb", "completed"],
      ["tool", "web_search", "completed"],
      ["message", "I look first", undefined],
      ["retry", "again", undefined],
      ["warning", "careful", undefined],
      ["steer", "in blue", undefined],
      ["approval", "rm -r x", "accept"],
      ["message", "good", "approved"],
    ],
  );
  assert.deepEqual(log.entries.find(({ text }) => text === "large")?.role, "selector");
});

Deno.test("the state lists each picture once that Codex made or looked at", () => {
  const picture = (path: string, made: boolean): RunEvent =>
    turn({ type: "item.completed", item: { type: "picture", id: path, path, made } });
  const { pictures, log } = reduced(
    DEVELOPING,
    picture("/c/a.png", true),
    picture("/c/a.png", true),
    picture("/p/b.png", false),
  );
  assert.deepEqual(pictures, [{ path: "/c/a.png", made: true }, { path: "/p/b.png", made: false }]);
  assert.ok(log.entries.some(({ text }) => text === "🖼 /p/b.png"));
});

Deno.test("reduceRun() gives the same state back for what changes nothing of it", () => {
  const state = reduced(DEVELOPING);
  for (
    const event of [
      turn({ type: "message.delta", itemId: "1", text: "x" }),
      turn({ type: "item.completed", item: { type: "other", id: "1", kind: "new" } }),
    ]
  ) assert.equal(reduceRun(state, event, new Date(0)), state);
});

Deno.test("the log keeps the newest steps, and counts those that it gave up", () => {
  const ids = Array.from({ length: 3 * MOST_ENTRIES }, (_, index) => String(index));
  const events = [
    DEVELOPING,
    ...ids.flatMap((id) => [begun(command(id)), ended(command(id, 0))]),
  ];
  const log = logged(...events);
  assert.equal(log.entries.length, MOST_ENTRIES);
  assert.equal(log.dropped, 2 * MOST_ENTRIES + 1);
  assert.equal(log.entries.at(-1)?.text, `run ${ids.at(-1)}`);
  // Its stage is among what was given up.
  assert.deepEqual(logged(...events, stageEnded("completed")), log);
});

Deno.test("the log masks a secret before a long command is cut", () => {
  const long = { ...command("a"), command: `${"x".repeat(LONGEST_ENTRY - 4)}hunter2` };
  const text = logged(DEVELOPING, begun(long)).entries[1]?.text ?? "";
  assert.equal(text.length, LONGEST_ENTRY);
  assert.ok(!text.includes("hu"));
});

Deno.test("shortRedacted() cuts no character in half", () => {
  assert.equal(shortRedacted("abc😀def", 5, redact), "abc…");
  assert.equal(shortRedacted("abc😀", 5, redact), "abc😀");
});

function files(kind: FileChange["kind"], ...paths: string[]): RunEvent {
  const changes = paths.map((path) => ({ path, kind }));
  return ended({ type: "files", id: kind, status: "completed", changes });
}

const USAGE = {
  inputTokens: 1,
  cachedInputTokens: 0,
  outputTokens: 1,
  reasoningTokens: 0,
  totalTokens: 2,
};
const QUESTION = {
  id: "1",
  kind: "command",
  threadId: "t",
  turnId: "u",
  itemId: "i",
  command: "ls",
} as const;

function reported(more: Partial<StageReport> = {}): RunEvent {
  const stage = {
    role: "developer",
    round: 1,
    status: "completed",
    latencyMs: 5,
    ...more,
  } as const;
  return { type: "stage.finished", stage };
}

function changed(...lines: string[]): RunEvent {
  const added = lines.filter((line) => line.startsWith("+")).length;
  const removed = lines.length - added;
  const header = `--- a/x\n+++ b/x\n@@ -1,${removed} +1,${added} @@\n`;
  return turn({ type: "diff", unifiedDiff: `${header}${lines.join("\n")}\n` });
}

Deno.test("a run goes from its queue over its stages to its end", () => {
  const events: RunEvent[] = [
    { type: "run.queued", position: 2 },
    { type: "run.started", mode: "plan" },
    { type: "mode.selected", mode: "single", reason: "small" },
    DEVELOPING,
    reported(),
    { type: "run.finished", outcome: { status: "answered", answer: { text: "x" } }, latencyMs: 9 },
  ];
  const statuses = events.map((_event, index) => reduced(...events.slice(0, index + 1)).status);
  assert.deepEqual(statuses, ["queued", "starting", "starting", "working", "working", "finished"]);
  const state = reduced(...events);
  assert.deepEqual([state.mode, workingMode(state)], ["plan", "single"]);
  assert.deepEqual([state.position, state.latencyMs, state.outcome?.status], [0, 9, "answered"]);
  assert.equal(state.startedAt?.toISOString(), "2026-01-01T00:00:01.000Z");
});

Deno.test("a run awaits confirmation with its reason, is continued, and is suspended", () => {
  const reason = { type: "interrupted", step: "develop 1" } as const;
  const asked = reduced({ type: "run.offered", reason });
  assert.deepEqual([asked.status, asked.confirmation], ["awaiting-confirmation", reason]);
  const suspended = reduced({ type: "run.continued" }, { type: "run.suspended" });
  assert.deepEqual([suspended.continued, suspended.status], [true, "suspended"]);
});

Deno.test("a file that a run adds and deletes again is none of its files, in one turn or two", () => {
  const oneTurn = reduced(DEVELOPING, files("add", "a", "b"), files("delete", "a"));
  assert.deepEqual([...oneTurn.files], [["b", "add"]]);
  assert.deepEqual([...currentTurn(oneTurn).files], [["b", "add"]]);
  const twoTurns = reduced(
    DEVELOPING,
    files("add", "a"),
    reported(),
    DEVELOPING,
    files("delete", "a"),
  );
  assert.deepEqual([...twoTurns.files], []);
  assert.deepEqual([...currentTurn(twoTurns).files], [["a", "delete"]]);
});

Deno.test("tokens and lines are those of the stages that ended, and of what was replayed", () => {
  const state = reduced(
    { type: "stage.replayed", step: "plan", role: "planner", round: 0, usage: USAGE },
    DEVELOPING,
    changed("+a"),
    changed("+a", "+b", "-c"),
    reported({ usage: USAGE }),
    DEVELOPING,
    changed("+d"),
  );
  assert.equal(state.usage?.totalTokens, 4);
  assert.deepEqual(state.lines, { added: 2, removed: 1 });
  const finished: RunEvent = {
    type: "run.finished",
    outcome: { status: "cancelled" },
    latencyMs: 1,
  };
  assert.deepEqual(reduceRun(state, finished, new Date(0)).lines, { added: 3, removed: 1 });
});

Deno.test("a stage keeps its report and thread, and its diff until the next one begins", () => {
  const first = reduced(
    DEVELOPING,
    turn({ type: "started", threadId: "t1", turnId: "u1" }),
    begun(command("a")),
    turn({ type: "approval.requested", request: QUESTION }),
    changed("+a"),
    reported({ status: "failed", error: "no", errorKind: "model" }),
  );
  const stage = currentStage(first);
  assert.deepEqual([stage?.report?.errorKind, stage?.turn.threadId], ["model", "t1"]);
  const { diff, doing, openItems, approvals } = currentTurn(first);
  assert.match(diff, /\+a/);
  assert.deepEqual([doing, openItems, approvals], [undefined, [], []]);
  const second = reduceRun(first, DEVELOPING, new Date(0));
  assert.deepEqual(second.stages.map(({ turn: { diff: kept } }) => kept), ["", ""]);
  assert.equal(lastThreadId(second), "t1");
});

Deno.test("a run without end keeps its newest stages", () => {
  const state = reduced(...Array.from({ length: 300 }, () => [DEVELOPING, reported()]).flat());
  assert.equal(state.stages.length, 50);
});

Deno.test("an approval is open until Codex has the answer, with who gave it", () => {
  const asked = turn({ type: "approval.requested", request: QUESTION });
  const open = reduced(DEVELOPING, asked, {
    type: "approval.answered",
    request: QUESTION,
    who: "Ann",
  });
  assert.deepEqual(currentTurn(open).approvals, [{
    request: QUESTION,
    askedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 1)),
    answer: { who: "Ann" },
  }]);
  const resolved = turn({ type: "approval.resolved", request: QUESTION, decision: "accept" });
  assert.deepEqual(currentTurn(reduceRun(open, resolved, new Date(0))).approvals, []);
});

Deno.test("an answer that overtakes its question is known when the question arrives", () => {
  const answered: RunEvent = { type: "approval.answered", request: QUESTION, who: "Ann" };
  const ahead = reduced(DEVELOPING, answered);
  assert.deepEqual(currentTurn(ahead).approvals, []);
  const asked = reduced(
    DEVELOPING,
    answered,
    turn({ type: "approval.requested", request: QUESTION }),
  );
  assert.deepEqual(currentTurn(asked).approvals.map(({ answer }) => answer), [{ who: "Ann" }]);
});

Deno.test("what was added belongs to the run, and shows until its stage is over", () => {
  const steered: RunEvent = { type: "run.steered", text: "in blue" };
  const state = reduced(DEVELOPING, steered);
  assert.equal(state.added, "in blue");
  const next = reduceRun(state, DEVELOPING, new Date(0));
  assert.deepEqual([next.added, next.additions], [undefined, ["in blue"]]);
  const earlier = newRunState({ additions: ["large"] });
  assert.deepEqual(reduceRun(earlier, steered, new Date(0)).additions, ["large", "in blue"]);
});

Deno.test("the verdict is that of the last review, until the answer says how it ended", () => {
  const review = { verdict: "needs_changes", summary: "no", findings: [] } as const;
  const reviewed = reduced({ type: "review.finished", round: 1, review });
  assert.deepEqual([reviewResult(newRunState()), reviewResult(reviewed)], [
    undefined,
    "needs_changes",
  ]);
  const final = { result: "max_rounds_reached", rounds: 1, note: "no", openFindings: [] } as const;
  const outcome = { status: "answered", answer: { text: "x", review: final } } as const;
  const finished = reduceRun(
    reviewed,
    { type: "run.finished", outcome, latencyMs: 1 },
    new Date(0),
  );
  assert.equal(reviewResult(finished), "max_rounds_reached");
});

Deno.test("the log and the files tell what sub-agents did, by their names", () => {
  const agent = { threadId: "child", name: "helper" };
  const of = (event: TurnEvent): RunEvent => turn({ type: "agent.event", agent, event });
  const request = {
    id: "1",
    kind: "command",
    threadId: "child",
    turnId: "u",
    itemId: "i",
  } as const;
  const asked = { ...request, agent: "helper", command: "rm -r x" };
  const state = reduced(
    DEVELOPING,
    turn({ type: "agent.started", agent }),
    of({ type: "item.completed", item: command("a", 0) }),
    turn({ type: "approval.requested", request: asked }),
    turn({ type: "approval.resolved", request: asked, decision: "decline" }),
    of({
      type: "item.completed",
      item: { type: "files", id: "f", status: "completed", changes: [{ path: "b", kind: "add" }] },
    }),
    of({ type: "item.completed", item: { type: "message", id: "m", text: "it is done" } }),
    of({ type: "diff", unifiedDiff: "--- a/b\n+++ b/b\n@@ -0,0 +1 @@\n+new\n" }),
    stageEnded("completed"),
    turn({ type: "agent.ended", agent, status: "completed" }),
  );
  assert.deepEqual(told(state.log), [
    { kind: "stage", text: "", status: "completed", durationMs: 9_000 },
    // It worked on when the stage was over.
    { kind: "agent", agent: "helper", text: "", status: "completed", durationMs: 8_000 },
    { kind: "command", agent: "helper", text: "run a", status: "completed", exitCode: 0 },
    { kind: "approval", agent: "helper", text: "rm -r x", status: "decline", durationMs: 1_000 },
    { kind: "files", agent: "helper", text: "b", status: "completed" },
    { kind: "message", agent: "helper", text: "it is done" },
  ]);
  assert.deepEqual([...state.files.keys()], ["b"]);
  assert.deepEqual(state.lines, { added: 1, removed: 0 });
});
