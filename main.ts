/** The entry: hands the process over to the command line and turns its end into an exit code. */
import manifest from "./deno.json" with { type: "json" };
import { runProgram } from "./src/cli/program.ts";
import { stopSignal } from "./src/cli/stop_signal.ts";

/** How long the workers may take to close. */
const CLOSING_MS = 2_000;

if (import.meta.main) {
  const over = new AbortController();
  const encoder = new TextEncoder();
  Deno.exitCode = await runProgram({
    arguments: Deno.args,
    variables: Deno.env.toObject(),
    workingDirectory: Deno.cwd(),
    version: manifest.version,
    stop: stopSignal(over.signal),
    print: (text) => void Deno.stdout.writeSync(encoder.encode(text)),
    printError: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
  });
  over.abort();
  // The process ends by itself with its last worker, and by force if one of them should be stuck.
  Deno.unrefTimer(setTimeout(() => Deno.exit(), CLOSING_MS));
}
