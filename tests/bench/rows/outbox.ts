/** Rows: the outbox under Telegram's limits, documented ones and the strictest that were seen. */
import type { Figure, Row } from "../figures.ts";
import { simulateHour } from "../hour.ts";
import { FLOOD_LIMITS } from "../limits.ts";
import { stormInRealTime } from "../storm.ts";

interface Paced {
  readonly calls: number;
  readonly refused: number;
  readonly approvalMs: number;
  readonly replyMs: number;
  readonly finalMs: number;
}

export const STORM: Row = {
  name: "storm",
  about: "60 updates at 4 a second, over HTTP: how long an approval, a reply and the answer wait",
  isLong: true,
  measure: () => underLimits((where, limits) => stormInRealTime(where, limits)),
};

export const HOUR: Row = {
  name: "hour",
  about: "a change each second for an hour, 37 approvals, 59 replies, in simulated time",
  isLong: true,
  measure: () =>
    underLimits((where, limits) => simulateHour(where === "private" ? 7 : -100, limits)),
};

async function underLimits(
  play: (
    where: "private" | "group",
    limits: (typeof FLOOD_LIMITS)[string],
  ) => Promise<Paced>,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, limits] of Object.entries(FLOOD_LIMITS)) {
    for (const where of ["private", "group"] as const) {
      const { calls, refused, approvalMs, replyMs, finalMs } = await play(where, limits);
      figures.push({
        what: `${where} chat, ${name} limits: the wait of an approval, a reply, the answer`,
        values: [approvalMs, replyMs, finalMs],
        unit: "ms",
        kind: "noisy",
        note: `${calls} calls, 429: ${refused}`,
      });
    }
  }
  return figures;
}
