/** A clock that runs faster than the real one, for tests over real connections; or slower. */
import type { Clock } from "../../src/core/clock.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";

export function fastClock(factor: number): Clock {
  const startedAt = Date.now();
  const real = createSystemClock();
  const monotonic = (): number => real.monotonic() * factor;
  const origin = monotonic();
  return {
    now: () => new Date(startedAt + monotonic() - origin),
    monotonic,
    sleep: (ms, signal) => real.sleep(ms / factor, signal),
  };
}
