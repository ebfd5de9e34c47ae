/** The process as it really is. */
import { fileURLToPath } from "node:url";
import { createSystemClock } from "../integrations/system_clock.ts";
import { passProxiesOnLoopback } from "./past_proxies.ts";
import { standardOutput } from "./standard_output.ts";
import { stopSignal } from "./stop_signal.ts";
import type { Process, ProgramPlace, Terminal } from "./process.ts";

/** With these the source is run, as `deno task start` does it. */
export const DENO_FLAGS = ["--no-prompt", "-R", "-W", "-N", "--allow-run", "--allow-env"];

/** @param over ends the listening for signals, which would keep a finished program alive */
export function systemProcess(version: string, over: AbortSignal): Process {
  const variables = Deno.env.toObject();
  passProxiesOnLoopback(Deno.env);
  return {
    arguments: Deno.args,
    variables,
    workingDirectory: Deno.cwd(),
    version,
    get program() {
      return programPlace();
    },
    terminal: systemTerminal(),
    clock: createSystemClock(),
    stop: stopSignal(over),
    ...standardOutput(),
  };
}

/** A compiled executable is all of the program; of the source, Deno and where it lies have to be told. */
function programPlace(): ProgramPlace {
  const command = Deno.build.standalone ? [Deno.execPath()] : [
    Deno.execPath(),
    "run",
    ...DENO_FLAGS,
    fileURLToPath(Deno.mainModule),
  ];
  return { os: Deno.build.os, command };
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

/** A terminal may be gone, or not tell, or say 0 because nobody has told it. */
function columnsOf(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}
