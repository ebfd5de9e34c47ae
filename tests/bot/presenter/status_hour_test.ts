/** A run of an hour in which Codex never rests: what it costs in calls to Telegram. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import assert from "node:assert/strict";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import type { Run } from "../../../src/core/run/run.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { RecordingApi } from "../../fakes/recording_api.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";
import { presenterOn } from "../../fakes/presenter_on.ts";
import { showsTo } from "../../fakes/run_events.ts";

const SECOND_MS = 1_000;
const HOUR_S = 3_600;

/** @returns when the status message was sent or edited, in milliseconds */
async function busyHour(chatId: string): Promise<number[]> {
  const clock = new FakeClock();
  const api = new RecordingApi(clock);
  const redact = (text: string): string => text;
  const store = new MemoryOutboxStore();
  const outbox = new Outbox({
    pace: { ...USUAL_PACE, statusAfterMs: 0 },
    api,
    clock,
    log: new RecordingLog(),
    store,
    redact,
  });
  const presenter = presenterOn({
    pace: { ...USUAL_PACE, statusAfterMs: 0 },
    outbox,
    clock,
    redact,
  });
  const run: Run = {
    id: "ab12cd34ef56",
    session: { chatId, userId: "42" },
    prompt: "x",
    origin: { chatId, messageId: 5, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
  const show = showsTo(presenter, clock);
  show(run, { type: "run.started", mode: "plan" });
  for (let second = 0; second < HOUR_S; second++) {
    if (second % 600 === 0) {
      show(run, { type: "stage.started", role: "developer", round: second / 600 });
    }
    for (let step = 0; step < 3; step++) show(run, command(`step ${second}.${step}`));
    await clock.advance(SECOND_MS);
  }
  presenter.close();
  const { calls } = api;
  return calls.filter(({ method }) => /Message/.test(method) && method !== "setMessageReaction")
    .map(({ atMs }) => atMs);
}

function command(text: string): RunEvent {
  const item = { type: "command", id: text, command: text, workingDirectory: "/" } as const;
  const event = { type: "item.started", item: { ...item, status: "in_progress" } } as const;
  return { type: "turn.event", role: "developer", round: 1, event };
}

/** The most calls in any stretch of that length. */
function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + ms).length),
  );
}

Deno.test("a busy hour stays far below what Telegram allows a private chat", async () => {
  const times = await busyHour("1");
  assert.ok(times.length > 550, `${times.length} calls`);
  assert.ok(mostWithin(times, 20 * SECOND_MS) <= 10);
});

Deno.test("a busy hour stays far below what Telegram allows a group", async () => {
  const times = await busyHour("-100");
  assert.ok(times.length > 280, `${times.length} calls`);
  assert.ok(mostWithin(times, 60 * SECOND_MS) <= 14);
});
