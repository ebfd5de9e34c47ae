/** Ends the leftovers with the mark named on its command line, and says how many there were. */
import { createSystemClock } from "../../../src/integrations/system_clock.ts";
import { endLeftovers } from "../../../src/supervisor/leftovers.ts";

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const count = await endLeftovers({
  mark: Deno.args[0] ?? "",
  pid: Deno.pid,
  clock: createSystemClock(),
  log: silent,
});
Deno.stdout.writeSync(new TextEncoder().encode(`ended ${count}`));

function nothing(): void {}
