/** A clock that runs faster than the real one, for tests over real connections. */
import type { Clock } from "../../src/core/clock.ts";
import { realClock } from "../../src/demo/bot_api/real_clock.ts";

export function fastClock(factor: number): Clock {
  const startedAt = Date.now();
  const monotonic = (): number => realClock.monotonic() * factor;
  const origin = monotonic();
  return {
    now: () => new Date(startedAt + monotonic() - origin),
    monotonic,
    sleep: (ms, signal) => realClock.sleep(ms / factor, signal),
  };
}
