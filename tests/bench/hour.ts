/** Measures a busy run of an hour in simulated time: its calls, and who has to wait. */
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { Outbox } from "../../src/bot/outbox/outbox.ts";
import { Presenter } from "../../src/bot/presenter/presenter.ts";
import { plainText } from "../../src/bot/render/formatted_text.ts";
import type { RunEvent } from "../../src/core/run/events.ts";
import type { Run } from "../../src/core/run/run.ts";
import type { FloodLimits } from "../../src/demo/bot_api/flood.ts";
import { FakeClock } from "../fakes/fake_clock.ts";
import { MemoryOutboxStore } from "../fakes/memory_outbox_store.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { showsTo } from "../fakes/run_events.ts";
import { presenterOn } from "../fakes/presenter_on.ts";
import { FloodedApi } from "./flooded_api.ts";

interface HourResult {
  readonly calls: number;
  readonly refused: number;
  /** The longest wait of each, in milliseconds. */
  readonly approvalMs: number;
  readonly replyMs: number;
  readonly finalMs: number;
  /** Edits of the status message after the one that shows its end. */
  readonly staleEdits: number;
}

const SECONDS = 3600;
const STAGE_EVERY = 300;
const APPROVAL_EVERY = 97;
const REPLY_EVERY = 61;

/** Starts a command each second, with stages, approvals and replies in between. */
export async function simulateHour(chatId: number, limits: FloodLimits): Promise<HourResult> {
  const clock = new FakeClock();
  const api = new FloodedApi(clock, limits);
  const outbox = new Outbox({
    pace: USUAL_PACE,
    api,
    clock,
    log: new RecordingLog(),
    store: new MemoryOutboxStore(),
    redact: (text) => text,
  });
  const presenter = presenterOf(outbox, clock);
  const run = runIn(chatId);
  const waits: Record<"approval" | "reply", number[]> = { approval: [], reply: [] };
  const ask = async (priority: "approval" | "reply"): Promise<void> => {
    const startedAt = clock.monotonic();
    await outbox.send({ chatId, content: plainText(priority) }, priority);
    waits[priority].push(clock.monotonic() - startedAt);
  };
  const show = showsTo(presenter, clock);
  show(run, { type: "run.started", mode: "plan" });
  for (let second = 0; second < SECONDS; second++) {
    if (second % STAGE_EVERY === 0) show(run, stage(second));
    show(run, command(second));
    // void: the wait is measured when they arrive, and deliveries never reject.
    if (second % APPROVAL_EVERY === APPROVAL_EVERY - 1) void ask("approval");
    if (second % REPLY_EVERY === REPLY_EVERY - 1) void ask("reply");
    await clock.advance(1000);
  }
  const endedAt = clock.monotonic();
  show(run, FINISHED);
  await clock.advance(120_000);
  await presenter.settled();
  const sent = api.calls.find(({ what }) => what === "The answer.");
  const last = api.calls.findLastIndex(({ what }) => what.includes("✅ Done"));
  const edits = api.calls.slice(last + 1).filter(({ method }) => method === "editMessageText");
  return {
    calls: api.calls.filter(({ method }) => PACED.has(method)).length + api.refused,
    refused: api.refused,
    approvalMs: Math.max(...waits.approval),
    replyMs: Math.max(...waits.reply),
    finalMs: (sent?.atMs ?? Infinity) - endedAt,
    staleEdits: last === -1 ? Infinity : edits.length,
  };
}

const PACED = new Set(["sendMessage", "editMessageText", "sendDocument"]);

const FINISHED: RunEvent = {
  type: "run.finished",
  outcome: { status: "answered", answer: { text: "The answer." } },
  latencyMs: SECONDS * 1000,
};

function stage(second: number): RunEvent {
  const role = second % (2 * STAGE_EVERY) === 0 ? "developer" : "reviewer";
  return { type: "stage.started", role, round: 1 + Math.floor(second / (2 * STAGE_EVERY)) };
}

function command(second: number): RunEvent {
  const item = {
    type: "command",
    id: `c${second}`,
    command: `make step-${second}`,
    workingDirectory: "/",
    status: "in_progress",
  } as const;
  const event = { type: "item.started", item } as const;
  return { type: "turn.event", role: "developer", round: 1, event };
}

function presenterOf(outbox: Outbox, clock: FakeClock): Presenter {
  return presenterOn({
    outbox,
    clock,
  });
}

function runIn(chatId: number): Run {
  return {
    id: "ab12cd34ef56",
    session: { chatId: String(chatId), userId: "42" },
    prompt: "x",
    origin: { chatId: String(chatId), messageId: 5, language: "en" },
    createdAt: "2026-01-01T00:00:00.000Z",
  };
}
