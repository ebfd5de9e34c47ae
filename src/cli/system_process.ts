/** The real process: arguments, streams, signals, proxies. */
import { fileURLToPath } from "node:url";
import { OutputError } from "../core/errors.ts";
import { npmPackageOf, PUBLISHER, releasesPageOf } from "../core/publisher.ts";
import { createSystemClock } from "../integrations/system_clock.ts";
import { print, printError } from "../integrations/terminal/system_terminal.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { type OwnProcess, type ProgramPlace, type Terminal } from "./process.ts";

/** The flags to run the source, as in `deno task start`. */
export const DENO_FLAGS = [
  "--no-prompt",
  // What V8 puts new objects into grows to three times 16 MB in each worker otherwise, and stays so.
  "--v8-flags=--max-semi-space-size=2,--heap-growing-percent=20",
  "-R",
  "-W",
  "-N",
  "--allow-run",
  "--allow-env",
];

/** @param over ends the listening for signals, which would keep a finished program alive */
export function systemProcess(version: string, over: AbortSignal): OwnProcess {
  const variables = Deno.env.toObject();
  passProxiesOnLoopback(Deno.env);
  return {
    arguments: Deno.args,
    variables,
    workingDirectory: Deno.cwd(),
    version,
    releases: PUBLISHER === undefined ? undefined : releasesPageOf(PUBLISHER),
    get program() {
      return programPlace();
    },
    terminal: systemTerminal(variables),
    clock: createSystemClock(),
    stop: stopSignal(over),
    ...standardOutput(),
  };
}

/** A compiled executable is the whole command; the source needs Deno and its path. */
function programPlace(): ProgramPlace {
  const command = Deno.build.standalone ? [Deno.execPath()] : [
    Deno.execPath(),
    "run",
    ...DENO_FLAGS,
    fileURLToPath(Deno.mainModule),
  ];
  const npmPackage = PUBLISHER === undefined ? undefined : npmPackageOf(PUBLISHER);
  return { os: Deno.build.os, command, npmPackage };
}

export function systemTerminal(variables: Readonly<Record<string, string>>): Terminal {
  const shown = Deno.stdout.isTerminal();
  return {
    get input() {
      return Deno.stdin.readable;
    },
    interactive: shown && Deno.stdin.isTerminal(),
    get columns() {
      return shown ? columnsOf() : undefined;
    },
    colors: shown && !Deno.noColor && variables.TERM !== "dumb",
    setRaw: (raw) => Deno.stdin.setRaw(raw),
  };
}

/** A terminal may be gone, or not know its width, or report 0. */
function columnsOf(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined;
  }
}

/** The output of this process. `print` throws an OutputError when standard output is a full disk. */
export function standardOutput(): Pick<OwnProcess, "print" | "printError" | "unread"> {
  const unread = new AbortController();
  return {
    unread: unread.signal,
    print: (text) => {
      if (!printed(text)) unread.abort();
    },
    printError,
  };
}

/** @returns false when nobody reads it any more */
function printed(text: string): boolean {
  try {
    return print(text);
  } catch (cause) {
    throw new OutputError(cause);
  }
}

/** What a second Ctrl-C ends with. */
const INTERRUPTED = EXIT_CODES.interrupted;
/**
 * One Ctrl-C arrives more than once when a task runner passes on what the terminal has sent to all
 * processes already. Nobody presses twice within so many milliseconds.
 */
const ONE_PRESS_MS = 500;

/**
 * Aborts with the first SIGINT or SIGTERM. A second one ends the process at once, without waiting
 * for running work to finish.
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

/** Windows only knows SIGINT and SIGBREAK. */
function stopSignalNames(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}

/** Proxies of the environment are for what lies beyond this computer. */

const THIS_COMPUTER = ["localhost", "127.0.0.1", "::1"];
/** Programs differ in whether they write it in capitals. */
const NAMES = ["NO_PROXY", "no_proxy"];

/**
 * Keeps connections to this computer off proxies: a proxy cannot reach it, and without TLS would see
 * the bot token, which is part of every address. To be called before the first connection, because
 * the runtime reads the variables once.
 */
export function passProxiesOnLoopback(environment: Pick<Deno.Env, "get" | "set">): void {
  const written = NAMES.map((name) => environment.get(name)?.trim() ?? "").find((list) =>
    list !== ""
  );
  const list = [...(written === undefined ? [] : [written]), ...THIS_COMPUTER].join(",");
  for (const name of NAMES) environment.set(name, list);
}
