/** Paces for the program on stage, as the table of conf.toml that sets them. */
import type { ChatPace, TelegramPace } from "../../src/bot/pace.ts";
import {
  DOCUMENTED_FLOOD_LIMITS,
  type FloodLimits,
  type FloodRate,
} from "../../src/demo/bot_api/flood.ts";
import { USUAL_PACE } from "../fakes/usual_pace.ts";

const AT_ONCE: ChatPace = { burst: 3, gapMs: 20, refreshMs: 150 };

/** For tests that are about something else: next to nothing waits for Telegram. */
export const QUICK_PACE: TelegramPace = {
  private: AT_ONCE,
  group: AT_ONCE,
  collectMs: 300,
  retryMs: 100,
  statusAfterMs: 0,
  callsPerSecond: 1_000,
};

/**
 * For tests that send one thing in several pieces. Pieces that are sent together arrive together,
 * but the machine may be busy between them.
 */
export const COLLECTING_PACE: TelegramPace = { ...QUICK_PACE, collectMs: USUAL_PACE.collectMs };

const FASTER = 10;

/** The usual pace in fast motion, for tests that are about the pace. */
export const FAST_MOTION: TelegramPace = {
  private: inFastMotion(USUAL_PACE.private),
  group: inFastMotion(USUAL_PACE.group),
  collectMs: USUAL_PACE.collectMs / FASTER,
  retryMs: USUAL_PACE.retryMs / FASTER,
  statusAfterMs: USUAL_PACE.statusAfterMs / FASTER,
  callsPerSecond: USUAL_PACE.callsPerSecond * FASTER,
};

const { group, everywhere } = DOCUMENTED_FLOOD_LIMITS;

/**
 * What Telegram documents, in the same fast motion, and one call more in a private chat: on a busy
 * machine a call may come late, and fall together with the next ones.
 */
export const FAST_MOTION_LIMITS: FloodLimits = {
  privateChat: limitInFastMotion({ burst: 4, perSecond: 1 }),
  ...(group === undefined ? {} : { group: limitInFastMotion(group) }),
  ...(everywhere === undefined ? {} : { everywhere: limitInFastMotion(everywhere) }),
};

function inFastMotion({ burst, gapMs, refreshMs }: ChatPace): ChatPace {
  return { burst, gapMs: gapMs / FASTER, refreshMs: refreshMs / FASTER };
}

function limitInFastMotion({ burst, perSecond }: FloodRate): FloodRate {
  return { burst, perSecond: perSecond * FASTER };
}

/** The table of conf.toml that sets this pace. */
export function paceTable(pace: TelegramPace): string {
  return `[telegram.pace]
private_burst = ${pace.private.burst}
private_gap_seconds = ${pace.private.gapMs / 1_000}
private_refresh_seconds = ${pace.private.refreshMs / 1_000}
group_burst = ${pace.group.burst}
group_gap_seconds = ${pace.group.gapMs / 1_000}
group_refresh_seconds = ${pace.group.refreshMs / 1_000}
collect_seconds = ${pace.collectMs / 1_000}
retry_seconds = ${pace.retryMs / 1_000}
status_after_seconds = ${pace.statusAfterMs / 1_000}
calls_per_second = ${pace.callsPerSecond}`;
}
