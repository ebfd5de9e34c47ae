/** Declares the limits that the outbox is measured against. */
import { DOCUMENTED_FLOOD_LIMITS, type FloodLimits } from "../../src/demo/bot_api/flood.ts";

/** As observed: 20 calls in 20 seconds and in a minute; edits count like messages. */
const STRICT_FLOOD_LIMITS: FloodLimits = {
  privateChat: { burst: 3, perSecond: 17 / 20 },
  group: { burst: 2, perSecond: 18 / 60 },
};

export const FLOOD_LIMITS: Readonly<Record<string, FloodLimits>> = {
  documented: DOCUMENTED_FLOOD_LIMITS,
  strict: STRICT_FLOOD_LIMITS,
};
