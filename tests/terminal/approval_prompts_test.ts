/** Codex's approvals at the terminal: one at a time, answered by what is typed when they are seen. */
import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../src/core/codex/approval.ts";
import { currentField } from "../../src/core/codex/field_answers.ts";
import type { QuestionRequest } from "../../src/core/codex/question.ts";
import { subjectOf } from "../../src/core/run/run_log.ts";
import type { Run } from "../../src/core/run/run.ts";
import { terminalSession } from "../../src/core/session/session.ts";
import { ApprovalPrompts } from "../../src/terminal/approval_prompts.ts";
import { FakeClock } from "../fakes/fake_clock.ts";

const RUN: Run = {
  id: "r1",
  session: terminalSession("x"),
  prompt: "do it",
  origin: { chatId: "terminal", messageId: 1, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};
const NEVER = new AbortController().signal;

function request(command: string): ApprovalRequest {
  return { id: command, kind: "command", threadId: "t", turnId: "u", itemId: "i", command };
}

function stageOf(canAsk = true): {
  readonly prompts: ApprovalPrompts;
  readonly seen: string[];
  readonly clock: FakeClock;
} {
  const seen: string[] = [];
  const clock = new FakeClock();
  const prompts = new ApprovalPrompts({
    view: {
      askPlan: () => {},
      planSettled: () => {},
      ask: (_run, request) => void seen.push(`ask ${subjectOf(request)}`),
      settled: (_run, request, end) => void seen.push(`${end} ${subjectOf(request)}`),
      askQuestion: (_run, progress) => {
        const field = currentField(progress);
        seen.push(`ask ${field?.id ?? JSON.stringify(progress.values)}`);
      },
      questionSettled: (_run, question, end) => void seen.push(`${end} ${question.kind}`),
    },
    canAsk,
    timeoutMs: 60_000,
    redact: (text) => text.replaceAll("hunter2", "•••••••"),
    clock,
  });
  return { prompts, seen, clock };
}

Deno.test("a question is answered by 1 to 4, and by nothing that was typed before it was shown", async () => {
  const { prompts, seen } = stageOf();
  assert.deepEqual(prompts.answer("1"), { type: "not-understood", choices: 0 });
  for (
    const [typed, decision] of [
      ["1", "accept"],
      [" 2 ", "accept-for-session"],
      ["3", "decline"],
      ["4", "cancel"],
    ] as const
  ) {
    const answer = prompts.ask(RUN, request("echo hunter2"), NEVER);
    for (const none of ["", "y", "11", "5", "yes 1"]) {
      assert.deepEqual(prompts.answer(none), { type: "not-understood", choices: 4 });
    }
    assert.deepEqual(prompts.answer(typed), { type: "taken" });
    assert.deepEqual(await answer, { decision, who: "the person at the terminal" });
    assert.deepEqual(seen.splice(0), ["ask echo •••••••", `${decision} echo •••••••`]);
    assert.equal(prompts.open, false);
  }
});

Deno.test("a second question is shown when the first is over, and an answer is for the one that is seen", async () => {
  const { prompts, seen } = stageOf();
  const withdrawn = new AbortController();
  const first = prompts.ask(RUN, request("one"), withdrawn.signal);
  const second = prompts.ask(RUN, request("two"), NEVER);
  assert.deepEqual(seen, ["ask one"]);
  withdrawn.abort(new Error("gone"));
  await assert.rejects(first, /gone/);
  assert.deepEqual(seen, ["ask one", "void one", "ask two"]);
  prompts.answer("3");
  assert.equal((await second).decision, "decline");
});

Deno.test("a question that nobody answers in time is denied, and where nobody sits at once", async () => {
  const waiting = stageOf();
  const answer = waiting.prompts.ask(RUN, request("one"), NEVER);
  await waiting.clock.advance(60_000);
  assert.deepEqual(await answer, { decision: "decline" });
  assert.deepEqual(waiting.seen, ["ask one", "timed-out one"]);

  const alone = stageOf(false);
  const denied = await alone.prompts.ask(RUN, request("one"), NEVER);
  assert.deepEqual(denied, { decision: "decline" });
  assert.deepEqual(alone.seen, ["nobody one"]);
});

const FORM: QuestionRequest = {
  id: "1",
  threadId: "t",
  turnId: "u",
  kind: "form",
  server: "desk",
  message: "Which room?",
  leftOut: [],
  fields: [
    { id: "mail", title: "Mail", required: true, type: "text", format: "email" },
    { id: "seats", title: "Seats", required: false, type: "number", integer: true, most: 4 },
  ],
};

Deno.test("a form is answered line by line, looked over, changed and sent", async () => {
  const { prompts, seen } = stageOf();
  const reply = prompts.askQuestion(RUN, FORM, NEVER);
  const first = prompts.shown;
  const wrong = { type: "not-taken", problem: { type: "format", format: "email" } };
  assert.deepEqual(prompts.answer("nobody"), wrong);
  assert.deepEqual(prompts.answer(":skip"), wrong);
  for (const line of ["a@b.c", ":skip", ":change 2", "3"]) {
    assert.deepEqual(prompts.answer(line), { type: "taken" });
  }
  assert.notEqual(prompts.shown, first);
  assert.deepEqual(prompts.answer(":change 9"), { type: "not-understood", choices: 2 });
  prompts.answer("1");
  assert.deepEqual(await reply, {
    answer: { type: "answered", values: { mail: "a@b.c", seats: 3 } },
    who: "the person at the terminal",
  });
  assert.deepEqual(seen, [
    "ask mail",
    "ask seats",
    'ask {"mail":"a@b.c"}',
    "ask seats",
    'ask {"mail":"a@b.c","seats":3}',
    "answered form",
  ]);
});

Deno.test("a question is cancelled at any time, and declined when nobody types any more", async () => {
  const { prompts, seen, clock } = stageOf();
  const cancelled = prompts.askQuestion(RUN, FORM, NEVER);
  prompts.answer(":cancel");
  assert.equal((await cancelled).answer.type, "cancel");
  const late = prompts.askQuestion(RUN, FORM, NEVER);
  await clock.advance(60_000);
  assert.deepEqual(await late, { answer: { type: "decline", unanswered: true } });
  const open = prompts.askQuestion(RUN, FORM, NEVER);
  prompts.nobodyAnswers();
  assert.deepEqual(await open, { answer: { type: "decline" } });
  assert.deepEqual(seen.filter((line) => !line.startsWith("ask")), [
    "cancel form",
    "timed-out form",
    "nobody form",
  ]);
});
