import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../../src/core/codex.ts";
import type { Run } from "../../../src/core/run.ts";
import { Approvals, type ButtonPress } from "../../../src/bot/presenter/approvals.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryQuestions } from "../../fakes/memory_bot_stores.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";

const RUN: Run = {
  id: "r1",
  session: { chatId: "1", userId: "42" },
  prompt: "x",
  origin: { chatId: "1", messageId: 5, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};

const REQUEST: ApprovalRequest = {
  id: "0",
  kind: "command",
  threadId: "t",
  turnId: "u",
  itemId: "i",
  command: "rm -rf build",
  workingDirectory: "/project",
  reason: "It is outdated",
};

const conceal = (text: string): string => text.replaceAll("hunter2", "•••••••");

function setUp(
  questions = new MemoryQuestions(),
): { outbox: RecordingOutbox; approvals: Approvals; questions: MemoryQuestions } {
  const outbox = new RecordingOutbox();
  const approvals = new Approvals({ outbox, questions, clock: new FakeClock(), conceal });
  return { outbox, approvals, questions };
}

/** Lets everything that is ready happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function pressOf(
  outbox: RecordingOutbox,
  label: string,
  more: Partial<ButtonPress> = {},
): ButtonPress {
  const buttons = outbox.sent.at(-1)?.buttons?.flat() ?? [];
  const data = buttons.find((button) => button.label === label)?.data ?? "";
  return { queryId: "q", messageId: 70, data, userId: 42, chatId: 1, firstName: "Ann", ...more };
}

Deno.test("Approvals.ask() shows command, folder and reason, and gives the pressed decision back", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const text = outbox.sent[0]?.content.text ?? "";
  for (const part of ["rm -rf build", "/project", "It is outdated", "/approve "]) {
    assert.ok(text.includes(part), part);
  }
  assert.equal(approvals.press(pressOf(outbox, "Allow for this session")), true);
  assert.equal(await asked, "accept-for-session");
  await settle();
  assert.deepEqual(outbox.toasts, [undefined]);
  assert.match(outbox.edits[0]?.content.text ?? "", /Allowed for this session by Ann, 03:04 UTC/);
  assert.equal(outbox.edits[0]?.buttons, undefined);
});

Deno.test("Approvals.press() refuses everybody but the asker, and changes nothing", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once", { userId: 7 }));
  approvals.press(pressOf(outbox, "Allow once", { chatId: 2 }));
  approvals.press(pressOf(outbox, "Allow once", { messageId: 71 }));
  assert.deepEqual(outbox.toasts, [
    "Only the person who asked can decide this.",
    "This button is no longer valid.",
    "This button is no longer valid.",
  ]);
  approvals.press(pressOf(outbox, "Deny"));
  assert.equal(await asked, "decline");
});

Deno.test("Approvals.press() counts once", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once"));
  approvals.press(pressOf(outbox, "Deny and stop"));
  assert.equal(await asked, "accept");
  assert.equal(outbox.toasts[1], "This button is no longer valid.");
});

Deno.test("Approvals.press() takes a press that is faster than Telegram's answer", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  approvals.press(pressOf(outbox, "Allow once"));
  assert.equal(await asked, "accept");
});

Deno.test("Approvals.press() leaves other buttons to others, and knows no made-up ones", () => {
  const { outbox, approvals } = setUp();
  assert.equal(approvals.press(pressOf(outbox, "", { data: "c:run" })), false);
  assert.equal(approvals.press(pressOf(outbox, "", { data: "a:AAAAAAAAAAAAAAAA:o" })), true);
  assert.deepEqual(outbox.toasts, ["This button is no longer valid."]);
});

Deno.test("Approvals.decide() takes the typed id of the asker in that chat only", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const id = /\/approve (\S+)/.exec(outbox.sent[0]?.content.text ?? "")?.[1] ?? "";
  const ann = { userId: 42, chatId: 1, firstName: "Ann" };
  assert.equal(approvals.decide("zzzzz", "accept", ann), false);
  assert.equal(approvals.decide(id, "accept", { ...ann, userId: 7 }), false);
  assert.equal(approvals.decide(id.toUpperCase(), "accept", ann), true);
  assert.equal(await asked, "accept");
  assert.equal(approvals.decide(id, "decline", ann), false);
});

Deno.test("Approvals.ask() rejects when the question is void, and the message says so", async () => {
  const { outbox, approvals } = setUp();
  const stop = new AbortController();
  const asked = approvals.ask(RUN, REQUEST, stop.signal);
  await settle();
  stop.abort(new Error("the turn is over"));
  await assert.rejects(asked, /the turn is over/);
  await settle();
  assert.match(outbox.edits[0]?.content.text ?? "", /No longer needed/);
  approvals.press(pressOf(outbox, "Allow once"));
  assert.equal(outbox.toasts[0], "This button is no longer valid.");
});

Deno.test("Approvals.ask() rejects when the person cannot be reached", async () => {
  const { outbox, approvals } = setUp();
  outbox.delivery = { status: "unreachable", reason: "blocked" };
  await assert.rejects(approvals.ask(RUN, REQUEST, new AbortController().signal), /blocked/);
});

Deno.test("Approvals.ask() sends a long command whole, as a file", async () => {
  const { outbox, approvals } = setUp();
  const stop = new AbortController();
  const asked = approvals.ask(RUN, { ...REQUEST, command: "x".repeat(5_000) }, stop.signal);
  await settle();
  assert.deepEqual(outbox.documents, ["question.txt"]);
  assert.ok((outbox.sent[0]?.content.text.length ?? 0) < 4_000);
  stop.abort();
  await assert.rejects(asked);
});

Deno.test("Approvals keeps a question from before it is sent until it is decided", async () => {
  const { outbox, approvals, questions } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  assert.equal(questions.kept.size, 1);
  await settle();
  assert.deepEqual(questions.open().map(({ messageId, runId }) => [messageId, runId]), [[
    70,
    "r1",
  ]]);
  approvals.press(pressOf(outbox, "Deny"));
  await asked;
  await settle();
  assert.equal(questions.kept.size, 0);
});

Deno.test("Approvals closes a question of an unknown message when one of its buttons is pressed", async () => {
  const { outbox, approvals, questions } = setUp();
  outbox.delivery = { status: "failed", reason: "the process ended" };
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  const press = pressOf(outbox, "Allow once", { messageId: 71 });
  const [kept] = questions.open();
  await assert.rejects(asked);
  await settle();
  if (kept !== undefined) questions.keep(kept);

  const later = setUp(questions);
  later.approvals.expireOld();
  assert.equal(later.outbox.edits.length, 0);
  later.approvals.press({ ...press, chatId: 2 });
  assert.equal(later.outbox.edits.length, 0);
  later.approvals.press(press);
  assert.equal(later.outbox.edits[0]?.messageId, 71);
  assert.equal(questions.kept.size, 0);
});

Deno.test("Approvals masks a secret before the question is cut, shown and kept", async () => {
  const { outbox, approvals, questions } = setUp();
  const command = `${"x".repeat(895)}hunter2 ${"y".repeat(200)}`;
  void approvals.ask(RUN, { ...REQUEST, command }, new AbortController().signal);
  await settle();
  assert.ok(!/hunt/.test(outbox.sent[0]?.content.text ?? ""));
  assert.ok(!JSON.stringify(questions.open()).includes("hunter2"));
});

Deno.test("Approvals.expireOld() closes what an earlier process left open, and says why", async () => {
  const { outbox, approvals, questions } = setUp();
  void approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const press = pressOf(outbox, "Allow once");

  const later = setUp(questions);
  later.approvals.expireOld();
  assert.equal(later.outbox.edits[0]?.messageId, 70);
  assert.match(later.outbox.edits[0]?.content.text ?? "", /rm -rf build[\s\S]*Expired/);
  assert.equal(later.outbox.edits[0]?.buttons, undefined);
  assert.equal(questions.kept.size, 0);
  assert.equal(later.approvals.press(press), true);
  assert.deepEqual(later.outbox.toasts, ["This button is no longer valid."]);
});
