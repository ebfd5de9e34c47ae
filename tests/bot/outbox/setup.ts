/** Sets up an outbox with a recording Telegram and a clock that the test moves. */
import { USUAL_PACE } from "../../fakes/usual_pace.ts";
import { Outbox } from "../../../src/bot/outbox/outbox.ts";
import { plainText } from "../../../src/bot/render/formatted_text.ts";
import type { OutgoingEdit, OutgoingMessage } from "../../../src/bot/outbox/outgoing.ts";
import { FakeClock } from "../../fakes/fake_clock.ts";
import { MemoryOutboxStore } from "../../fakes/memory_outbox_store.ts";
import { RecordingApi } from "../../fakes/recording_api.ts";
import { RecordingLog } from "../../fakes/recording_log.ts";

export const CHAT = 7;
export const GROUP = -100;

export interface Setup {
  readonly outbox: Outbox;
  readonly api: RecordingApi;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  readonly store: MemoryOutboxStore;
}

/** @param store left by an earlier process */
export function setUp(store = new MemoryOutboxStore(), startedAt?: Date): Setup {
  const clock = new FakeClock(startedAt);
  store.clock = clock;
  const api = new RecordingApi(clock);
  const log = new RecordingLog();
  const redact = (text: string): string => text.replaceAll("hunter2", "•••••••");
  return {
    outbox: new Outbox({ api, clock, log, store, redact, pace: USUAL_PACE }),
    api,
    clock,
    log,
    store,
  };
}

export function message(text: string, chatId = CHAT): OutgoingMessage {
  return { chatId, content: plainText(text) };
}

export function editOf(messageId: number, text: string, chatId = CHAT): OutgoingEdit {
  return { chatId, messageId, content: plainText(text) };
}

/** Lets a long row of calls be made that wait for nothing but each other. */
export async function atOnce({ clock }: Pick<Setup, "clock">): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await clock.advance(50);
}

/** Makes as many calls as decoration may make at once, so that the next one has to wait. */
export async function useUpBurst(
  { outbox, clock }: Pick<Setup, "outbox" | "clock">,
  priority: "reply" | "status" = "reply",
): Promise<void> {
  for (const text of "xyz") void outbox.send(message(text), priority);
  await clock.advance(0);
}
