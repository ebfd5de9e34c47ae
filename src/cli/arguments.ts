/** Turns the arguments into something to perform; what they mean is said in commands/table.ts. */
import { runParser } from "@optique/core/facade";
import { formatMessage, message } from "@optique/core/message";
import { redact } from "../core/redaction/redact.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { commandLine } from "./commands/table.ts";
import { helpFooter } from "./help.ts";
import { unexpectedWord } from "./meant_word.ts";
import type { Perform, Process } from "./process.ts";
import { readableColumns } from "./prompt/layout.ts";

const NAME = "codex-orchestrator";
/** Of a complaint, which repeats what was typed. */
const MOST_CHARACTERS = 400;

/** Help, version and completions are printed at once; performing them has nothing left to do. */
export function understand(process: Process): Perform {
  const { terminal } = process;
  // Whoever starts the program by its name alone wants the bot.
  const written = process.arguments.length === 0 ? ["run"] : process.arguments;
  return runParser<typeof commandLine, Perform, Perform>(commandLine, NAME, written, {
    brief: message`Drive the Codex on this computer from Telegram.`,
    footer: helpFooter(),
    usageLine: [
      { type: "optional", terms: [{ type: "command", name: "COMMAND" }] },
      { type: "ellipsis" },
    ],
    commandList: "top-level",
    help: { command: true, option: { names: ["-h", "--help"] }, onShow: () => ended },
    version: {
      value: `${NAME} ${process.version}`,
      option: { names: ["-V", "--version"] },
      onShow: () => ended,
    },
    completion: { command: true, onShow: () => ended },
    colors: terminal.colors,
    maxWidth: readableColumns(terminal),
    termWidth: "auto",
    aboveError: "none",
    stdout: (text) => process.print(`${text}\n`),
    stderr: () => {},
    onError: (_code, problem) =>
      misunderstood(
        unexpectedWord(problem, process.arguments) ?? formatMessage(problem, { quotes: false }),
      ),
  });
}

const ended: Perform = () => Promise.resolve(EXIT_CODES.ok);

/** @param problem sentences of the parser, in paragraphs */
function misunderstood(problem: string): Perform {
  // Somebody may have put the bot token there.
  const whole = redact(problem.trim().replaceAll(/\s+/g, " "));
  const line = whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}…` : whole;
  return (process) => {
    process.printError(`${NAME}: ${line} (--help shows what there is)\n`);
    return Promise.resolve(EXIT_CODES.usage);
  };
}
