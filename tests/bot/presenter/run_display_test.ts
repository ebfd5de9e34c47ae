/** The status message of a run across restarts. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import { Presenter } from "../../../src/bot/presenter/presenter.ts";
import type { Language } from "../../../src/texts/texts.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { RunChange } from "../../../src/core/run/run_state.ts";
import type { Profile } from "../../../src/core/session/settings.ts";
import { MARKDOWN_RENDERER } from "../../../src/bot/render/rendered.ts";
import { setUp } from "../outbox/setup.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryStatusMessages } from "../../fakes/memory_bot_stores.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";
import { presenterOn } from "../../fakes/presenter_on.ts";
import { showsTo } from "../../fakes/run_events.ts";

const RUN: Run = {
  id: "ab12cd34ef56",
  session: { chatId: "1", userId: "42" },
  prompt: "x",
  origin: { chatId: "1", messageId: 5, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};
const DEVELOPER = { developer: {} };
const PROFILE: Profile = {
  name: "default",
  workingDirectory: "/work",
  sandbox: "workspace-write",
  approvalPolicy: "on-request",
  agents: { single: DEVELOPER, plan: { ...DEVELOPER, selector: {}, planner: {}, reviewer: {} } },
};
const INTERRUPTED = { type: "interrupted", step: "develop 1" } as const;

function process(
  statusMessages = new MemoryStatusMessages(),
  languageOf = ({ origin }: Run): Language => origin.language,
  statusAfterMs = 0,
): {
  outbox: RecordingOutbox;
  presenter: Presenter;
  statusMessages: MemoryStatusMessages;
  clock: FakeClock;
  show: (run: Run, event: RunEvent) => void;
} {
  const outbox = new RecordingOutbox();
  const clock = new FakeClock();
  const presenter = presenterOn({
    pace: { ...USUAL_PACE, statusAfterMs },
    outbox,
    statusMessages,
    clock,
    languageOf,
  });
  return { outbox, presenter, statusMessages, clock, show: showsTo(presenter, clock) };
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

Deno.test("Presenter remembers the status message, and the next process edits the same one", async () => {
  const first = process();
  first.show(RUN, { type: "run.started", mode: "single" });
  await settle();
  first.presenter.close();
  assert.equal(first.statusMessages.find(RUN.id), 70);

  const second = process(first.statusMessages);
  second.show(RUN, { type: "run.offered", reason: INTERRUPTED });
  await settle();
  assert.equal(second.outbox.sent.length, 0);
  const [edit] = second.outbox.edits;
  assert.equal(edit?.messageId, 70);
  assert.match(edit?.content.text ?? "", /Interrupted[\s\S]*\/continue ab12c or \/drop ab12c/);
  assert.deepEqual(edit?.buttons?.flat().map(({ label, data }) => [label, data]), [
    ["Continue", `r:${RUN.id}:c`],
    ["Discard", `r:${RUN.id}:d`],
  ]);
});

Deno.test("Presenter sends a new status message when the old one cannot be edited", async () => {
  const messages = new MemoryStatusMessages();
  messages.remember(RUN.id, 60);
  const { outbox, show } = process(messages);
  outbox.editDelivery = { status: "failed", reason: "message to edit not found" };
  show(RUN, { type: "run.offered", reason: { type: "old", offlineMs: 10_800_000 + 725_000 } });
  await settle();
  assert.match(outbox.sent[0]?.content.text ?? "", /^⏰ I was offline for 3 h\. Still want this\?/);
  assert.equal(messages.find(RUN.id), 70);
});

Deno.test("Presenter leaves a status message alone that the person has deleted", async () => {
  const { outbox, presenter, show } = process();
  show(RUN, { type: "run.started", mode: "plan" });
  await settle();
  outbox.editDelivery = { status: "failed", reason: "message to edit not found", gone: true };
  for (const role of ["planner", "developer", "reviewer"] as const) {
    show(RUN, { type: "stage.started", role, round: 1 });
    await settle();
  }
  assert.equal(outbox.edits.length, 1);
  assert.equal(outbox.sent.length, 1);
  presenter.close();
});

Deno.test("Presenter says that a run goes on, and that the program stops under it", async () => {
  const { outbox, presenter, show } = process();
  show(RUN, { type: "run.continued" });
  show(RUN, { type: "run.started", mode: "plan" });
  await settle();
  assert.match(outbox.sent[0]?.content.text ?? "", /Continued after a restart/);
  show(RUN, { type: "run.suspended" });
  await settle();
  const last = outbox.edits.at(-1);
  assert.match(last?.content.text ?? "", /The program is shutting down/);
  assert.deepEqual(last?.buttons, []);
  presenter.close();
});

Deno.test("Presenter keeps answer and end durably before it returns", () => {
  const messages = new MemoryStatusMessages();
  messages.remember(RUN.id, 60);
  const { outbox, show } = process(messages);
  const outcome = { status: "answered", answer: { text: "**done**" } } as const;
  show(RUN, { type: "run.finished", outcome, latencyMs: 5 });
  assert.deepEqual(outbox.sent.map(({ key }) => key), [`answer:${RUN.id}:1`]);
  assert.deepEqual(outbox.edits.map(({ key, messageId }) => [key, messageId]), [
    [`end:${RUN.id}`, 60],
  ]);
});

Deno.test("Presenter is done with a run when its answer has arrived: what decorates it may wait", async () => {
  const messages = new MemoryStatusMessages();
  messages.remember(RUN.id, 60);
  const { outbox, presenter, show } = process(messages);
  const waiting = new Promise<never>(() => {});
  outbox.mark = () => waiting;
  outbox.edit = () => waiting;
  const outcome = { status: "answered", answer: { text: "done" } } as const;
  show(RUN, { type: "run.finished", outcome, latencyMs: 5 });
  let isDone = false;
  void presenter.settled().then(() => isDone = true);
  await settle();
  assert.ok(isDone);
});

Deno.test("Presenter says that a run was stopped whose status message was not sent yet", async () => {
  const { outbox, show, statusMessages } = process(undefined, undefined, USUAL_PACE.statusAfterMs);
  show(RUN, { type: "run.started", mode: "single" });
  show(RUN, { type: "run.finished", outcome: { status: "cancelled" }, latencyMs: 5 });
  assert.deepEqual(outbox.sent.map(({ key }) => key), [`end:${RUN.id}`]);
  assert.match(outbox.sent[0]?.content.text ?? "", /^⏹ Stopped/);
  await settle();
  assert.equal(statusMessages.find(RUN.id), 70);
});

Deno.test("Presenter logs what the reader throws, and brings the words all the same", async () => {
  const setup = setUp();
  const gaveUp = (): never => {
    throw new RangeError("Maximum call stack size exceeded");
  };
  const { outbox, api, log, clock } = setup;
  const presenter = presenterOn({
    outbox,
    log,
    clock,
    renderer: { ...MARKDOWN_RENDERER, read: gaveUp },
  });
  const answer = { text: "**done**: ![shot](shot.png)" };
  const outcome = { status: "answered", answer } as const;
  const finished = { type: "run.finished", outcome, latencyMs: 5 } as const;
  const show = (change: RunChange): void => presenter.show({ ...change, profile: PROFILE });
  showsTo({ show }, clock)(RUN, finished);
  await clock.advance(10_000);
  await presenter.settled();
  assert.deepEqual(api.summary(), [
    "sendMessage **done**: ![shot](shot.png)",
    "setMessageReaction 5: 👌",
  ]);
  assert.deepEqual(log.lines.map(({ level, message }) => [level, message]), [
    ["error", "answer.undrawn"],
    ["error", "answer.pictures.unread"],
  ]);
});

Deno.test("Presenter speaks the language that the person chose while the run was at work", async () => {
  let language: Language = "en";
  const { outbox, show } = process(new MemoryStatusMessages(), () => language);
  show(RUN, { type: "run.started", mode: "single" });
  await settle();
  language = "ko";
  show(RUN, { type: "stage.started", role: "developer", round: 0 });
  await settle();
  show(RUN, {
    type: "run.finished",
    outcome: { status: "failed", message: "x", trouble: { kind: "failed", said: "x" } },
    latencyMs: 1,
  });
  await settle();
  assert.match(outbox.sent[0]?.content.text ?? "", /Starting/);
  assert.match(outbox.edits[0]?.content.text ?? "", /개발 중/);
  assert.match(outbox.sent.at(-1)?.content.text ?? "", /실패: /);
});

Deno.test("Presenter shows that somebody types while no status message says more", async () => {
  const shown = process();
  shown.show(RUN, { type: "run.started", mode: "single" });
  await shown.clock.advance(60_000);
  assert.equal(shown.outbox.typed, 0);
  shown.presenter.close();

  const { outbox, presenter, clock, show } = process();
  outbox.delivery = { status: "failed", reason: "Telegram asked for a pause" };
  show(RUN, { type: "run.started", mode: "single" });
  await settle();
  assert.equal(outbox.typed, 0, "a request that is answered now needs no more than its reaction");
  for (let second = 0; second < 120; second++) {
    await clock.advance(1_000);
    await settle();
  }
  assert.ok(outbox.typed >= 5 && outbox.typed <= 8, `${outbox.typed} times`);
  presenter.close();
});

Deno.test("Presenter sends one status message more, and no third, when nobody knows of the first", async () => {
  const { outbox, clock, show } = process();
  outbox.delivery = { status: "failed", reason: "the connection was lost", perhapsSent: true };
  show(RUN, { type: "run.started", mode: "single" });
  await settle();
  show(RUN, { type: "stage.started", role: "developer", round: 1 });
  await clock.advance(29_000);
  assert.deepEqual(outbox.sent.map(({ once }) => once), [true]);
  await clock.advance(1_000);
  await clock.advance(120_000);
  assert.equal(outbox.sent.length, 2);
  show(RUN, {
    type: "run.queued",
    position: 0,
    held: { until: "2026-01-01T00:00:00.000Z" },
  });
  await settle();
  assert.equal(outbox.sent[2]?.once, undefined, "what needs the person is sent until it is there");
});

Deno.test("Presenter goes on with a status message that a person has found", async () => {
  const { outbox, statusMessages, presenter, show } = process();
  outbox.delivery = { status: "failed", reason: "the connection was lost", perhapsSent: true };
  show(RUN, { type: "run.started", mode: "single" });
  await settle();
  statusMessages.remember(RUN.id, 66);
  outbox.delivery = { status: "sent", messageId: 80 };
  show(RUN, { type: "run.finished", outcome: { status: "cancelled" }, latencyMs: 9 });
  await presenter.settled();
  assert.deepEqual(outbox.edits.map(({ messageId }) => messageId), [66]);
  assert.equal(outbox.sent.length, 1);
});
