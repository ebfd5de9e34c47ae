import assert from "node:assert/strict";
import type { TurnEvent } from "../../../src/core/codex/codex.ts";
import type { RunEvent, RunOutcome } from "../../../src/core/run/events.ts";
import { answerText } from "../../../src/bot/presenter/answer_text.ts";
import { drawStatus } from "../../../src/bot/presenter/status_message.ts";
import { newRunState, reduceRun } from "../../../src/core/run/run_state.ts";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";
import { textsFor } from "../../../src/texts/texts.ts";

const EN = textsFor("en");

const STARTED_AT = new Date("2026-01-02T03:04:05.678Z");

function drawn(...events: RunEvent[]): string {
  return drawing(...events).text;
}

function drawing(...events: RunEvent[]): FormattedText {
  const begun = reduceRun(newRunState(), { type: "run.started", mode: "plan" }, STARTED_AT);
  const state = events.reduce((before, event) => reduceRun(before, event, STARTED_AT), begun);
  return drawStatus(state, EN, {
    now: new Date(STARTED_AT.getTime() + 65_000),
    shortId: "ab12c",
    redact: (text) => text.replaceAll("hunter2", "•••••••"),
  });
}

function turn(event: TurnEvent): RunEvent {
  return { type: "turn.event", role: "developer", round: 2, event };
}

const DEVELOPING: RunEvent = { type: "stage.started", role: "developer", round: 2 };

Deno.test("a queued run shows its place", () => {
  assert.equal(drawn({ type: "run.queued", position: 1 }), "⏳ Queued · next");
  assert.equal(drawn({ type: "run.queued", position: 3 }), "⏳ Queued · 3rd");
});

Deno.test("a working run shows stage, round, command, checklist, files and time", () => {
  const text = drawn(
    { type: "run.started", mode: "plan" },
    DEVELOPING,
    turn({
      type: "plan",
      steps: [
        { text: "read", status: "completed" },
        { text: "look", status: "completed" },
        { text: "write", status: "in_progress" },
        { text: "test", status: "pending" },
      ],
    }),
    turn({
      type: "item.completed",
      item: {
        type: "files",
        id: "1",
        status: "completed",
        changes: [{ path: "/project/src/core/a.ts", kind: "add" }],
      },
    }),
    turn({
      type: "item.started",
      item: {
        type: "command",
        id: "2",
        command: "npm\n test",
        workingDirectory: "/project",
        status: "in_progress",
      },
    }),
  );
  assert.equal(
    text,
    [
      "🛠 Developing · round 2",
      "npm test",
      "☑️ look",
      "▶️ write",
      "▫️ test",
      "✏️ core/a.ts",
      "⏱ 1 min 5 s",
    ].join("\n"),
  );
});

Deno.test("a run that waits for a decision says so, until it is decided", () => {
  const request = { id: "1", kind: "command", threadId: "t", turnId: "u", itemId: "i" } as const;
  const asked = turn({ type: "approval.requested", request });
  const decided = turn({ type: "approval.resolved", request, decision: "accept" });
  assert.match(drawn(DEVELOPING, asked), /Needs your decision/);
  assert.doesNotMatch(drawn(DEVELOPING, asked, decided), /decision/);
});

Deno.test("a retry that Codex announces is progress", () => {
  const text = drawn(DEVELOPING, turn({ type: "retrying", message: "Reconnecting... 1/5" }));
  assert.match(text, /🔁 Trying again: Reconnecting\.\.\. 1\/5/);
});

Deno.test("a status message stays short, whatever Codex does", () => {
  const steps = Array.from({ length: 40 }, () => ({
    text: "a very long step ".repeat(50),
    status: "pending" as const,
  }));
  const changes = Array.from({ length: 90 }, (_, index) => ({
    path: `/p/${"x".repeat(100)}/${index}.ts`,
    kind: "update" as const,
  }));
  const text = drawn(
    DEVELOPING,
    turn({ type: "plan", steps }),
    turn({
      type: "item.completed",
      item: { type: "files", id: "1", status: "completed", changes },
    }),
  );
  assert.ok(text.length < 1_200);
  assert.ok(text.split("\n").length <= 12);
});

Deno.test("the end is one line with the facts", () => {
  const outcome: RunOutcome = {
    status: "answered",
    answer: { text: "x", review: { result: "approved", rounds: 2, note: "", openFindings: [] } },
  };
  const stage = {
    role: "developer",
    round: 1,
    status: "completed",
    latencyMs: 5,
    usage: {
      inputTokens: 1,
      cachedInputTokens: 0,
      outputTokens: 1,
      reasoningTokens: 0,
      totalTokens: 12_345,
    },
  } as const;
  const finished = { type: "run.finished", outcome, latencyMs: 720_000 } as const;
  assert.equal(
    drawn(DEVELOPING, { type: "stage.finished", stage }, finished),
    "✅ Done · 12 min · round 2 · 12.3k tokens",
  );
  const { usage: _unknown, ...withoutUsage } = stage;
  const ended: RunEvent = { type: "stage.finished", stage: withoutUsage };
  const usage = stage.usage;
  assert.equal(
    drawn(
      { type: "stage.replayed", step: "plan", usage },
      DEVELOPING,
      patched("+a\n+b\n"),
      patched("+a\n+b\n-c\n"),
      ended,
      DEVELOPING,
      ended,
      DEVELOPING,
      patched("+d\n"),
      finished,
    ),
    "✅ Done · 12 min · round 2 · +3 −1 · 12.3k tokens",
  );
});

Deno.test("the end of what is not approved does not look as if it were", () => {
  const results = ["max_rounds_reached", "unreadable", "needs_changes"] as const;
  for (const result of results) {
    const review = { result, rounds: 1, note: "", openFindings: [] };
    const outcome: RunOutcome = { status: "answered", answer: { text: "x", review } };
    const finished = { type: "run.finished", outcome, latencyMs: 1_000 } as const;
    assert.match(drawn(DEVELOPING, finished), /^⚠️ Done · 1 s/, result);
  }
  const outcome: RunOutcome = { status: "answered", answer: { text: "x" } };
  assert.match(drawn({ type: "run.finished", outcome, latencyMs: 1_000 }), /^✅ Done/);
});

function patched(lines: string): RunEvent {
  const [added, removed] = ["+", "-"].map((sign) => lines.split(sign).length - 1);
  const unifiedDiff = `--- a/x\n+++ b/x\n@@ -1,${removed} +1,${added} @@\n${lines}`;
  return turn({ type: "diff", unifiedDiff });
}

Deno.test("the time of a run moves by itself in the clients, and is written for the others", () => {
  const { text, entities } = drawing(DEVELOPING);
  const entity = entities.find(({ type }) => type === "date_time");
  assert.deepEqual(entity, {
    type: "date_time",
    offset: text.indexOf("1 min 5 s"),
    length: "1 min 5 s".length,
    unix_time: Date.parse("2026-01-02T03:04:05Z") / 1000,
    date_time_format: "r",
  });
});

const CONTEXT = { runId: "r1", echo: false };

Deno.test("answerText() puts nothing above an approved answer", () => {
  const answer = answerText(
    {
      status: "answered",
      answer: {
        text: "done",
        review: { result: "approved", rounds: 1, note: "", openFindings: [] },
      },
    },
    EN,
    CONTEXT,
  );
  assert.deepEqual(answer, { markdown: "done" });
});

Deno.test("answerText() marks what is not approved, with the open findings", () => {
  const answer = answerText(
    {
      status: "answered",
      answer: {
        text: "candidate",
        review: {
          result: "max_rounds_reached",
          rounds: 3,
          note: "not yet",
          openFindings: [{ severity: "major", file: "a.ts", message: "no test" }],
        },
      },
    },
    EN,
    CONTEXT,
  );
  assert.equal(
    answer?.heading?.text,
    "⚠️ NOT approved: the reviewer still asks for changes\nnot yet\n\nOpen findings\n• [major] a.ts: no test",
  );
});

Deno.test("answerText() takes what a reviewer writes for Markdown", () => {
  const openFindings = [{ severity: "minor", message: "`f()` is **slow**" }] as const;
  const review = {
    result: "max_rounds_reached",
    rounds: 1,
    note: "see `a`",
    openFindings,
  } as const;
  const heading = answerText({ status: "answered", answer: { text: "x", review } }, EN, CONTEXT)
    ?.heading;
  assert.match(heading?.text ?? "", /\nsee a\n\nOpen findings\n• \[minor\] f\(\) is slow$/);
  assert.deepEqual(heading?.entities.map(({ type }) => type), [
    "bold",
    "code",
    "bold",
    "code",
    "bold",
  ]);
});

Deno.test("answerText() tells a failure with the run's id, and what there was by then", () => {
  const answer = answerText(
    {
      status: "failed",
      message: "Codex is not logged in",
      answer: { text: "half of it" },
    },
    EN,
    CONTEXT,
  );
  assert.match(answer?.heading?.text ?? "", /Failed: Codex is not logged in\nrun r1/);
  assert.match(answer?.heading?.text ?? "", /Not reviewed[\s\S]*Result so far:/);
  assert.equal(answer?.markdown, "half of it");
});

Deno.test("answerText() makes code of what is to be typed at the machine", () => {
  const trouble = { kind: "login", said: "401." } as const;
  const { heading } = answerText({ status: "failed", message: "401", trouble }, EN, CONTEXT) ?? {};
  const code = heading?.entities.find(({ type }) => type === "code");
  assert.equal(
    heading?.text.slice(code?.offset, (code?.offset ?? 0) + (code?.length ?? 0)),
    "codex login",
  );
  assert.ok(!heading?.text.includes("`"));
});

Deno.test("answerText() is silent when a run was stopped before it had anything", () => {
  assert.equal(answerText({ status: "cancelled" }, EN, CONTEXT), undefined);
});

Deno.test("answerText() has a word for an empty answer, and for the echo", () => {
  const answer = answerText({ status: "answered", answer: { text: "  " } }, EN, {
    runId: "r1",
    echo: true,
  });
  assert.equal(answer?.markdown, "Codex finished without an answer.");
  assert.match(answer?.heading?.text ?? "", /Demo mode/);
});

Deno.test("drawStatus() masks a secret before a long command is cut", () => {
  const command = `${"x".repeat(155)}hunter2 and more`;
  const started = turn({
    type: "item.started",
    item: { type: "command", id: "1", command, workingDirectory: "/", status: "in_progress" },
  });
  assert.ok(!drawn(DEVELOPING, started).includes("hun"));
});

Deno.test("what was added shows in one line, without secrets, until the next stage", () => {
  const added: RunEvent = { type: "run.steered", text: "in green,\nwith hunter2" };
  assert.match(drawn(DEVELOPING, added), /\n✍️ in green, with •••••••\n/);
  const reviewing: RunEvent = { type: "stage.started", role: "reviewer", round: 2 };
  assert.ok(!drawn(DEVELOPING, added, reviewing).includes("✍️"));
});

Deno.test("a request that was dropped while it waited ends without a time", () => {
  const outcome: RunOutcome = { status: "cancelled" };
  const dropped: RunEvent = { type: "run.finished", outcome, latencyMs: 0 };
  assert.equal(drawn({ type: "run.queued", position: 1 }, dropped), "⏹ Stopped");
});
