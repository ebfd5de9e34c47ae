/** Runs the program as the command line starts it: arguments -> command -> exit code. */
import { createRedactor } from "../core/redaction/redact.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import { withoutControls } from "../core/text/control_characters.ts";
import { failureOf } from "../supervisor/failure.ts";
import { applicationCommand } from "./commands/application_commands.ts";
import { CommandError, type Perform, type Process } from "./process.ts";

/** Runs the command, and prints whatever it throws. @returns the exit code */
export async function runProgram(process: Process): Promise<number> {
  try {
    const perform = applicationCommand(process) ?? await anyCommand(process);
    return await perform(process);
  } catch (error) {
    const { code, text } = failureOf(error);
    const { forLogs: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    // It may repeat what Codex or Telegram said.
    process.printError(`${masked(withoutControls(text))}\n`);
    return error instanceof CommandError ? error.exitCode : code;
  }
}

/** Loads all commands, which a start of the bot does not wait for. */
async function anyCommand(process: Process): Promise<Perform> {
  const { understand } = await import("./command_line.ts");
  return understand(process);
}
