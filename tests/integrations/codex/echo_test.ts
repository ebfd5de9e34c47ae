import assert from "node:assert/strict";
import type { ApprovalDecision } from "../../../src/core/codex/approval.ts";
import type { ThreadOptions, TurnInput, TurnResult } from "../../../src/core/codex/codex.ts";
import { ThreadBusyError } from "../../../src/core/errors.ts";
import { EchoBackend } from "../../../src/integrations/codex/echo.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { readSelection } from "../../../src/workflows/decisions.ts";
import { readReview } from "../../../src/workflows/review.ts";
import { ROLES } from "../../../src/workflows/roles.ts";

const OPTIONS: ThreadOptions = {
  workingDirectory: "/project",
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  ephemeral: false,
};
const LIMITS = {
  turnTimeoutMs: 60_000,
  turnIdleTimeoutMs: 60_000,
  cancelGraceMs: 1_000,
  reconnectMs: 1_000,
};

function backend(): EchoBackend {
  return new EchoBackend({ clock: createSystemClock(), limits: LIMITS, pauseMs: 1 });
}

function ask(
  input: TurnInput,
  { approve = "decline", signal = new AbortController().signal }: {
    approve?: ApprovalDecision;
    signal?: AbortSignal;
  } = {},
): Promise<TurnResult> {
  return backend().startThread(OPTIONS)
    .run(input, { signal, approve: () => Promise.resolve(approve) }).result;
}

function schemaOf(role: "selector" | "reviewer"): Pick<TurnInput, "outputSchema"> {
  const { outputSchema } = ROLES[role];
  assert.ok(outputSchema !== undefined);
  return { outputSchema };
}

Deno.test("EchoBackend gives a request back under a loud mark", async () => {
  const result = await ask({ text: "hello" });
  assert.equal(result.status, "completed");
  assert.match(result.answer, /^\[ECHO\][\s\S]*hello$/);
});

Deno.test("EchoBackend selects plan for building and single for a short question", async () => {
  const schema = schemaOf("selector");
  for (
    const [text, mode] of [["# Request\n\nrefactor the parser", "plan"], ["what time?", "single"]]
  ) {
    const { answer } = await ask({ text: text ?? "", ...schema });
    assert.equal(readSelection(answer).mode, mode);
  }
});

Deno.test("EchoBackend reviews once with changes, and approves what was revised", async () => {
  const schema = schemaOf("reviewer");
  const first = await ask({ text: "# Request\n\nx", ...schema });
  assert.equal(readReview(first.answer, [], 1).review.verdict, "needs_changes");
  const revised = await ask({ text: "# Review of round 1\n\nsay it" });
  const second = await ask({ text: `# Developer's answer\n\n${revised.answer}`, ...schema });
  assert.equal(readReview(second.answer, [], 2).review.verdict, "approved");
});

Deno.test("EchoBackend asks for an approval when the request speaks of one", async () => {
  const turn = backend().startThread(OPTIONS).run({ text: "needs an approval" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("accept"),
  });
  const events = await Array.fromAsync(turn.events);
  assert.deepEqual(
    events.flatMap((event) => event.type === "approval.resolved" ? [event.decision] : []),
    ["accept"],
  );
});

Deno.test("EchoBackend ends interrupted when its approval is cancelled", async () => {
  const { status } = await ask({ text: "needs an approval" }, { approve: "cancel" });
  assert.equal(status, "interrupted");
});

Deno.test("EchoBackend tells its answer piece by piece, and ends its checklist", async () => {
  const turn = backend().startThread(OPTIONS).run({ text: "여러 줄의 부탁 🙂" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  const events = await Array.fromAsync(turn.events);
  const told = events.map((event) => event.type === "message.delta" ? event.text : "").join("");
  assert.equal(told, (await turn.result).answer);
  assert.deepEqual(events.map(({ type }) => type), [
    "started",
    "plan",
    "item.started",
    ...Array(4).fill("message.delta"),
    "item.completed",
    "plan",
  ]);
  const last = events.at(-1);
  assert.ok(last?.type === "plan" && last.steps.every(({ status }) => status === "completed"));
});

Deno.test("EchoBackend ends interrupted when the signal aborts, and refuses a busy thread", async () => {
  const slow = new EchoBackend({ clock: createSystemClock(), limits: LIMITS, pauseMs: 60_000 });
  const thread = slow.startThread(OPTIONS);
  const stop = new AbortController();
  const how = { signal: stop.signal, approve: () => Promise.resolve("decline" as const) };
  const turn = thread.run({ text: "hello" }, how);
  assert.throws(() => thread.run({ text: "again" }, how), ThreadBusyError);
  stop.abort();
  assert.equal((await turn.result).status, "interrupted");
});

Deno.test("EchoBackend.close() ends what runs", async () => {
  const slow = new EchoBackend({ clock: createSystemClock(), limits: LIMITS, pauseMs: 60_000 });
  const turn = slow.startThread(OPTIONS).run({ text: "hello" }, {
    signal: new AbortController().signal,
    approve: () => Promise.resolve("decline"),
  });
  await slow.close();
  assert.equal((await turn.result).status, "interrupted");
});
