/** Ends the orphans with the mark named on its command line, and says how many there were. */
import { NO_LOG } from "../../../src/core/log.ts";
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { endOrphans } from "../../../src/supervisor/orphan_reaper.ts";

const count = await endOrphans({
  mark: Deno.args[0] ?? "",
  pid: Deno.pid,
  clock: createSystemClock(),
  log: NO_LOG,
});
Deno.stdout.writeSync(new TextEncoder().encode(`ended ${count}`));
