/** A status message is for work that lasts: what is quicker is only answered. */
import assert from "node:assert/strict";
import type { Delivery, OutgoingMessage } from "../../../src/bot/outbox/outgoing.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
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
const STARTED: RunEvent = { type: "run.started", mode: "single" };
const FINISHED: RunEvent = {
  type: "run.finished",
  outcome: { status: "answered", answer: { text: "the answer" } },
  latencyMs: 5,
};

/** Holds the status message back until the test says what becomes of it. */
class HoldingOutbox extends RecordingOutbox {
  readonly status = Promise.withResolvers<Delivery>();
  #isWithdrawn = false;

  /** @param waits the status message waits in the outbox; false = it is on its way */
  constructor(readonly waits: boolean) {
    super();
  }

  override send(message: OutgoingMessage): Promise<Delivery> {
    const delivery = super.send(message);
    return message.label === undefined ? delivery : this.status.promise;
  }

  override withdraw(): boolean {
    if (!this.waits || this.#isWithdrawn) return false;
    this.#isWithdrawn = true;
    this.status.resolve({ status: "failed", reason: "It was withdrawn" });
    return true;
  }
}

function begin(outbox = new RecordingOutbox()): {
  readonly outbox: RecordingOutbox;
  readonly clock: FakeClock;
  readonly show: (event: RunEvent) => Promise<void>;
} {
  const clock = new FakeClock();
  const presenter = presenterOn({
    outbox,
    clock,
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

for (
  const [what, becomes, waits, delivery, edited] of [
    ["waits", "is withdrawn", true, undefined, []],
    ["is on its way", "ends as Done", false, { status: "sent", messageId: 91 }, [91]],
    ["is lost", "is not edited", false, { status: "failed", reason: "no network" }, []],
  ] as const
) {
  Deno.test(`a status message that ${what} when the run ends ${becomes}`, async () => {
    const outbox = new HoldingOutbox(waits);
    const { clock, show } = begin(outbox);
    await show(STARTED);
    await clock.advance(1_200);
    assert.equal(outbox.sent.length, 1);
    await show(FINISHED);
    // The answer waits for none of it.
    assert.equal(outbox.sent.at(-1)?.content.text, "the answer");
    if (delivery !== undefined) outbox.status.resolve(delivery);
    await clock.advance(60_000);
    assert.deepEqual(outbox.edits.map(({ messageId }) => messageId), edited);
    assert.ok(outbox.edits.every(({ content }) => content.text.includes("Done")));
    assert.equal(clock.sleeping, 0);
  });
}
