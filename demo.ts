/** The entry of `deno task demo`. */
import { parseArgs } from "node:util";
import manifest from "./deno.json" with { type: "json" };
import { runDemo } from "./src/cli/demo.ts";
import { stopSignal } from "./src/cli/stop_signal.ts";
import { typedLines } from "./src/cli/typed_lines.ts";

const HELP = `Try codex-orchestrator in this terminal: no bot, no account, nothing left behind.

Usage: deno task demo [--codex] [--verbose] [MESSAGE ...]

With messages they are sent and the demo ends when they are answered; without, type them.
#1, #2, ... press a button of the newest message that has any. Ctrl-D ends.

  --codex     let the Codex of this machine work, in this folder, instead of the echo backend
  --verbose   show the program's log, too
  -h, --help  show this text
`;

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      codex: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const encoder = new TextEncoder();
  const print = (text: string): void => void Deno.stdout.writeSync(encoder.encode(text));
  if (values.help) print(HELP);
  else {
    const stop = stopSignal();
    await runDemo({
      variables: Deno.env.toObject(),
      workingDirectory: Deno.cwd(),
      version: manifest.version,
      stop,
      print,
      lines: typedLines(Deno.stdin.readable, stop),
    }, { codex: values.codex, verbose: values.verbose, messages: positionals });
  }
  // Explicit: a signal listener would otherwise keep a finished program alive.
  Deno.exit(0);
}
