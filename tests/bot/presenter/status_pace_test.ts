/** When the status message is edited, and when it is left alone. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import type { TurnEvent } from "../../../src/core/codex/codex.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { FakeClock, settle } from "../../fakes/fake_clock.ts";
import { RecordingOutbox } from "../../fakes/recording_outbox.ts";
import { presenterOn } from "../../fakes/presenter_on.ts";
import { showsTo } from "../../fakes/run_events.ts";

class Display {
  readonly clock = new FakeClock();
  readonly outbox = new RecordingOutbox();
  readonly #run: Run;
  readonly #show: (run: Run, event: RunEvent) => void;

  constructor(chatId = "1") {
    this.#run = {
      id: "ab12cd34ef56",
      session: { chatId, userId: "42" },
      prompt: "x",
      origin: { chatId, messageId: 5, language: "en" },
      createdAt: "2026-01-01T00:00:00.000Z",
    };
    const presenter = presenterOn({
      pace: { ...USUAL_PACE, statusAfterMs: 0 },
      outbox: this.outbox,
      clock: this.clock,
    });
    this.#show = showsTo(presenter, this.clock);
  }

  async show(...events: RunEvent[]): Promise<void> {
    for (const event of events) this.#show(this.#run, event);
    await settle();
  }

  /** The texts of the edits so far. */
  get texts(): string[] {
    return this.outbox.edits.map(({ content }) => content.text);
  }
}

const STARTED: RunEvent = { type: "run.started", mode: "single" };
const DEVELOPING: RunEvent = { type: "stage.started", role: "developer", round: 1 };
const FINISHED: RunEvent = {
  type: "run.finished",
  outcome: { status: "answered", answer: { text: "done" } },
  latencyMs: 5,
};

function turn(event: TurnEvent): RunEvent {
  return { type: "turn.event", role: "developer", round: 1, event };
}

function command(text: string): RunEvent {
  return turn({
    type: "item.started",
    item: {
      type: "command",
      id: text,
      command: text,
      workingDirectory: "/",
      status: "in_progress",
    },
  });
}

Deno.test("a storm of changes becomes one edit, with the newest of them", async () => {
  const display = new Display();
  await display.show(STARTED, DEVELOPING);
  const before = display.texts.length;
  for (let count = 1; count <= 500; count++) await display.show(command(`step ${count}`));
  assert.equal(display.texts.length, before);
  await display.clock.advance(3_000);
  assert.equal(display.texts.length, before + 1);
  assert.match(display.texts.at(-1) ?? "", /step 500/);
});

Deno.test("changes that never end are shown every three seconds", async () => {
  const display = new Display();
  await display.show(STARTED, DEVELOPING);
  const before = display.texts.length;
  for (let second = 0; second < 30; second++) {
    await display.show(command(`step ${second}`));
    await display.clock.advance(1_000);
  }
  const edits = display.texts.length - before;
  // Now and then the time moves on in between.
  assert.ok(edits >= 10 && edits <= 11, `${edits} edits`);
});

Deno.test("a group's status is edited half as often", async () => {
  const display = new Display("-100");
  await display.show(STARTED, DEVELOPING);
  const before = display.texts.length;
  await display.show(command("ls"));
  await display.clock.advance(5_000);
  assert.equal(display.texts.length, before);
  await display.clock.advance(1_000);
  assert.equal(display.texts.length, before + 1);
});

Deno.test("what changes nothing in the text edits nothing", async () => {
  const display = new Display();
  await display.show(STARTED, DEVELOPING, command("ls"));
  await display.clock.advance(3_000);
  const before = display.texts.length;
  await display.show(
    turn({ type: "message.delta", itemId: "m", text: "word" }),
    turn({ type: "diff", unifiedDiff: "--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+y\n" }),
    command("ls"),
  );
  await display.clock.advance(20_000);
  assert.equal(display.texts.length, before);
});

Deno.test("a new stage shows at once", async () => {
  const display = new Display();
  await display.show({ type: "run.queued", position: 1 }, STARTED);
  await display.show(DEVELOPING);
  assert.match(display.texts.at(-1) ?? "", /Developing/);
});

Deno.test("an hour in which nothing happens costs an edit every half minute, in a group every minute", async () => {
  for (const [chatId, edits] of [["1", 119], ["-100", 59]] as const) {
    const display = new Display(chatId);
    await display.show(STARTED, DEVELOPING);
    const before = display.texts.length;
    await display.clock.advance(3_599_000);
    assert.equal(display.texts.length - before, edits);
    assert.match(display.texts.at(-1) ?? "", /⏱ 59 min/);
  }
});

Deno.test("nothing edits after the end", async () => {
  const display = new Display();
  await display.show(STARTED, DEVELOPING, command("ls"));
  await display.show(FINISHED);
  const end = display.texts.length;
  assert.match(display.texts.at(-1) ?? "", /^✅ Done/);
  const buttons = display.outbox.edits.at(-1)?.buttons?.flat().map(({ label }) => label);
  assert.deepEqual(buttons, ["Log"]);
  await display.clock.advance(600_000);
  assert.equal(display.texts.length, end);
  assert.equal(display.clock.sleeping, 0);
});

Deno.test("a request that waits shows its place and can be cancelled", async () => {
  const display = new Display();
  await display.show({ type: "run.queued", position: 2 });
  const [sent] = display.outbox.sent;
  assert.match(sent?.content.text ?? "", /Queued · 2nd/);
  assert.deepEqual(sent?.buttons?.flat().map(({ label }) => label), ["Cancel"]);
  assert.equal(sent?.silent, true);
  assert.equal(sent?.replyTo, 5);
  await display.show({ type: "run.queued", position: 1 });
  await display.clock.advance(3_000);
  assert.match(display.texts.at(-1) ?? "", /Queued · next/);
});
