/** The demo as the command line starts it: arguments in, exit code out. */
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { failureOf } from "../../supervisor/failure.ts";
import { readDemoArguments } from "./demo_arguments.ts";
import type { DemoProcess } from "./demo_process.ts";
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
