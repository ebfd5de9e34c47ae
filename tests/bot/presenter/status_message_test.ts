import { finding } from "../../fakes/findings.ts";
import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { TurnEvent, TurnStatus } from "../../../src/core/codex/codex.ts";
import type { RunEvent, RunOutcome } from "../../../src/core/run/events.ts";
import { answerText } from "../../../src/bot/presenter/answer_text.ts";
import { approvalButtons } from "../../../src/bot/presenter/approval_message.ts";
import { drawStatus, statusButtons } from "../../../src/bot/presenter/status_message.ts";
import { newRunState, reduceRun, type RunState } from "../../../src/core/run/run_state.ts";
import type { Role } from "../../../src/core/session/settings.ts";
import type { FormattedText } from "../../../src/bot/render/formatted_text.ts";
import { type Language, textsFor } from "../../../src/texts/texts.ts";

const EN = textsFor("en");

const STARTED_AT = new Date("2026-01-02T03:04:05.678Z");

function drawn(...events: RunEvent[]): string {
  return drawing(...events).text;
}

function drawnIn(language: Language, ...events: RunEvent[]): string {
  return drawingIn(language, ...events).text;
}

function drawing(...events: RunEvent[]): FormattedText {
  return drawingIn("en", ...events);
}

function reduced(...events: RunEvent[]): RunState {
  const begun = reduceRun(newRunState(), { type: "run.started", mode: "plan" }, STARTED_AT);
  return events.reduce((before, event) => reduceRun(before, event, STARTED_AT), begun);
}

function drawingIn(language: Language, ...events: RunEvent[]): FormattedText {
  return drawStatus(reduced(...events), textsFor(language), {
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

Deno.test("files are named as in the folder of the run, and elsewhere by the end of their paths", () => {
  const paths = ["/home/ann/tally/tally", "/home/ann/tally/src/core/a.ts", "/etc/x/hosts"];
  const changed = turn({
    type: "item.completed",
    item: {
      type: "files",
      id: "1",
      status: "completed",
      changes: paths.map((path) => ({ path, kind: "update" })),
    },
  });
  const { text } = drawStatus(reduced(DEVELOPING, changed), EN, {
    shortId: "ab12c",
    redact: (said) => said,
    folder: "/home/ann/tally",
  });
  assert.match(text, /\n✏️ tally\n✏️ core\/a\.ts\n✏️ x\/hosts(?:\n|$)/);
});

Deno.test("thoughts and what Codex says on the way are shown without the marks of Markdown", () => {
  const summary =
    "**Inspecting `a.ts`**\n\n- Read the [docs](https://x.yz) of <b>hunter2</b>\n- hun**ter2**";
  const thinks = turn({
    type: "item.completed",
    item: { type: "reasoning", id: "1", summary },
  });
  assert.match(
    drawn(DEVELOPING, thinks),
    /\nInspecting a\.ts • Read the docs of ••••••• • •••••••\n/,
  );
  const agent = { threadId: "child", name: "helper" };
  const child = turn({
    type: "agent.event",
    agent,
    event: {
      type: "item.completed",
      item: { type: "message", id: "2", text: "I will run `npm test`.", commentary: true },
    },
  });
  assert.match(drawn(DEVELOPING, child), /\n🤖 helper · I will run npm test\.\n/);
});

Deno.test("a run that waits for a decision says so, until it is decided", () => {
  const request = { id: "1", kind: "command", threadId: "t", turnId: "u", itemId: "i" } as const;
  const asked = turn({ type: "approval.requested", request });
  const decided = turn({ type: "approval.resolved", request, decision: "accept" });
  assert.match(drawn(DEVELOPING, asked), /Needs your decision/);
  assert.doesNotMatch(drawn(DEVELOPING, asked, decided), /decision/);
});

Deno.test("sub-agents have a line each: what they do, or how they ended", () => {
  const agent = { threadId: "child", name: "helper" };
  const event = {
    type: "item.started",
    item: {
      type: "command",
      id: "2",
      command: "npm\n test",
      workingDirectory: "/project",
      status: "in_progress",
    },
  } as const;
  const started = turn({ type: "agent.started", agent });
  const working = turn({ type: "agent.event", agent, event });
  const ended = turn({ type: "agent.ended", agent, status: "completed" });
  assert.match(drawn(DEVELOPING, started), /\n🤖 helper · working/);
  assert.match(drawn(DEVELOPING, started, working), /\n🤖 helper · npm test/);
  assert.match(drawn(DEVELOPING, started, working, ended), /\n🤖 helper · done/);
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

Deno.test("a command in a step or a thought of Codex is no link that sends it", () => {
  const { text, entities } = drawing(
    DEVELOPING,
    turn({ type: "plan", steps: [{ text: "Add GET /users", status: "pending" }] }),
    turn({
      type: "item.completed",
      item: { type: "reasoning", id: "1", summary: "**Looking at /new twice**" },
    }),
  );
  const code = entities.filter(({ type }) => type === "code")
    .map(({ offset, length }) => text.slice(offset, offset + length));
  assert.match(text, /Looking at \/new twice[^]*Add GET \/users/);
  assert.deepEqual(code, ["/new", "/users"]);
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
    "✅ Approved in round 2 · 12 min · 12.3k tokens",
  );
  const { usage: _unknown, ...withoutUsage } = stage;
  const ended: RunEvent = { type: "stage.finished", stage: withoutUsage };
  const usage = stage.usage;
  assert.equal(
    drawn(
      { type: "stage.replayed", step: "plan", role: "planner", round: 0, usage },
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
    "✅ Approved in round 2 · +3 −1 · 12 min · 12.3k tokens",
  );
});

Deno.test("the end of what is not approved does not look as if it were", () => {
  const verdicts = {
    max_rounds_reached: "Not approved: the reviewer asks for changes",
    unreadable: "Not reviewed: the review could not be read",
    needs_changes: "Not approved: the reviewer asks for changes",
  } as const;
  for (const result of ["max_rounds_reached", "unreadable", "needs_changes"] as const) {
    const review = { result, rounds: 1, note: "", openFindings: [] };
    const outcome: RunOutcome = { status: "answered", answer: { text: "x", review } };
    const finished = { type: "run.finished", outcome, latencyMs: 1_000 } as const;
    const end = `⚠️ ${verdicts[result]} · 1 s`;
    assert.equal(drawn(DEVELOPING, finished), end, result);
  }
  const outcome: RunOutcome = { status: "answered", answer: { text: "x" } };
  assert.match(drawn({ type: "run.finished", outcome, latencyMs: 1_000 }), /^✅ Done/);
});

function patched(lines: string): RunEvent {
  const [added, removed] = ["+", "-"].map((sign) => lines.split(sign).length - 1);
  const unifiedDiff = `--- a/x\n+++ b/x\n@@ -1,${removed} +1,${added} @@\n${lines}`;
  return turn({ type: "diff", unifiedDiff });
}

Deno.test("a duration is a duration: no client makes an age of it", () => {
  const { text, entities } = drawing(DEVELOPING);
  assert.match(text, /\n⏱ 1 min 5 s$/);
  assert.deepEqual(entities.filter(({ type }) => type === "date_time"), []);
});

const SELECTED: RunEvent = {
  type: "mode.selected",
  mode: "plan",
  reason: "several files",
  maxRounds: 3,
};

function began(role: Role, round: number): RunEvent {
  return { type: "stage.started", role, round };
}

function ended(role: Role, round: number, status: TurnStatus = "completed"): RunEvent {
  return { type: "stage.finished", stage: { role, round, status, latencyMs: 1 } };
}

function firstLine(...events: RunEvent[]): string {
  return drawn(...events).split("\n")[0] ?? "";
}

Deno.test("a plan run shows the whole way: stages done, at work and open, and the round", () => {
  const way: readonly (readonly [RunEvent, string])[] = [
    [began("selector", 0), "🧭 Choosing how to work"],
    [SELECTED, "🧭 Plan ○ › Build ○ › Review ○"],
    [began("planner", 0), "📝 Plan ● › Build ○ › Review ○"],
    [ended("planner", 0), "📝 Plan ✓ › Build ○ › Review ○"],
    [began("developer", 1), "🛠 Plan ✓ › Build ● › Review ○ · 1/3"],
    [ended("developer", 1), "🛠 Plan ✓ › Build ✓ › Review ○ · 1/3"],
    [began("reviewer", 1), "🔎 Plan ✓ › Build ✓ › Review ● · 1/3"],
    [ended("reviewer", 1), "🔎 Plan ✓ › Build ✓ › Review ✓ · 1/3"],
    [began("developer", 2), "🛠 Plan ✓ › Build ● › Review ○ · 2/3"],
    [ended("developer", 2), "🛠 Plan ✓ › Build ✓ › Review ○ · 2/3"],
    [began("reviewer", 2), "🔎 Plan ✓ › Build ✓ › Review ● · 2/3"],
    [ended("reviewer", 2, "failed"), "🔎 Plan ✓ › Build ✓ › Review ✗ · 2/3"],
  ];
  for (const [index, [, line]] of way.entries()) {
    assert.equal(firstLine(...way.slice(0, index + 1).map(([event]) => event)), line);
  }
});

Deno.test("stages that an earlier process finished are done", () => {
  const replayed = (step: string, role: Role, round: number): RunEvent => {
    return { type: "stage.replayed", step, role, round };
  };
  const text = drawn(
    { type: "run.continued" },
    replayed("select", "selector", 0),
    SELECTED,
    replayed("plan", "planner", 0),
    replayed("develop 1", "developer", 1),
    began("reviewer", 1),
  );
  assert.match(text, /^🔁 Continued after a restart\.\n🔎 Plan ✓ › Build ✓ › Review ● · 1\/3\n/);
});

Deno.test("without reviews no review is on the way, and no round of none", () => {
  const selected = { ...SELECTED, maxRounds: 0 } as const;
  assert.equal(firstLine(selected, began("developer", 1)), "🛠 Plan ○ › Build ●");
});

Deno.test("a request that is answered directly shows its one stage, and no round", () => {
  const selected = { type: "mode.selected", mode: "single", reason: "small" } as const;
  const chosen = [began("selector", 0), ended("selector", 0), selected];
  assert.equal(firstLine(...chosen, began("developer", 1)), "🛠 Developing");
  const single = { type: "run.started", mode: "single" } as const;
  assert.equal(firstLine(single, began("developer", 1)), "🛠 Developing");
});

Deno.test("a failed run tells the facts, where it failed, and why in one line", () => {
  const message = `Codex said:\n${"no ".repeat(400)}`;
  const failed: RunEvent = {
    type: "run.finished",
    outcome: { status: "failed", message, trouble: { kind: "failed", said: message } },
    latencyMs: 185_000,
  };
  const [facts, way, why, ...more] = drawn(SELECTED, ended("planner", 0), DEVELOPING, failed)
    .split("\n");
  assert.equal(facts, "❌ Failed · 3 min 5 s");
  assert.equal(way, "Plan ✓ › Build ✗ › Review ○ · 2/3");
  assert.match(why ?? "", /^Codex said: no no .*…$/);
  assert.ok((why ?? "").length <= 240);
  assert.deepEqual(more, []);
});

Deno.test("why a run failed is said without secrets, with what to type as code", () => {
  const outcome: RunOutcome = {
    status: "failed",
    message: "401",
    trouble: { kind: "login", said: "hunter2." },
  };
  const { text, entities } = drawing({ type: "run.finished", outcome, latencyMs: 1_000 });
  assert.match(text, /^❌ Failed · 1 s\n•••••••\. Run codex login on/);
  assert.deepEqual(entities.map(({ type }) => type), ["bold", "code"]);
});

Deno.test("Korean says the way, the verdict and the round in its own words", () => {
  const review = { result: "approved", rounds: 2, note: "", openFindings: [] } as const;
  const events: RunEvent[] = [SELECTED, DEVELOPING];
  const finished: RunEvent = {
    type: "run.finished",
    outcome: { status: "answered", answer: { text: "x", review } },
    latencyMs: 3_840_000,
  };
  assert.match(drawnIn("ko", ...events), /^🛠 계획 ○ › 개발 ● › 검토 ○ · 2\/3\n⏱ 1분 5초$/);
  assert.equal(drawnIn("ko", ...events, finished), "✅ 2라운드에서 검토 통과 · 1시간 4분");
});

const RUN = { id: "r1", session: { chatId: "1", userId: "2" } };

function buttonsOf(...events: RunEvent[]): string[] {
  return statusButtons(reduced(...events), RUN, EN).flat()
    .flatMap((button) => "data" in button ? [`${button.label}=${button.data}`] : []);
}

Deno.test("the end leads on: to the diff where files changed, the log, and a retry where it failed", () => {
  const finished = (outcome: RunOutcome, latencyMs = 5): RunEvent => {
    return { type: "run.finished", outcome, latencyMs };
  };
  const answered = finished({ status: "answered", answer: { text: "x" } });
  const failed = finished({
    status: "failed",
    message: "no",
    trouble: { kind: "failed", said: "no" },
  });
  assert.deepEqual(buttonsOf(DEVELOPING), ["Cancel=s:r1", "Log=l:r1"]);
  assert.deepEqual(buttonsOf(DEVELOPING, answered), ["Log=l:r1"]);
  // The answer has the others.
  assert.deepEqual(buttonsOf(DEVELOPING, patched("+a\n"), answered), ["Log=l:r1"]);
  assert.deepEqual(buttonsOf(DEVELOPING, patched("+a\n"), failed), [
    "Diff=diff:r1",
    "Log=l:r1",
    "Retry=again:r1",
  ]);
  assert.deepEqual(buttonsOf(DEVELOPING, finished({ status: "cancelled" })), ["Log=l:r1"]);
  const queued: RunEvent = { type: "run.queued", position: 1 };
  const dropped = statusButtons(
    [queued, finished({ status: "cancelled" }, 0)]
      .reduce((state, event) => reduceRun(state, event, STARTED_AT), newRunState()),
    RUN,
    EN,
  );
  assert.deepEqual(dropped, []);
});

Deno.test("no button of a status message is red: red is kept for one below an approval", () => {
  const states: RunEvent[][] = [
    [{ type: "run.queued", position: 1 }],
    [{ type: "run.offered", reason: { type: "old" } }],
    [DEVELOPING],
    [DEVELOPING, {
      type: "run.finished",
      outcome: { status: "failed", message: "no", trouble: { kind: "failed", said: "no" } },
      latencyMs: 1,
    }],
  ];
  const styles = states.flatMap((events) => statusButtons(reduced(...events), RUN, EN).flat())
    .map(({ style }) => style);
  assert.ok(!styles.includes("danger"));
  const asked = approvalButtons("n".repeat(16), ASKED, EN).flat();
  const red = asked.filter(({ style }) => style === "danger").map(({ label }) => label);
  assert.deepEqual(red, [EN.approvals.cancel]);
});

const ASKED: ApprovalRequest = {
  id: "1",
  kind: "command",
  threadId: "t",
  turnId: "u",
  itemId: "i",
  command: "ls",
};

const CONTEXT = { runId: "r1", echo: false, state: newRunState(), redact: (text: string) => text };

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
  assert.equal(answer?.heading, undefined);
  assert.equal(answer?.footing?.text, "✅ Approved in round 1");
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
          openFindings: [finding({ file: "a.ts", message: "no test" })],
        },
      },
    },
    EN,
    CONTEXT,
  );
  assert.equal(
    answer?.footing?.text,
    "not yet\n\nOpen findings\n• F1 [major] a.ts: no test\n\n⚠️ Not approved: 1 open finding",
  );
});

Deno.test("answerText() takes what a reviewer writes for Markdown", () => {
  const openFindings = [finding({ severity: "minor", message: "`f()` is **slow**" })];
  const review = {
    result: "max_rounds_reached",
    rounds: 1,
    note: "see `a`",
    openFindings,
  } as const;
  const footing = answerText({ status: "answered", answer: { text: "x", review } }, EN, CONTEXT)
    ?.footing;
  assert.match(footing?.text ?? "", /^see a\n\nOpen findings\n• F1 \[minor\] f\(\) is slow\n/);
  assert.deepEqual(footing?.entities.map(({ type }) => type), [
    "code",
    "bold",
    "bold",
    "code",
    "bold",
    "bold",
  ]);
});

Deno.test("answerText() tells a failure with the run's id, and what there was by then", () => {
  const answer = answerText(
    {
      status: "failed",
      message: "Codex is not logged in",
      trouble: { kind: "login", said: "Codex is not logged in." },
      answer: { text: "half of it" },
    },
    EN,
    CONTEXT,
  );
  assert.match(
    answer?.heading?.text ?? "",
    /Failed: Codex is not logged in\. Run `?codex login`? on the machine.*\nrun r1/,
  );
  assert.match(answer?.heading?.text ?? "", /\n\nResult so far:$/);
  assert.equal(answer?.footing?.text, "❌ Failed · not reviewed");
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
    ...CONTEXT,
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
