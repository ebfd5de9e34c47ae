/** The entry: hands the process over to the command line and turns its end into an exit code. */
import manifest from "./deno.json" with { type: "json" };
import { runProgram } from "./src/cli/program.ts";
import { stopSignal } from "./src/cli/stop_signal.ts";

if (import.meta.main) {
  const encoder = new TextEncoder();
  const code = await runProgram({
    arguments: Deno.args,
    variables: Deno.env.toObject(),
    workingDirectory: Deno.cwd(),
    version: manifest.version,
    stop: stopSignal(),
    print: (text) => void Deno.stdout.writeSync(encoder.encode(text)),
    printError: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
  });
  // Explicit: a signal listener would otherwise keep a finished program alive.
  Deno.exit(code);
}
