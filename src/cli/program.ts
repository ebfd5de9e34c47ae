/** The program as the command line starts it: arguments -> configuration -> app -> exit code. */
import { runApp, type Surroundings } from "../app.ts";
import { type Environment, readEnvironment } from "../config/environment.ts";
import { ConfigError, renderConfigError } from "../config/errors.ts";
import { loadConfig } from "../config/load.ts";
import { describeError, UserFacingError } from "../core/errors.ts";
import { redact } from "../core/redact.ts";
import { EXIT_CODES, parseArguments } from "./arguments.ts";

/** What the program needs of the process it runs in. */
export interface Process {
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly version: string;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** @returns the exit code */
export async function runProgram(process: Process): Promise<number> {
  const parsed = parseArguments(process.arguments);
  switch (parsed.kind) {
    case "help":
      process.print(parsed.text);
      return EXIT_CODES.ok;
    case "version":
      process.print(`codex-orchestrator ${process.version}\n`);
      return EXIT_CODES.ok;
    case "usage-error":
      process.printError(`${parsed.message}\n`);
      return parsed.exitCode;
    case "run":
      return await runBot(process, parsed);
  }
}

async function runBot(
  process: Process,
  options: { readonly conf?: string; readonly verbose: boolean },
): Promise<number> {
  try {
    const environment = await readEnvironment(process);
    const config = await loadConfig(environment, { flag: options.conf });
    await runApp(config, surroundings(process, environment, options.verbose), process.stop);
    return EXIT_CODES.ok;
  } catch (error) {
    if (error instanceof ConfigError) {
      process.printError(`${renderConfigError(error)}\n`);
      return EXIT_CODES.config;
    }
    if (error instanceof UserFacingError) {
      process.printError(`codex-orchestrator: ${describeError(error)}\n`);
      return EXIT_CODES.temporary;
    }
    // A fault of this program: whoever mends it needs the stack, and nobody needs a secret in it.
    const stack = error instanceof Error ? error.stack ?? error.message : String(error);
    process.printError(`codex-orchestrator: internal error: ${redact(stack)}\n`);
    return EXIT_CODES.internal;
  }
}

function surroundings(
  process: Process,
  { variables }: Environment,
  verbose: boolean,
): Surroundings {
  return { variables, version: process.version, verbose, write: process.print };
}
