import assert from "node:assert/strict";
import type { TurnEvent, TurnItem } from "../../src/core/codex/codex.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import { EMPTY_LOG, type LogEntry, type RunLog } from "../../src/core/run/run_log.ts";
import {
  foldRunLog,
  LONGEST_ENTRY,
  MOST_ENTRIES,
  shortText,
} from "../../src/core/run/run_log_fold.ts";
import type { Role } from "../../src/core/session/settings.ts";

const redact = (text: string): string => text.replaceAll("hunter2", "•••••••");

/** Folds the events, one a second from the beginning of 2026 on. */
function folded(...events: RunEvent[]): RunLog {
  return events.reduce(
    (log, event, index) =>
      foldRunLog(log, event, { at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)), redact }),
    EMPTY_LOG,
  );
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

Deno.test("foldRunLog() tells a command once, with its exit code and how long it took", () => {
  const log = folded(DEVELOPING, begun(command("a")), begun(command("b")), ended(command("a", 2)));
  assert.deepEqual(told(log), [
    { kind: "stage", text: "" },
    { kind: "command", text: "run a", status: "failed", exitCode: 2, durationMs: 2_000 },
    { kind: "command", text: "run b", status: "in_progress", openId: "b" },
  ]);
  assert.deepEqual(log.entries[1]?.at, "2026-01-01T00:00:01.000Z");
});

Deno.test("foldRunLog() ends a stage, and what was still open in it", () => {
  const log = folded(DEVELOPING, begun(command("a")), stageEnded("interrupted"));
  assert.deepEqual(told(log), [
    { kind: "stage", text: "", status: "interrupted", durationMs: 9_000 },
    { kind: "command", text: "run a", status: "interrupted", durationMs: 1_000 },
  ]);
});

Deno.test("foldRunLog() keeps a stage that is run again apart from the first one", () => {
  const log = folded(DEVELOPING, stageEnded("completed"), DEVELOPING);
  assert.deepEqual(told(log), [
    { kind: "stage", text: "", status: "completed", durationMs: 9_000 },
    { kind: "stage", text: "" },
  ]);
});

Deno.test("foldRunLog() tells files, tools, messages, retries, words of the person and decisions", () => {
  const request = { id: "1", kind: "command", threadId: "t", turnId: "u", itemId: "i" } as const;
  const asked = { ...request, command: "rm -r x" };
  const log = folded(
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
      ["steer", "in blue", undefined],
      ["approval", "rm -r x", "accept"],
      ["message", "good", "approved"],
    ],
  );
  assert.deepEqual(log.entries.find(({ text }) => text === "large")?.role, "selector");
});

Deno.test("foldRunLog() gives the same log back for what is no step", () => {
  const log = folded(DEVELOPING);
  const context = { at: new Date(0), redact };
  for (
    const event of [
      turn({ type: "message.delta", itemId: "1", text: "x" }),
      turn({ type: "diff", unifiedDiff: "x" }),
      { type: "run.queued", position: 1 } as const,
    ]
  ) assert.equal(foldRunLog(log, event, context), log);
});

Deno.test("foldRunLog() keeps the newest steps, and counts those that it gave up", () => {
  const ids = Array.from({ length: 3 * MOST_ENTRIES }, (_, index) => String(index));
  const log = folded(
    DEVELOPING,
    ...ids.flatMap((id) => [begun(command(id)), ended(command(id, 0))]),
  );
  assert.equal(log.entries.length, MOST_ENTRIES);
  assert.equal(log.dropped, 2 * MOST_ENTRIES + 1);
  assert.equal(log.entries.at(-1)?.text, `run ${ids.at(-1)}`);
  // Its stage is among what was given up.
  assert.equal(foldRunLog(log, stageEnded("completed"), { at: new Date(0), redact }), log);
});

Deno.test("foldRunLog() masks a secret before a long command is cut", () => {
  const long = { ...command("a"), command: `${"x".repeat(LONGEST_ENTRY - 4)}hunter2` };
  const text = folded(DEVELOPING, begun(long)).entries[1]?.text ?? "";
  assert.equal(text.length, LONGEST_ENTRY);
  assert.ok(!text.includes("hu"));
});

Deno.test("shortText() cuts no character in half", () => {
  assert.equal(shortText("abc😀def", 5, { redact }), "abc…");
  assert.equal(shortText("abc😀", 5, { redact }), "abc😀");
});
