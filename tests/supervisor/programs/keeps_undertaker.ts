/** Starts an undertaker for the mark named on its command line, and a marked child; then waits. */
import { startUndertaker } from "../../../src/supervisor/orphan_reaper.ts";

const [name = "", value = ""] = (Deno.args[0] ?? "").split("=");
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
startUndertaker({ mark: `${name}=${value}`, pid: Deno.pid, log: silent });
const child = new Deno.Command("sleep", {
  args: ["96"],
  env: { [name]: value },
  detached: true,
}).spawn();
Deno.stdout.writeSync(new TextEncoder().encode(`${child.pid}\n`));
await child.status;

function nothing(): void {}
