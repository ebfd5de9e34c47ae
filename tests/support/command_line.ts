/** The command line inside the test's own process: what is printed, and how it ends. */
import { CONFIGURATOR } from "../../src/cli/launch/configurator.ts";
import { launch } from "../../src/cli/launch/launch.ts";
import type { OwnProcess, Process } from "../../src/cli/process.ts";
import { fastClock } from "../fakes/fast_clock.ts";
import { runProgram } from "../../src/cli/program.ts";

/** Seconds for one of the real clock. */
const SLOWNESS = 0.2;

export interface CommandLineEnd {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface CommandLineOptions {
  readonly home: string;
  /** The folder the program is started in; default: the home folder. */
  readonly workingDirectory?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Typed by the person, each followed by Enter; without them the input is empty. */
  readonly typed?: readonly string[];
  /** Default: an executable of its own, on Linux. */
  readonly program?: Partial<Process["program"]>;
  /** Default: not at a terminal. */
  readonly terminal?: Partial<Process["terminal"]>;
  readonly stop?: AbortSignal;
  /** The page of the releases. */
  readonly releases?: string | undefined;
}

/** Runs one command to its end. */
export async function commandLine(
  args: readonly string[],
  host: CommandLineOptions,
): Promise<CommandLineEnd> {
  const { process, printed } = processOf(args, host);
  const code = await runProgram(process);
  return { code, ...printed };
}

/** The process that a command is handed, and what it has printed so far. */
export function processOf(
  args: readonly string[],
  { home, workingDirectory = home, variables = {}, typed = [], ...options }: CommandLineOptions,
): { readonly process: Process; readonly printed: Omit<CommandLineEnd, "code"> } {
  const { program, terminal, stop, releases } = options;
  const printed = { output: "", errors: "" };
  const own: OwnProcess = {
    arguments: args,
    variables: { HOME: home, ...variables },
    workingDirectory,
    version: "0.0.0",
    releases,
    program: { os: "linux", command: ["/opt/codex-orchestrator"], ...program },
    terminal: {
      input: new Blob(typed.map((line) => `${line}\n`)).stream(),
      interactive: false,
      columns: undefined,
      colors: false,
      setRaw: () => {},
      ...terminal,
    },
    // What is slow on a busy machine, such as the start of a Codex, meets no deadline.
    clock: fastClock(SLOWNESS),
    stop: stop ?? new AbortController().signal,
    unread: new AbortController().signal,
    print: (text) => void (printed.output += text),
    printError: (text) => void (printed.errors += text),
  };
  const process: Process = { ...own, launch: (wanted) => launch(own, wanted, CONFIGURATOR) };
  return { process, printed };
}
