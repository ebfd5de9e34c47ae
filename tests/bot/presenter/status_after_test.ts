/** A status message is for work that lasts: what is quicker is only answered. */
import { MemoryPlanMessages } from "../../fakes/memory_plan_messages.ts";
import { NO_LOG } from "../../../src/core/log.ts";
import assert from "node:assert/strict";
import { Presenter } from "../../../src/bot/presenter/presenter.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { MemoryApprovals, MemoryStatusMessages } from "../../fakes/memory_bot_stores.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";
import { showsTo } from "../../fakes/run_events.ts";
import { USUAL_PACE } from "../../fakes/usual_pace.ts";

const RUN: Run = {
  id: "ab12cd34ef56",
  session: { chatId: "1", userId: "42" },
  prompt: "x",
  origin: { chatId: "1", messageId: 5, language: "en" },
  createdAt: "2026-01-01T00:00:00.000Z",
};
const STARTED: RunEvent = { type: "run.started", mode: "single" };
const FINISHED: RunEvent = {
  type: "run.finished",
  outcome: { status: "answered", answer: { text: "the answer" } },
  latencyMs: 5,
};

function begin(): {
  readonly outbox: RecordingOutbox;
  readonly clock: FakeClock;
  readonly show: (event: RunEvent) => Promise<void>;
} {
  const clock = new FakeClock();
  const outbox = new RecordingOutbox();
  const presenter = new Presenter({
    pace: USUAL_PACE,
    outbox,
    statusMessages: new MemoryStatusMessages(),
    approvalStore: new MemoryApprovals(),
    planMessages: new MemoryPlanMessages(),
    clock,
    redact: (text) => text,
    echo: () => false,
    log: NO_LOG,
    approvalTimeoutMs: 3_600_000,
    languageOf: ({ origin }) => origin.language,
  });
  const shows = showsTo(presenter, clock);
  return {
    outbox,
    clock,
    show: async (event) => {
      shows(RUN, event);
      await settle();
    },
  };
}

Deno.test("a run that ends within 1.2 s has no status message, and none is edited", async () => {
  const { outbox, clock, show } = begin();
  await show(STARTED);
  await clock.advance(1_100);
  await show(FINISHED);
  await clock.advance(60_000);
  assert.deepEqual(outbox.sent.map(({ content }) => content.text), ["the answer"]);
  assert.deepEqual(outbox.edits, []);
  assert.deepEqual(outbox.reactions, ["👌"]);
  assert.equal(outbox.typed, 0);
});

Deno.test("a run that lasts longer has one, which ends as Done", async () => {
  const { outbox, clock, show } = begin();
  await show(STARTED);
  await clock.advance(1_200);
  assert.equal(outbox.sent.length, 1);
  await show(FINISHED);
  assert.match(outbox.edits.at(-1)?.content.text ?? "", /Done/);
});

Deno.test("what needs the person is shown at once", async () => {
  const { outbox, show } = begin();
  await show({ type: "run.offered", reason: { type: "old" } });
  assert.equal(outbox.sent.length, 1);
});
