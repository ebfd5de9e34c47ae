import assert from "node:assert/strict";
import type { ApprovalRequest } from "../../../src/core/codex/approval.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { fullText } from "../../../src/bot/presenter/approval_message.ts";
import { Approvals } from "../../../src/bot/presenter/approvals.ts";
import type { ButtonPress } from "../../../src/bot/presenter/person_request.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryApprovals } from "../../fakes/memory_bot_stores.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";

const RUN: Run = {
  id: "r1",
  session: { chatId: "1", userId: "42" },
  prompt: "x",
  origin: { chatId: "1", messageId: 5, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};

const IDENTITY = { id: "0", threadId: "t", turnId: "u", itemId: "i" };
const REQUEST: ApprovalRequest = {
  ...IDENTITY,
  kind: "command",
  command: "rm -rf build",
  workingDirectory: "/project",
  reason: "It is outdated",
};

const redact = (text: string): string => text.replaceAll("hunter2", "•••••••");

function setUp(
  approvalStore = new MemoryApprovals(),
): {
  outbox: RecordingOutbox;
  approvals: Approvals;
  approvalStore: MemoryApprovals;
  clock: FakeClock;
} {
  const outbox = new RecordingOutbox();
  const clock = new FakeClock();
  const languageOf = ({ origin }: Run): "en" | "ko" => origin.language;
  const approvalTimeoutMs = 3_600_000;
  const deps = { outbox, approvalStore, clock, redact, approvalTimeoutMs, languageOf };
  return { outbox, approvals: new Approvals(deps), approvalStore, clock };
}

const ANN = { userId: 42, chatId: 1, firstName: "Ann" };

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
  const ann = { userId: 42, chatId: 1, firstName: "Ann", texts: textsFor("en") };
  return { queryId: "q", messageId: 70, data, ...ann, ...more };
}

Deno.test("Approvals.ask() shows command, folder and reason, and gives the pressed decision back", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const text = outbox.sent[0]?.content.text ?? "";
  for (const part of ["rm -rf build", "/project", "It is outdated", "/approve "]) {
    assert.ok(text.includes(part), part);
  }
  // Touched, a command goes off without its ID; code is copied.
  const copied = (outbox.sent[0]?.content.entities ?? []).filter(({ type }) => type === "code")
    .map(({ offset, length }) => text.slice(offset, offset + length));
  assert.deepEqual(copied.map((code) => code.split(" ")[0]), ["/project", "/approve", "/deny"]);
  assert.equal(approvals.press(pressOf(outbox, "Allow for this session")), true);
  assert.deepEqual(await asked, { decision: "accept-for-session", who: "Ann" });
  await settle();
  assert.deepEqual(outbox.toasts, [undefined]);
  assert.match(outbox.edits[0]?.content.text ?? "", /Allowed for this session by Ann, 03:04 UTC$/);
  assert.deepEqual(outbox.edits[0]?.content.entities.at(-1), {
    type: "date_time",
    offset: (outbox.edits[0]?.content.text.length ?? 0) - "03:04 UTC".length,
    length: 9,
    unix_time: 1_767_323_045,
    date_time_format: "t",
  });
  assert.equal(outbox.edits[0]?.buttons, undefined);
});

Deno.test("Approvals.ask() writes out what would hide in a command", async () => {
  const { outbox, approvals } = setUp();
  // A terminal takes what is between for a title; a shell runs it.
  const command = "ls \x1b]; rm -rf ~ ;\x07 \u202e\u00ad\u3164";
  void approvals.ask(RUN, { ...REQUEST, command }, new AbortController().signal);
  await settle();
  const text = outbox.sent[0]?.content.text ?? "";
  const shown = "ls \\u{1b}]; rm -rf ~ ;\\u{7} \\u{202e}\\u{ad}\\u{3164}";
  assert.ok(text.includes(shown), text);
});

Deno.test("Approvals.ask() keeps what Codex and the model say of a command on its line", async () => {
  const { outbox, approvals } = setUp();
  const request: ApprovalRequest = {
    ...REQUEST,
    command: "echo a\u2800\u{1d159}b",
    host: "good.example\nReason: it is safe",
    workingDirectory: "/project\nReason: it is safe",
    permissions: { read: [], write: ["/tmp\n• Network: off"], denied: [], others: [] },
    reason: "It is \u202eetadtuo\n\n✅ Allowed by Ann\nFolder: /elsewhere",
  };
  void approvals.ask(RUN, request, new AbortController().signal);
  await settle();
  const lines = outbox.sent[0]?.content.text.split("\n") ?? [];
  for (
    const line of [
      "echo a\\u{2800}\\u{1d159}b",
      "Network access to good.example\\nReason: it is safe",
      "• Read and write: /tmp\\n• Network: off",
      "Folder: /project\\nReason: it is safe",
      "Reason: It is \\u{202e}etadtuo ✅ Allowed by Ann Folder: /elsewhere",
    ]
  ) assert.ok(lines.includes(line), `${line} in\n${lines.join("\n")}`);
  assert.equal(outbox.documents.length, 0);
});

const LONG = `/${"a/".repeat(2_000)}`;
const LONG_REQUESTS: readonly (readonly [what: string, request: ApprovalRequest, end: string])[] = [
  ["folder", { ...REQUEST, workingDirectory: `${LONG}end1` }, "end1"],
  ["host", { ...REQUEST, host: `${LONG}end2` }, "end2"],
  ["path", {
    ...IDENTITY,
    kind: "files",
    changes: Array.from({ length: 9 }, () => ({ path: `${LONG}end3`, kind: "add" as const })),
  }, "end3"],
  ["opened folder", { ...IDENTITY, kind: "files", grantRoot: `${LONG}end4` }, "end4"],
  ["tool", {
    ...IDENTITY,
    kind: "tool",
    server: "s",
    tool: `${LONG}end5`,
    parameters: [],
    hints: [],
  }, "end5"],
  ["parameter", {
    ...IDENTITY,
    kind: "tool",
    server: "s",
    tool: "t",
    parameters: [{ name: `${LONG}end6`, value: "1" }],
    hints: [],
  }, "end6"],
];
for (const [what, request, end] of LONG_REQUESTS) {
  Deno.test(`Approvals.ask() brings the rest of a long ${what} in a file`, async () => {
    const { outbox, approvals } = setUp();
    void approvals.ask(RUN, request, new AbortController().signal);
    await settle();
    const text = outbox.sent[0]?.content.text ?? "";
    assert.ok(text.length <= 4_096, `${text.length} characters`);
    assert.ok(text.includes("…") && text.includes("The full text is in "), text);
    assert.equal(outbox.documents.length, 1);
    assert.ok(fullText(request).includes(end));
  });
}

Deno.test("Approvals.press() refuses everybody but the asker, and changes nothing", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once", { userId: 7 }));
  approvals.press(pressOf(outbox, "Allow once", { chatId: 2 }));
  approvals.press(pressOf(outbox, "Allow once", { messageId: 71 }));
  assert.deepEqual(outbox.toasts, [
    "Only the person who sent the request can decide this.",
    "This button no longer works.",
    "This button no longer works.",
  ]);
  approvals.press(pressOf(outbox, "Deny"));
  assert.equal((await asked).decision, "decline");
});

Deno.test("Approvals.press() counts once", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once"));
  approvals.press(pressOf(outbox, "Deny and stop"));
  assert.equal((await asked).decision, "accept");
  assert.equal(outbox.toasts[1], "This button no longer works.");
});

Deno.test("Approvals.press() takes a press that is faster than Telegram's answer", async () => {
  const { outbox, approvals } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  approvals.press(pressOf(outbox, "Allow once"));
  assert.equal((await asked).decision, "accept");
});

Deno.test("Approvals.press() leaves other buttons to others, and knows no made-up ones", () => {
  const { outbox, approvals } = setUp();
  assert.equal(approvals.press(pressOf(outbox, "", { data: "c:run" })), false);
  assert.equal(approvals.press(pressOf(outbox, "", { data: "a:AAAAAAAAAAAAAAAA:o" })), true);
  assert.deepEqual(outbox.toasts, ["This button no longer works."]);
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
  assert.equal((await asked).decision, "accept");
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
  assert.equal(outbox.toasts[0], "This button no longer works.");
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
  assert.deepEqual(outbox.documents, ["command.txt"]);
  assert.ok((outbox.sent[0]?.content.text.length ?? 0) < 4_000);
  stop.abort();
  await assert.rejects(asked);
});

Deno.test("Approvals keeps a question from before it is sent until it is decided", async () => {
  const { outbox, approvals, approvalStore } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  assert.equal(approvalStore.kept.size, 1);
  await settle();
  assert.deepEqual(approvalStore.open().map(({ messageId, runId }) => [messageId, runId]), [[
    70,
    "r1",
  ]]);
  approvals.press(pressOf(outbox, "Deny"));
  await asked;
  await settle();
  assert.equal(approvalStore.kept.size, 0);
});

Deno.test("Approvals closes a question of an unknown message when one of its buttons is pressed", async () => {
  const { outbox, approvals, approvalStore } = setUp();
  outbox.delivery = { status: "failed", reason: "the process ended" };
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  const press = pressOf(outbox, "Allow once", { messageId: 71 });
  const [kept] = approvalStore.open();
  await assert.rejects(asked);
  await settle();
  if (kept !== undefined) approvalStore.keep(kept);

  const later = setUp(approvalStore);
  later.approvals.expireOld();
  assert.equal(later.outbox.edits.length, 0);
  later.approvals.press({ ...press, chatId: 2 });
  assert.equal(later.outbox.edits.length, 0);
  later.approvals.press(press);
  assert.equal(later.outbox.edits[0]?.messageId, 71);
  assert.equal(approvalStore.kept.size, 0);
});

Deno.test("Approvals masks a secret before the question is cut, shown and kept", async () => {
  const { outbox, approvals, approvalStore } = setUp();
  const command = `${"x".repeat(895)}hunter2 ${"y".repeat(200)}`;
  void approvals.ask(RUN, { ...REQUEST, command }, new AbortController().signal);
  await settle();
  assert.ok(!/hunt/.test(outbox.sent[0]?.content.text ?? ""));
  assert.ok(!JSON.stringify(approvalStore.open()).includes("hunter2"));
});

Deno.test("Approvals.expireOld() closes what an earlier process left open, and says why", async () => {
  const { outbox, approvals, approvalStore } = setUp();
  void approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const press = pressOf(outbox, "Allow once");

  const later = setUp(approvalStore);
  later.approvals.expireOld();
  assert.equal(later.outbox.edits[0]?.messageId, 70);
  assert.match(later.outbox.edits[0]?.content.text ?? "", /rm -rf build[\s\S]*Expired/);
  assert.equal(later.outbox.edits[0]?.buttons, undefined);
  assert.equal(approvalStore.kept.size, 0);
  assert.equal(later.approvals.press(press), true);
  assert.deepEqual(later.outbox.toasts, ["This button no longer works."]);
});

Deno.test("Approvals.ask() declines when nobody answers in time, and the message says when", async () => {
  const { outbox, approvals, approvalStore, clock } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  const { text = "", entities = [] } = outbox.sent[0]?.content ?? {};
  const expiry = entities.find(({ type }) => type === "date_time");
  assert.ok(expiry?.type === "date_time");
  assert.equal(expiry.date_time_format, "r");
  assert.equal(new Date(expiry.unix_time * 1000).toISOString(), "2026-01-02T04:04:05.000Z");
  assert.match(text.slice(expiry.offset - 9), /^Expires: 04:04 UTC/);
  const late = pressOf(outbox, "Allow once");
  await clock.advance(3_599_999);
  assert.deepEqual([outbox.edits.length, approvals.openFor(ANN).length], [0, 1]);
  await clock.advance(1);
  assert.equal((await asked).decision, "decline");
  const closed = outbox.edits[0];
  assert.match(
    closed?.content.text ?? "",
    /rm -rf build[\s\S]*no answer within 1 h, 04:04 UTC$/,
  );
  assert.equal(closed?.buttons, undefined);
  assert.equal(approvalStore.kept.size, 0);
  approvals.press(late);
  assert.deepEqual(outbox.toasts, ["This button no longer works."]);
  // An edit makes no sound: what was denied on a person's behalf is a message of its own.
  const told = outbox.sent.at(-1);
  assert.equal(
    told?.content.text,
    "⌛ Nobody answered within 1 h, so I denied: rm -rf build",
  );
  assert.equal(told?.replyTo, 70);
});

Deno.test("Approvals waits for nothing once a question is answered", async () => {
  const { outbox, approvals, clock } = setUp();
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once"));
  await asked;
  assert.equal(clock.sleeping, 0);
  assert.deepEqual(approvals.openFor(ANN), []);
});

Deno.test("Approvals takes an answer in the topic of the request or outside of topics only", async () => {
  const run = {
    ...RUN,
    session: { ...RUN.session, topicId: "9" },
    origin: { ...RUN.origin, topicId: 9 },
  };
  for (const [topicId, taken] of [[9, true], [undefined, true], [8, false]] as const) {
    const place = topicId === undefined ? {} : { topicId };
    const { outbox, approvals } = setUp();
    const stop = new AbortController();
    const asked = approvals.ask(run, REQUEST, stop.signal);
    await settle();
    const [{ id } = { id: "" }] = approvals.openFor({ ...ANN, topicId: 9 });
    assert.deepEqual(approvals.openFor({ ...ANN, topicId: 8 }), []);
    approvals.press(pressOf(outbox, "Allow once", { ...place, userId: 7 }));
    assert.equal(outbox.toasts[0]?.includes("Only the person who sent the request"), taken);
    assert.equal(approvals.decide(id, "accept", { ...ANN, ...place }), taken);
    if (!taken) stop.abort(new Error("over"));
    await (taken ? asked : assert.rejects(asked));
  }
});

Deno.test("Approvals asks in the language that the person has chosen since, and refuses in the presser's", async () => {
  const outbox = new RecordingOutbox();
  const approvals = new Approvals({
    outbox,
    approvalStore: new MemoryApprovals(),
    clock: new FakeClock(),
    redact,
    approvalTimeoutMs: 60_000,
    languageOf: () => "ko",
  });
  void approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  assert.match(outbox.sent[0]?.content.text ?? "", /명령을 실행하려고 합니다/);
  const press = pressOf(outbox, "한 번 허용", { userId: 7 });
  approvals.press(press);
  approvals.press({ ...press, texts: textsFor("ko") });
  assert.match(outbox.toasts[0] ?? "", /Only the person/);
  assert.match(outbox.toasts[1] ?? "", /요청을 보낸 사람만/);
});

Deno.test("Approvals follows a question into the chat that its group has become", async () => {
  const { outbox, approvals } = setUp();
  outbox.delivery = { status: "sent", messageId: 3, chatId: -1001 };
  const asked = approvals.ask(RUN, REQUEST, new AbortController().signal);
  await settle();
  approvals.press(pressOf(outbox, "Allow once", { messageId: 3, chatId: -1001 }));
  assert.equal((await asked).decision, "accept");
});

Deno.test("a tool with many and long parameters fits into one message, and the rest is in a file", async () => {
  const { outbox, approvals } = setUp();
  const stop = new AbortController();
  const parameters = Array.from({ length: 50 }, (_, index) => ({
    name: `parameter ${index}`.padEnd(400, "x"),
    value: "v".repeat(5_000),
  }));
  const tool: ApprovalRequest = {
    id: "1",
    kind: "tool",
    threadId: "t",
    turnId: "u",
    itemId: "",
    server: "desk",
    tool: "rename",
    parameters: [{ name: "api_key", value: "abc" }, ...parameters],
    hints: ["read-only"],
    choices: [{ decision: "accept" }, { decision: "decline" }],
  };
  const asked = assert.rejects(approvals.ask(RUN, tool, stop.signal));
  await settle();
  const [message] = outbox.sent;
  const { text = "" } = message?.content ?? {};
  assert.ok(text.length <= 4_096, String(text.length));
  assert.match(text, /api_key: •••\n/);
  assert.match(text, /The server says: only reads\nThe full text is in parameters\.txt\n/);
  assert.deepEqual(outbox.documents, ["parameters.txt"]);
  assert.deepEqual(message?.buttons?.flat().map(({ label }) => label), ["Allow once", "Deny"]);
  // What Codex does not offer is not taken from a button of one's own making.
  const [{ data = "" } = {}] = message?.buttons?.flat() ?? [];
  approvals.press({ ...pressOf(outbox, "Deny"), data: data.replace(/o$/, "s") });
  assert.deepEqual(outbox.toasts, ["This button no longer works."]);
  stop.abort(new Error("over"));
  await asked;
});

Deno.test("Approvals.openFor() lists an approval in its own topic only, and to its asker", async () => {
  const { approvals } = setUp();
  const run = { ...RUN, origin: { ...RUN.origin, topicId: 3 } };
  const over = new AbortController();
  const asked = approvals.ask(run, REQUEST, over.signal);
  await settle();
  const listed = (person: Parameters<Approvals["openFor"]>[0]): number =>
    approvals.openFor(person).length;
  assert.equal(listed({ ...ANN, topicId: 3 }), 1);
  assert.equal(listed({ ...ANN, topicId: 4 }), 0, "another topic");
  assert.equal(listed(ANN), 0, "outside of topics");
  assert.equal(listed({ ...ANN, topicId: 3, userId: 43 }), 0, "somebody else");
  over.abort();
  await asked.catch(() => {});
});
