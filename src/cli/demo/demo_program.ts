/** Runs `deno task demo`: arguments in, exit code out. */
import { parseArgs } from "node:util";
import { nearMiss } from "../../core/text/near_names.ts";
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { failureOf } from "../../supervisor/failure.ts";
import type { DemoOptions, DemoProcess } from "./demo_process.ts";
import { runDemo } from "./run_demo.ts";

/** @returns the exit code */
export async function runDemoProgram(
  written: readonly string[],
  process: DemoProcess & { readonly printError: (text: string) => void },
): Promise<number> {
  const asked = readDemoArguments(written);
  if (asked.kind === "help") {
    process.print(asked.text);
    return EXIT_CODES.ok;
  }
  if (asked.kind === "usage-error") {
    process.printError(asked.text);
    return EXIT_CODES.usage;
  }
  try {
    await runDemo(process, asked.options);
    return EXIT_CODES.ok;
  } catch (error) {
    const { code, text } = failureOf(error);
    process.printError(`${text}\n`);
    return code;
  }
}

const HELP = `Try codex-orchestrator: no bot, no account, nothing configured, nothing left behind.

Usage: deno task demo [--codex] [--port N] [--no-open] [--verbose]
       deno task demo --terminal [--codex] [--verbose] [MESSAGE ...]

The first serves a chat on 127.0.0.1:8766 and opens it in your browser. Its address is secret:
other users of this machine cannot use the chat. Ctrl-C stops it.
The second makes this terminal the chat: with messages, they are sent and the demo ends when they
are answered (--terminal may be left out then); without, type them. #1, #2, ... press a button of
the newest message that has any. Ctrl-D ends.

  --codex      let the Codex of this machine work, in this folder, instead of canned answers
  --terminal   chat in this terminal
  --port N     serve the page on this port
  --no-open    do not open a browser
  --verbose    show the program's log, too
  -h, --help   show this text
`;

const NAMES = ["--codex", "--terminal", "--port", "--no-open", "--verbose", "--help"];

type DemoArguments =
  | { readonly kind: "help"; readonly text: string }
  | { readonly kind: "usage-error"; readonly text: string }
  | { readonly kind: "demo"; readonly options: DemoOptions };

export function readDemoArguments(written: readonly string[]): DemoArguments {
  try {
    return understood([...written]);
  } catch (error) {
    if (error instanceof TypeError) return misunderstood(complaint(error, written));
    throw error;
  }
}

function understood(args: string[]): DemoArguments {
  const { values, positionals: messages } = parseArgs({
    args,
    allowPositionals: true,
    allowNegative: true,
    options: {
      codex: { type: "boolean", default: false },
      terminal: { type: "boolean", default: false },
      port: { type: "string" },
      open: { type: "boolean", default: true },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { codex, open, verbose } = values;
  if (values.help) return { kind: "help", text: HELP };
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !isPort(port)) {
    return misunderstood(`--port takes a number up to 65535, not "${values.port}"`);
  }
  const terminal = values.terminal || messages.length > 0;
  return { kind: "demo", options: { codex, terminal, messages, port, open, verbose } };
}

/** The parser's first sentence, with the option that was probably meant. */
function complaint({ message }: TypeError, written: readonly string[]): string {
  const [problem = message] = message.split(". ", 1);
  const slip = written.find((word) => problem.includes(`'${word}'`));
  const near = slip === undefined ? undefined : nearMiss(slip, NAMES);
  return near === undefined ? problem : `${problem}. Did you mean ${near}?`;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

function misunderstood(problem: string): DemoArguments {
  return { kind: "usage-error", text: `${problem} (see --help)\n` };
}
