/** Holds the lock of the state folder named on its command line until it is killed. */
import { lockInstance } from "../../../src/supervisor/instance_lock.ts";

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const lock = await lockInstance(Deno.args[0] ?? "", { pid: Deno.pid, log: silent });
Deno.stdout.writeSync(new TextEncoder().encode("locked"));
setInterval(() => lock, 60_000);

function nothing(): void {}
