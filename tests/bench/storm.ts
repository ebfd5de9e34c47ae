/** Sends a storm of progress over real connections, and measures how fast the rest gets through. */
import { USUAL_PACE } from "../fakes/usual_pace.ts";
import { Api } from "grammy";
import { Outbox } from "../../src/bot/outbox/outbox.ts";
import type { Priority } from "../../src/bot/outbox/outgoing.ts";
import { plainText } from "../../src/bot/render/formatted_text.ts";
import type { FloodLimits } from "../../src/demo/bot_api/flood.ts";
import { type BotApiServer, startBotApiServer } from "../../src/demo/bot_api/server.ts";
import type { Clock } from "../../src/core/clock.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import { MemoryOutboxStore } from "../fakes/memory_outbox_store.ts";
import { RecordingLog } from "../fakes/recording_log.ts";
import { UnhurriedClock } from "../fakes/unhurried_clock.ts";

interface StormResult {
  /** Sends and edits. */
  readonly calls: number;
  readonly refused: number;
  readonly approvalMs: number;
  readonly replyMs: number;
  readonly finalMs: number;
  /** What the status message shows in the end. */
  readonly lastShown: string;
}

const TOKEN = "7000000001:secret-of-the-bench";
const UPDATES = 60;
const EVERY_MS = 250;
const REPLY_AT = 20;
const APPROVAL_AT = 35;

export async function stormInRealTime(
  where: "private" | "group",
  flood: FloodLimits,
): Promise<StormResult> {
  return await raiseStorm(where, flood, createSystemClock(), () => {});
}

/** Long enough for a busy machine. */
export async function stormInNoHurry(
  where: "private" | "group",
  flood: FloodLimits,
): Promise<StormResult> {
  await using clock = new UnhurriedClock();
  return await raiseStorm(where, flood, clock, (server, api) => {
    clock.watchServer(server);
    clock.watchCalls(api);
  });
}

/** @param clock shared by all sides */
async function raiseStorm(
  where: "private" | "group",
  flood: FloodLimits,
  clock: Clock,
  watch: (server: BotApiServer, api: Api) => void,
): Promise<StormResult> {
  await using server = await startBotApiServer({ token: TOKEN, clock, limits: { flood } });
  const { world } = server;
  const chat = where === "private" ? world.privateChat(world.createPerson()) : world.createGroup();
  const api = new Api(TOKEN, { apiRoot: server.url });
  watch(server, api);
  const outbox = new Outbox({
    pace: USUAL_PACE,
    api,
    clock,
    log: new RecordingLog(),
    store: new MemoryOutboxStore(),
    redact: (text) => text,
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
    // void: progress may be dropped, and deliveries never reject.
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
