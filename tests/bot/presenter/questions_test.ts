/** Questions of Codex and of tool servers in the chat: who answers, where, and what the message shows. */
import { MemoryPlanMessages } from "../../fakes/memory_plan_messages.ts";
import assert from "node:assert/strict";
import type { QuestionReply } from "../../../src/core/chat/chat.ts";
import type { QuestionRequest } from "../../../src/core/codex/question.ts";
import type { Delivery, OutgoingMessage } from "../../../src/bot/outbox/outgoing.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { PersonRequests } from "../../../src/bot/presenter/person_requests.ts";
import type { ButtonPress } from "../../../src/bot/presenter/person_request.ts";
import { textsFor } from "../../../src/texts/texts.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryApprovals } from "../../fakes/memory_bot_stores.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";

const RUN: Run = {
  id: "r1",
  session: { chatId: "1", userId: "42" },
  prompt: "do it",
  origin: { chatId: "1", messageId: 5, language: "en" },
  createdAt: "2026-01-02T03:04:05.000Z",
};
const ANN = { userId: 42, chatId: 1, firstName: "Ann" };
const BASE = { id: "1", threadId: "t", turnId: "u" };
const FORM: QuestionRequest = {
  ...BASE,
  kind: "form",
  server: "desk",
  message: "Which room?",
  leftOut: ["map"],
  fields: [
    { id: "mail", title: "Mail\u202e", required: true, type: "text" },
    { id: "ok", title: "OK", required: false, type: "boolean", preset: true },
  ],
};
const INPUT: QuestionRequest = {
  ...BASE,
  kind: "input",
  timeLimitMs: 60_000,
  fields: [{ id: "a", title: "A", required: true, type: "text" }],
};

/** Gives each message an id of its own, from 70 on. */
class NumberingOutbox extends RecordingOutbox {
  override send(message: OutgoingMessage): Promise<Delivery> {
    this.delivery = { status: "sent", messageId: 70 + this.sent.length };
    return super.send(message);
  }
}

interface Stage {
  readonly outbox: RecordingOutbox;
  readonly requests: PersonRequests;
  readonly store: MemoryApprovals;
  readonly clock: FakeClock;
  readonly press: (label: string, more?: Partial<ButtonPress>) => void;
  ask(question: QuestionRequest, signal?: AbortSignal): Promise<QuestionReply>;
}

function setUp(): Stage {
  const outbox = new NumberingOutbox();
  const approvalStore = new MemoryApprovals();
  const clock = new FakeClock();
  const requests = new PersonRequests({
    planMessages: new MemoryPlanMessages(),
    outbox,
    approvalStore,
    clock,
    approvalTimeoutMs: 3_600_000,
    languageOf: () => "en",
    redact: (text) => text.replaceAll("hunter2", "•••••••"),
  });
  return {
    outbox,
    requests,
    store: approvalStore,
    clock,
    ask: (question, signal = new AbortController().signal) =>
      requests.questions.ask(RUN, question, signal),
    press: (label, more) => {
      const buttons = outbox.sent.at(-1)?.buttons?.flat() ?? [];
      const data = buttons.find((button) => button.label === label)?.data ?? "";
      const messageId = 69 + outbox.sent.length;
      requests.press({ ...ANN, queryId: "q", messageId, data, texts: textsFor("en"), ...more });
    },
  };
}

/** Lets everything that is ready happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

function lastText({ outbox }: Stage): string {
  return outbox.sent.at(-1)?.content.text ?? "";
}

Deno.test("Questions are answered by their person, in their place, by the message that is current", async () => {
  const stage = setUp();
  const { requests, outbox, press } = stage;
  const reply = stage.ask(FORM);
  await settle();
  const first = outbox.sent[0]?.buttons?.flat()[0]?.data ?? "";
  assert.equal(requests.shownIn(1, 70, { ...ANN, userId: 7 })?.type, "not-yours");
  assert.equal(requests.shownIn(1, 70, { ...ANN, topicId: 9 })?.type, "not-yours");
  press("Cancel", { userId: 7 });
  press("Cancel", { chatId: 2 });
  assert.deepEqual(outbox.toasts, [
    "Only the person who sent the request can decide this.",
    "This button no longer works.",
  ]);
  const shown = requests.shownIn(1, 70, ANN);
  assert.ok(shown?.type === "question");
  assert.deepEqual(shown.reply("a@b.c"), { type: "taken" });
  await settle();
  assert.match(outbox.edits[0]?.content.text ?? "", /Mail.*: a@b\.c$/);
  assert.equal(outbox.edits[0]?.buttons, undefined);
  // Neither the button nor the message of a field that was answered decides anything.
  press("", { data: first, messageId: 71 });
  assert.equal(outbox.toasts.at(-1), "This button no longer works.");
  assert.deepEqual(requests.shownIn(1, 70, ANN), { type: "closed", runId: "r1" });
  press("Use Yes");
  await settle();
  assert.match(
    lastText(stage),
    /OK: Yes\nCannot be asked for here: map\n\nNothing is sent before/,
  );
  press("Send");
  assert.deepEqual(await reply, {
    answer: { type: "answered", values: { mail: "a@b.c", ok: true } },
    who: "Ann",
  });
  await settle();
  assert.equal(stage.store.kept.size, 0);
  assert.deepEqual(requests.openFor(ANN), []);
});

Deno.test("Questions are listed, declined by their id, and void when Codex no longer waits", async () => {
  const stage = setUp();
  const stop = new AbortController();
  const lost = assert.rejects(stage.ask(FORM, stop.signal), /gone/);
  const declined = stage.ask({ ...INPUT, id: "2" });
  await settle();
  const [form, input] = stage.requests.openFor(ANN);
  assert.deepEqual([form?.type, form?.subject, input?.subject], [
    "question",
    "desk: Which room?",
    "A",
  ]);
  assert.equal(stage.requests.decide(input?.id ?? "", "accept", ANN), false);
  assert.equal(stage.requests.decide(input?.id ?? "", "decline", { ...ANN, userId: 7 }), false);
  assert.equal(stage.requests.decide(input?.id ?? "", "decline", ANN), true);
  assert.deepEqual(await declined, { answer: { type: "decline" }, who: "Ann" });
  stop.abort(new Error("gone"));
  await lost;
  await settle();
  assert.match(stage.outbox.edits.at(-1)?.content.text ?? "", /No longer needed$/);
});

Deno.test("each answer to a form moves its end, and Codex's own limit stays", async () => {
  const stage = setUp();
  const form = stage.ask(FORM);
  await settle();
  await stage.clock.advance(3_599_000);
  const shown = stage.requests.shownIn(1, 70, ANN);
  if (shown?.type === "question") shown.reply("a@b.c");
  await settle();
  await stage.clock.advance(3_599_000);
  assert.equal(stage.requests.openFor(ANN).length, 1);
  await stage.clock.advance(1_000);
  assert.deepEqual(await form, { answer: { type: "decline", unanswered: true } });
  await settle();
  const late = stage.outbox.sent.at(-1);
  assert.match(late?.content.text ?? "", /^⌛ Nobody answered within .*: desk: Which room\?$/);

  const limited = setUp();
  const input = limited.ask(INPUT);
  await settle();
  await limited.clock.advance(60_000);
  assert.deepEqual(await input, { answer: { type: "decline", unanswered: true } });
});

Deno.test("a page has a button for https only, by the host that the address really has", async () => {
  const ask = async (url: string): Promise<{ text: string; labels: string[]; opens: string[] }> => {
    const stage = setUp();
    const stop = new AbortController();
    const page = { ...BASE, kind: "address", server: "desk", message: "", url } as const;
    const asked = assert.rejects(stage.ask(page, stop.signal));
    await settle();
    const buttons = stage.outbox.sent[0]?.buttons?.flat() ?? [];
    const text = lastText(stage);
    assert.ok(!JSON.stringify([...stage.store.kept.values()]).includes("hunter2"));
    stop.abort(new Error("over"));
    await asked;
    return {
      text,
      labels: buttons.map(({ label }) => label),
      opens: buttons.flatMap(({ url: opened }) => opened ?? []),
    };
  };
  const secure = "https://bank.example@evil.example/?token=hunter2";
  const shown = await ask(secure);
  assert.deepEqual(shown.labels, ["Open evil.example", "Done", "Decline"]);
  assert.deepEqual(shown.opens, [secure]);
  assert.match(shown.text, /The page is on evil\.example\./);
  for (const url of ["http://board.example/", "javascript:alert(1)", "https://localhost/", "no"]) {
    const { labels, text } = await ask(url);
    assert.deepEqual(labels, ["Done", "Decline"], url);
    assert.match(text, /This is no https address/);
  }
});

Deno.test("no secret of a question is kept on disk, and its answer goes to Codex as it is", async () => {
  const stage = setUp();
  const reply = stage.ask({
    ...INPUT,
    fields: [
      {
        id: "t",
        title: "Keep hunter2?",
        required: true,
        type: "choice",
        freeText: false,
        options: [{ value: "hunter2", label: "hunter2" }],
        preset: "hunter2",
      },
    ],
  });
  await settle();
  assert.ok(!JSON.stringify([...stage.store.kept.values()]).includes("hunter2"));
  assert.ok(!lastText(stage).includes("hunter2"));
  stage.press("•••••••");
  const { answer } = await reply;
  assert.deepEqual(answer, { type: "answered", values: { t: "hunter2" } });
});

Deno.test("many options are chosen by number, and long texts fit into one message", async () => {
  const stage = setUp();
  const options = Array.from({ length: 40 }, (_, index) => ({
    value: index,
    label: `Option ${index} ${"x".repeat(400)}`,
  }));
  const stop = new AbortController();
  const asked = assert.rejects(stage.ask({
    ...FORM,
    message: "m".repeat(5_000),
    fields: [{
      id: "o",
      title: "t".repeat(500),
      description: "d".repeat(5_000),
      required: true,
      type: "choice",
      options,
      freeText: false,
    }],
  }, stop.signal));
  await settle();
  assert.ok(lastText(stage).length <= 4_096, String(lastText(stage).length));
  assert.match(lastText(stage), /Reply with the number of your choice/);
  const shown = stage.requests.shownIn(1, 70, ANN);
  assert.ok(shown?.type === "question");
  assert.deepEqual(shown.reply("41"), { type: "not-taken", problem: { type: "option" } });
  assert.deepEqual(shown.reply("40"), { type: "taken" });
  stop.abort(new Error("over"));
  await asked;
});

Deno.test("a command in the words of a question is no link that sends it", async () => {
  const stage = setUp();
  const over = new AbortController();
  const field = { id: "a", title: "Run /new?", description: "or /cancel all", required: true };
  const asked = stage.ask({ ...FORM, message: "See /undo", fields: [{ ...field, type: "text" }] })
    .finally(() => over.abort());
  await settle();
  const [{ content } = { content: undefined }] = stage.outbox.sent;
  assert.ok(content !== undefined);
  for (const command of ["/new", "/cancel", "/undo"]) {
    const offset = content.text.indexOf(command);
    assert.ok(
      content.entities.some((entity) => entity.type === "code" && entity.offset === offset),
      command,
    );
  }
  stage.press("Cancel");
  await asked;
});
