/** The process as it really is. */
import { stopSignal } from "./stop_signal.ts";
import type { Process, Terminal } from "./process.ts";

/** @param over ends the listening for signals, which would keep a finished program alive */
export function systemProcess(version: string, over: AbortSignal): Process {
  const encoder = new TextEncoder();
  return {
    arguments: Deno.args,
    variables: Deno.env.toObject(),
    workingDirectory: Deno.cwd(),
    version,
    terminal: systemTerminal(),
    stop: stopSignal(over),
    print: (text) => writeAll(Deno.stdout, encoder.encode(text)),
    printError: (text) => writeAll(Deno.stderr, encoder.encode(text)),
  };
}

function systemTerminal(): Terminal {
  const shown = Deno.stdout.isTerminal();
  return {
    get input() {
      return Deno.stdin.readable;
    },
    interactive: shown && Deno.stdin.isTerminal(),
    get columns() {
      return shown ? columnsOf() : undefined;
    },
    colors: shown && !Deno.noColor && Deno.env.get("TERM") !== "dumb",
    setRaw: (raw) => Deno.stdin.setRaw(raw),
  };
}

/** A terminal may be gone, or not tell. */
function columnsOf(): number | undefined {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return undefined;
  }
}

/** A pipe may take less than it is offered. */
function writeAll(stream: typeof Deno.stdout, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += stream.writeSync(bytes.subarray(written));
  }
}
