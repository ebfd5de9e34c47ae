/** Understands every command line: explains what can be written, and refuses the rest. */
import { runParser } from "@optique/core/facade";
import { formatMessage, type Message, message } from "@optique/core/message";
import { suggestSync } from "@optique/core/parser";
import { redact } from "../core/redaction/redact.ts";
import { nearMiss } from "../core/text/near_names.ts";
import { EXIT_CODE_MEANINGS, EXIT_CODES } from "../supervisor/exit_codes.ts";
import { commandLine } from "./commands/table.ts";
import type { Perform, Process } from "./process.ts";
import { readableColumns } from "./prompt/layout.ts";
import { footer, writtenWords } from "./syntax.ts";

const NAME = "codex-orchestrator";
/** Help needs room for a name and its meaning; a narrower terminal wraps its lines by itself. */
const LEAST_COLUMNS = 30;
/** Longest error, which repeats what was typed. */
const MOST_CHARACTERS = 400;

/** Parses the arguments. Help, version and completions are printed at once. */
export function understand(process: Process): Perform {
  const { terminal } = process;
  const written = writtenWords(process);
  return runParser<typeof commandLine, Perform, Perform>(commandLine, NAME, written, {
    brief: message`Use the Codex on this computer from Telegram.`,
    footer: footer(...HELP_SECTIONS),
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
    maxWidth: Math.max(LEAST_COLUMNS, readableColumns(terminal)),
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
  // It may hold the bot token.
  const whole = redact(problem.trim().replaceAll(/\s+/g, " "));
  const line = whole.length > MOST_CHARACTERS ? `${whole.slice(0, MOST_CHARACTERS)}…` : whole;
  return (process) => {
    process.printError(`${NAME}: ${line} (see --help)\n`);
    return Promise.resolve(EXIT_CODES.usage);
  };
}

const EXAMPLES = [
  "codex-orchestrator                       answer on Telegram",
  "codex-orchestrator chat                  talk to Codex in this terminal",
  "codex-orchestrator demo                  try it, without Telegram and Codex",
  "codex-orchestrator init                  set up the bot",
  "codex-orchestrator doctor                check the installation",
  "codex-orchestrator permissions           see what it may do",
  "codex-orchestrator trace report last     make an HTML page of the last run",
  "codex-orchestrator completion bash       print the completion script for bash",
];

const FILES = [
  "~/.codex-orchestrator/conf.toml   settings; created if missing",
  "                                  (another file: --conf or CODEX_CONF_PATH)",
  ".env                              TELEGRAM_BOT_TOKEN alone, in this folder ...",
  "~/.codex-orchestrator/.env        ... or here, with any other variable",
  "~/.codex-orchestrator/state.db    requests and messages that are not done yet",
  "~/.codex-orchestrator/sessions/   conversations, a file per person and chat",
  "~/.codex-orchestrator/terminal/   conversations of chat, one per folder",
  "~/.codex-orchestrator/traces/     what the runs did, a file per day",
];

const EXIT_CODE_LINES = EXIT_CODE_MEANINGS.map(([code, meaning]) =>
  `${String(code).padEnd(4)}${meaning}`
);

/** What help and the man page end with. */
export const HELP_SECTIONS = [
  { title: "Examples", lines: EXAMPLES },
  { title: "Files", lines: FILES },
  { title: "Exit codes", lines: EXIT_CODE_LINES },
] as const;

/** Words that exist besides those of the commands. */
const ALWAYS = ["--help"];
const AT_THE_BEGINNING = ["--version", "help", "completion"];
/** Shorter words resemble too many others. */
const SHORTEST = 3;

/** @returns the error with the word that was probably meant, instead of the parser's own guess */
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

/** The words that a shell would complete. */
function completions(before: readonly string[], begun: string): readonly string[] {
  const [first, ...more] = [...before, begun];
  if (first === undefined) return [];
  return suggestSync(commandLine, [first, ...more]).flatMap((suggestion) =>
    suggestion.kind === "literal" ? [suggestion.text] : []
  );
}
