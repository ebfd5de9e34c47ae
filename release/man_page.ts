/** Writes the man page from the table of commands: what `--help` says, on one page. */
import { formatMessage, type Message } from "@optique/core/message";
import { getDocPageSync } from "@optique/core/parser";
import { formatUsage, formatUsageTerm } from "@optique/core/usage";
import { commandLine } from "../src/cli/commands/table.ts";
import { HELP_SECTIONS } from "../src/cli/command_line.ts";
import { PROGRAM } from "./targets.ts";

type Page = NonNullable<ReturnType<typeof getDocPageSync>>;

export const BRIEF = "use the Codex on this computer from Telegram";

export function manPage(version: string): string {
  const top = pageOf([]);
  return [
    `.TH CODEX\\-ORCHESTRATOR 1 "" "${PROGRAM} ${version}" "User Commands"`,
    ".SH NAME",
    `${escaped(PROGRAM)} \\- ${escaped(BRIEF)}`,
    ".SH SYNOPSIS",
    `.B ${escaped(PROGRAM)}`,
    "[\\fICOMMAND\\fR] [\\fIOPTION\\fR]...",
    ".SH DESCRIPTION",
    "Without a command it runs the bot, which answers on Telegram.",
    "Every command shows its options with",
    ".BR \\-\\-help .",
    ".SH OPTIONS",
    ...entriesOf(top, "option"),
    ".SH COMMANDS",
    ...namesIn(top).flatMap((name) => commandLines([name])),
    ...HELP_SECTIONS.flatMap(({ title, lines }) => [
      `.SH ${title === "Exit codes" ? "EXIT STATUS" : title.toUpperCase()}`,
      ...literal(lines),
    ]),
    "",
  ].join("\n");
}

function pageOf(words: readonly string[]): Page {
  const page = getDocPageSync(commandLine, words);
  if (page === undefined) throw new RangeError(`there is no command ${words.join(" ")}`);
  return page;
}

/** A command and, below it, its own commands. */
function commandLines(words: readonly string[]): readonly string[] {
  const page = pageOf(words);
  const inner = namesIn(page);
  const heading = inner.length === 0 && page.usage !== undefined
    ? formatUsage(PROGRAM, page.usage).slice(PROGRAM.length + 1)
    : words.join(" ");
  return [
    `.SS "${escaped(heading)}"`,
    ...[page.brief, page.description].flatMap((text) => text === undefined ? [] : paragraph(text)),
    ...entriesOf(page, "option"),
    ...entriesOf(page, "argument"),
    ...(page.footer === undefined ? [] : [".PP", ...literal(plain(page.footer).split("\n"))]),
    ...inner.flatMap((name) => commandLines([...words, name])),
  ];
}

function namesIn(page: Page): readonly string[] {
  return page.sections.flatMap(({ entries }) => entries)
    .flatMap(({ term }) => term.type === "command" ? [term.name] : []);
}

function entriesOf(page: Page, type: "option" | "argument"): readonly string[] {
  return page.sections.flatMap(({ entries }) => entries)
    .filter(({ term }) => term.type === type)
    .flatMap(({ term, description }) => [
      ".TP",
      `.B ${escaped(formatUsageTerm(term))}`,
      escaped(description === undefined ? "" : plain(description)),
    ]);
}

function paragraph(text: Message): readonly string[] {
  return [".PP", escaped(plain(text))];
}

function plain(text: Message): string {
  return formatMessage(text, { quotes: false });
}

/** Lines that are kept as they are. */
function literal(lines: readonly string[]): readonly string[] {
  return [".nf", ...lines.map(escaped), ".fi"];
}

/** Keeps backslashes, hyphens and a period or quote at the beginning from being commands of roff. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll('"', "\\(dq")
    .replaceAll(/^([.'])/gm, "\\&$1");
}
