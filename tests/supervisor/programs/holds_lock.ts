/** Holds the lock of the state folder named on its command line until it is killed. */
import { NO_LOG } from "../../../src/core/log.ts";
import { lockInstance } from "../../../src/supervisor/instance.ts";

const lock = await lockInstance(Deno.args[0] ?? "", { pid: Deno.pid, log: NO_LOG });
Deno.stdout.writeSync(new TextEncoder().encode("locked"));
setInterval(() => lock, 60_000);
