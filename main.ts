/** The entry: passes the process to the launcher and turns its end into an exit code. */
import manifest from "./deno.json" with { type: "json" };
import { runLauncher } from "./src/cli/launcher.ts";
import { systemProcess } from "./src/cli/system_process.ts";

/** How long the workers may take to close. */
const CLOSING_MS = 2_000;

if (import.meta.main) {
  const over = new AbortController();
  Deno.exitCode = await runLauncher(systemProcess(manifest.version, over.signal));
  over.abort();
  // The process ends with its last worker, and by force if a worker is stuck.
  Deno.unrefTimer(setTimeout(() => Deno.exit(), CLOSING_MS));
}
