/** The process as it really is. */
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { describeError } from "../core/errors.ts";
import { createSystemClock } from "../integrations/system_clock.ts";
import { print, printError } from "../integrations/terminal/system_terminal.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { CommandError, type Process, type ProgramPlace, type Terminal } from "./process.ts";

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

/** The streams of this process. `print` throws a CommandError where standard output is a full disk. */
export function standardOutput(): Pick<Process, "print" | "printError" | "unread"> {
  const unread = new AbortController();
  return {
    unread: unread.signal,
    print: (text) => {
      if (!printed(text)) unread.abort();
    },
    printError: (text) => void printError(text),
  };
}

/** @returns false when nobody reads it */
function printed(text: string): boolean {
  try {
    return print(text);
  } catch (cause) {
    throw new CommandError(
      EXIT_CODES.cannotCreate,
      `Standard output cannot be written: ${describeError(cause)}`,
      { cause },
    );
  }
}

/** What a second Ctrl-C ends with. */
const INTERRUPTED = EXIT_CODES.interrupted;
/**
 * One Ctrl-C arrives more than once where a task runner hands on what the terminal has sent to all
 * of its processes already; nobody presses twice in so many milliseconds.
 */
const ONE_PRESS_MS = 500;

/**
 * Aborts with the first SIGINT or SIGTERM. A second one ends the process at once, for whoever does
 * not want to wait until running work has been wound up.
 * @param over ends the listening, which would keep a finished program alive
 */
export function stopSignal(over?: AbortSignal): AbortSignal {
  const stop = new AbortController();
  let firstAt = 0;
  const onSignal = (): void => {
    const now = performance.now();
    if (!stop.signal.aborted) firstAt = now;
    else if (now - firstAt > ONE_PRESS_MS) Deno.exit(INTERRUPTED);
    stop.abort();
  };
  for (const name of stopSignalNames()) {
    Deno.addSignalListener(name, onSignal);
    over?.addEventListener("abort", () => Deno.removeSignalListener(name, onSignal));
  }
  return stop.signal;
}

/** Windows knows SIGINT and SIGBREAK only. */
function stopSignalNames(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}

/** Proxies of the environment are for what lies beyond this computer. */

const THIS_COMPUTER = ["localhost", "127.0.0.1", "::1"];
/** Some programs write it in capitals, some do not. */
const NAMES = ["NO_PROXY", "no_proxy"];

/**
 * From now on nothing of this process goes through a proxy to reach this computer: a proxy does not
 * get there, and without TLS would be told the bot token, which is a part of every address.
 * To be called before the first connection: the runtime reads the variables once.
 */
export function passProxiesOnLoopback(environment: Pick<Deno.Env, "get" | "set">): void {
  const written = NAMES.map((name) => environment.get(name)?.trim() ?? "").find((list) =>
    list !== ""
  );
  const list = [...(written === undefined ? [] : [written]), ...THIS_COMPUTER].join(",");
  for (const name of NAMES) environment.set(name, list);
}

/** Ends with the input, or when the signal aborts. */
export async function* typedLines(
  input: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const readable = Readable.fromWeb(input, { signal });
  // The lines tell of it, as long as somebody takes them.
  readable.on("error", () => {});
  try {
    yield* createInterface({ input: readable, terminal: false });
  } catch (error) {
    // An aborted input is an end, not an error: there is nothing more to be typed.
    if (!signal.aborted) throw error;
  }
}
