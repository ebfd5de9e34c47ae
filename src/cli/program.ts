/** Runs the program as the command line starts it: arguments -> command -> exit code. */
import { createRedactor } from "../core/redaction/redact.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import { withoutControls } from "../core/text/control_characters.ts";
import { failureOf } from "../supervisor/failure.ts";
import { botStart } from "./commands/bot_start.ts";
import { withTokenKept } from "./commands/token_kept.ts";
import { CommandError, type Perform, type Process } from "./process.ts";

/** Runs the command, and prints whatever it throws. @returns the exit code */
export async function runProgram(process: Process): Promise<number> {
  try {
    const perform = botCommand(process) ?? await anyCommand(process);
    return await perform(process);
  } catch (error) {
    const { code, text } = failureOf(error);
    const { forLogs: masked } = createRedactor({ secrets: secretsIn(process.variables) });
    // It may repeat what Codex or Telegram said.
    process.printError(`${masked(withoutControls(text))}\n`);
    return error instanceof CommandError ? error.exitCode : code;
  }
}

function botCommand({ arguments: words }: Process): Perform | undefined {
  const options = botStart(words);
  if (options === undefined) return undefined;
  return withTokenKept((process) => process.launch({ type: "bot", ...options }));
}

/** Loads the parser, and all commands where it is none that starts an application. */
async function anyCommand(process: Process): Promise<Perform> {
  const { applicationCommand } = await import("./commands/application_commands.ts");
  const perform = applicationCommand(process);
  if (perform !== undefined) return perform;
  const { understand } = await import("./command_line.ts");
  return understand(process);
}
