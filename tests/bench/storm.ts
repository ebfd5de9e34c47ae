/** A storm of progress over real connections: an approval, a reply and the answer come through. */
import { Api } from "grammy";
import { Outbox } from "../../src/bot/outbox/outbox.ts";
import type { Priority } from "../../src/bot/outbox/outgoing.ts";
import { plainText } from "../../src/bot/render/formatted_text.ts";
import type { FloodLimits } from "../../src/demo/bot_api/flood.ts";
import { startBotApiServer } from "../../src/demo/bot_api/server.ts";
import { fastClock } from "../fakes/fast_clock.ts";
import { MemoryOutboxStore } from "../fakes/memory_outbox_store.ts";
import { RecordingLog } from "../fakes/recording_log.ts";

export interface StormResult {
  /** Sends and edits. */
  readonly calls: number;
  readonly refused: number;
  readonly approvalMs: number;
  readonly replyMs: number;
  readonly finalMs: number;
  /** What the status message shows after everything. */
  readonly lastShown: string;
}

const TOKEN = "7000000001:secret-of-the-bench";
const UPDATES = 60;
const EVERY_MS = 250;
const REPLY_AT = 20;
const APPROVAL_AT = 35;

/** @param factor how much faster than the real one the time runs that all sides go by */
export async function raiseStorm(
  where: "private" | "group",
  flood: FloodLimits,
  factor: number,
): Promise<StormResult> {
  const clock = fastClock(factor);
  await using server = await startBotApiServer({ token: TOKEN, clock, limits: { flood } });
  const { world } = server;
  const chat = where === "private" ? world.privateChat(world.createPerson()) : world.createGroup();
  const outbox = new Outbox({
    api: new Api(TOKEN, { apiRoot: server.url }),
    clock,
    log: new RecordingLog(),
    store: new MemoryOutboxStore(),
    conceal: (text) => text,
  });
  const timed = async (text: string, priority: Priority): Promise<number> => {
    const startedAt = clock.monotonic();
    await outbox.send({ chatId: chat.id, content: plainText(text) }, priority);
    return clock.monotonic() - startedAt;
  };
  await timed("status", "final");
  const messageId = world.botMessages(chat)[0]?.id ?? 0;
  const edit = (text: string, priority: Priority): Promise<unknown> =>
    outbox.edit({ chatId: chat.id, messageId, content: plainText(text) }, priority);
  const waits: Promise<number>[] = [];
  for (let update = 0; update < UPDATES; update++) {
    // void: progress may be dropped, and a delivery never rejects
    void edit(`step ${update}`, "progress");
    if (update === REPLY_AT) waits.push(timed("reply", "reply"));
    if (update === APPROVAL_AT) waits.push(timed("may I?", "approval"));
    await clock.sleep(EVERY_MS);
  }
  waits.push(timed("answer", "final"));
  await edit("done", "final");
  const [replyMs = Infinity, approvalMs = Infinity, finalMs = Infinity] = await Promise.all(waits);
  await outbox.close(60_000);
  const calls = server.calls();
  return {
    calls: calls.length,
    refused: calls.filter(({ outcome }) => outcome?.type === "refused").length,
    replyMs,
    approvalMs,
    finalMs,
    lastShown: world.message(chat, messageId).text,
  };
}
