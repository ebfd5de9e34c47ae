/** Starts a reaper for the mark named on its command line, and a marked child; then waits. */
import { NO_LOG } from "../../../src/core/log.ts";
import { startOrphanReaper } from "../../../src/supervisor/orphan_reaper.ts";

const [name = "", value = ""] = (Deno.args[0] ?? "").split("=");
startOrphanReaper({ mark: `${name}=${value}`, pid: Deno.pid, log: NO_LOG });
const child = new Deno.Command("sleep", {
  args: ["96"],
  env: { [name]: value },
  detached: true,
}).spawn();
Deno.stdout.writeSync(new TextEncoder().encode(`${child.pid}\n`));
await child.status;
