/** The program as the command line starts it: arguments -> configuration -> supervised run -> exit code. */
import { readEnvironment } from "../config/environment.ts";
import { loadConfig } from "../config/load.ts";
import { createRedactor } from "../core/redact.ts";
import { secretsIn } from "../core/secret_names.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { failureOf } from "../supervisor/failure.ts";
import { runSupervised } from "../supervisor/supervised_run.ts";
import { parseArguments } from "./arguments.ts";
import { printPermissions } from "./permissions.ts";

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
    case "permissions":
      return await withFailures(process, () => printPermissions(process, parsed));
    case "run":
      return await withFailures(process, () => runBot(process, parsed));
  }
}

async function runBot(
  process: Process,
  { conf, verbose }: { readonly conf?: string; readonly verbose: boolean },
): Promise<number> {
  const environment = await readEnvironment(process);
  const config = await loadConfig(environment, { flag: conf });
  const end = await runSupervised(config, {
    variables: environment.variables,
    version: process.version,
    verbose,
    stop: process.stop,
    print: process.print,
  });
  if (end.text !== undefined) process.printError(`${end.text}\n`);
  return end.code;
}

async function withFailures(process: Process, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const { code, text } = failureOf(error);
    const { text: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    process.printError(`${masked(text)}\n`);
    return code;
  }
}
