/** The entry of `deno task demo`. */
import manifest from "./deno.json" with { type: "json" };
import { runDemoProgram } from "./src/cli/demo/demo_program.ts";
import {
  passProxiesOnLoopback,
  standardOutput,
  stopSignal,
  typedLines,
} from "./src/cli/system_process.ts";

if (import.meta.main) {
  const { print, printError, unread } = standardOutput();
  // A chat that nobody sees has ended.
  const stop = AbortSignal.any([stopSignal(), unread]);
  const variables = Deno.env.toObject();
  passProxiesOnLoopback(Deno.env);
  const code = await runDemoProgram(Deno.args, {
    variables,
    workingDirectory: Deno.cwd(),
    version: manifest.version,
    makeFolder: () => Deno.makeTempDir({ prefix: "codex-orchestrator-demo-" }),
    stop,
    print,
    printError,
    lines: () => typedLines(Deno.stdin.readable, stop),
  });
  // Explicit: a signal listener would otherwise keep a finished program alive.
  Deno.exit(code);
}
