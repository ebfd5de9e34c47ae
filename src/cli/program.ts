/** The program as the command line starts it: arguments -> command -> exit code. */
import { createRedactor } from "../core/redaction/redact.ts";
import { secretsIn } from "../core/redaction/secret_names.ts";
import { withoutControls } from "../core/text/without_controls.ts";
import { failureOf } from "../supervisor/failure.ts";
import { understand } from "./arguments.ts";
import { CommandError } from "./command_error.ts";
import type { Process } from "./process.ts";

/** Whatever a command throws becomes lines for the person. @returns the exit code */
export async function runProgram(process: Process): Promise<number> {
  try {
    const perform = understand(process);
    return await perform(process);
  } catch (error) {
    const { code, text } = failureOf(error);
    const { forLogs: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    // It may repeat what Codex or Telegram has said.
    process.printError(`${masked(withoutControls(text))}\n`);
    return error instanceof CommandError ? error.exitCode : code;
  }
}
