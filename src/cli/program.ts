/** The program as the command line starts it: arguments -> command -> exit code. */
import { runParser } from "@optique/core/facade";
import { formatMessage, type Message, message } from "@optique/core/message";
import { suggestSync } from "@optique/core/parser";
import { createRedactor, redact } from "../core/redaction/redact.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import { nearMiss } from "../core/text/near_names.ts";
import { withoutControls } from "../core/text/control_characters.ts";
import { EXIT_CODE_MEANINGS, EXIT_CODES } from "../supervisor/exit_codes.ts";
import { failureOf } from "../supervisor/failure.ts";
import { commandLine } from "./commands/table.ts";
import { CommandError, type Perform, type Process } from "./process.ts";
import { readableColumns } from "./prompt/layout.ts";
import { footer } from "./syntax.ts";

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

const NAME = "codex-orchestrator";
/** Of a complaint, which repeats what was typed. */
const MOST_CHARACTERS = 400;

/** Help, version and completions are printed at once; performing them has nothing left to do. */
function understand(process: Process): Perform {
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

const EXAMPLES = [
  "codex-orchestrator                       answer on Telegram",
  "codex-orchestrator chat                  talk to Codex in this terminal",
  "codex-orchestrator init                  set it up",
  "codex-orchestrator doctor                see what is in order, what is not",
  "codex-orchestrator permissions           see what it may do before it does",
  "codex-orchestrator trace report last     make a page of the last run",
  "codex-orchestrator completion bash       print what your shell's profile needs",
];

const FILES = [
  "~/.codex-orchestrator/conf.toml   settings; written when missing",
  "                                  (CODEX_CONF_PATH or --conf name another)",
  ".env                              TELEGRAM_BOT_TOKEN, where it is started ...",
  "~/.codex-orchestrator/.env        ... or here",
  "~/.codex-orchestrator/state.db    what is waiting, at work or on its way",
  "~/.codex-orchestrator/sessions/   conversations, a file per person and chat",
  "~/.codex-orchestrator/terminal/   conversations of chat, a folder for each",
  "~/.codex-orchestrator/traces/     what the runs did, a file per day",
];

/** Examples, files and exit codes. */
function helpFooter(): Message {
  const codes = EXIT_CODE_MEANINGS.map(([code, meaning]) => `${String(code).padEnd(4)}${meaning}`);
  return footer(
    { title: "Examples", lines: EXAMPLES },
    { title: "Files", lines: FILES },
    { title: "Exit codes", lines: codes },
  );
}

/** Known beside what the commands themselves describe. */
const ALWAYS = ["--help"];
const AT_THE_BEGINNING = ["--version", "help", "completion"];
/** A single letter is like every other one. */
const SHORTEST = 3;

/** @returns the complaint with what was probably meant, in place of what the parser thinks was */
function unexpectedWord(
  problem: Message,
  written: readonly string[],
): string | undefined {
  const [lead, term] = problem;
  if (lead?.type !== "text" || term?.type !== "optionName") return undefined;
  if (!lead.text.startsWith("Unexpected option or")) return undefined;
  const word = term.optionName;
  const meant = meantWord(word, written.slice(0, Math.max(0, written.indexOf(word))));
  const complaint = `${lead.text}${word}.`;
  return meant === undefined ? complaint : `${complaint} Did you mean ${meant}?`;
}

function meantWord(word: string, before: readonly string[]): string | undefined {
  if (word.length < SHORTEST) return undefined;
  const known = ["", "--"].flatMap((begun) => completions(before, begun));
  const more = before.length === 0 ? [...ALWAYS, ...AT_THE_BEGINNING] : ALWAYS;
  return nearMiss(word, [...known, ...more]);
}

/** As a shell is told them. */
function completions(before: readonly string[], begun: string): readonly string[] {
  const [first, ...more] = [...before, begun];
  if (first === undefined) return [];
  return suggestSync(commandLine, [first, ...more]).flatMap((suggestion) =>
    suggestion.kind === "literal" ? [suggestion.text] : []
  );
}
