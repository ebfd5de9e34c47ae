/** Puts Codex's items into words, whichever protocol told them. */
import type { FileChange } from "../../core/codex/codex.ts";
import { shellWords } from "../../core/text/shell_words.ts";

const SHELL = /(?:^|[\\/])(?:ba|z|da)?sh$/;
const SCRIPT_FLAGS = new Set(["-c", "-lc"]);

/** Unwraps the script that a shell is given; joins other words by spaces. */
export function bareCommand(words: readonly string[]): string {
  const [shell, flag, script, ...more] = words;
  const wrapped = shell !== undefined && SHELL.test(shell) && flag !== undefined &&
    SCRIPT_FLAGS.has(flag) && more.length === 0;
  return wrapped && script !== undefined ? script : words.join(" ");
}

/** Does the same for a command line that Codex has already quoted, e.g. `/bin/sh -lc 'ls'`. */
export function bareCommandLine(line: string): string {
  if (!SHELL.test(line.split(" ", 1)[0] ?? "")) return line;
  const { words, work } = shellWords(line, { keepVariables: true });
  // What a shell would do outside of quotes means that this is more than a wrapped script.
  return work === undefined && words.length === 3 ? bareCommand(words) : line;
}

/** UTF-16 units. The end tells how the command went. */
const LONGEST_BEGINNING = 1_500;
const LONGEST_END = 2_500;

/**
 * Keeps the beginning and the end of what a command printed, which may be megabytes. Cuts between
 * lines only, so that no secret is cut in half and then not recognized.
 */
export function outputExcerpt(output: string | null | undefined): { readonly output?: string } {
  const text = output?.trimEnd() ?? "";
  if (text === "") return {};
  if (text.length <= LONGEST_BEGINNING + LONGEST_END) return { output: text };
  const beginning = text.slice(0, text.lastIndexOf("\n", LONGEST_BEGINNING) + 1);
  const from = text.indexOf("\n", text.length - LONGEST_END);
  const end = from < 0 ? "" : text.slice(from + 1);
  const omitted = text.length - beginning.length - end.length;
  return { output: `${beginning}… ${omitted} characters …\n${end}` };
}

/** Reports a moved file as gone here and new there. */
export function movedChanges(
  path: string,
  kind: FileChange["kind"],
  movedTo: string | null | undefined,
): FileChange[] {
  return typeof movedTo !== "string" || movedTo === path
    ? [{ path, kind }]
    : [{ path, kind: "delete" }, { path: movedTo, kind: "add" }];
}

/**
 * Makes a unified diff of one changed file.
 * @param text the hunks of an updated file, or the plain text of one that is added or deleted
 */
export function unifiedDiff(path: string, kind: FileChange["kind"], text: string): string {
  const body = text.replace(/\n$/, "");
  if (kind === "update") return `--- ${path}\n+++ ${path}\n${body}\n`;
  const sign = kind === "add" ? "+" : "-";
  const lines = body.split("\n").map((line) => sign + line).join("\n");
  return kind === "add"
    ? `--- /dev/null\n+++ ${path}\n${lines}\n`
    : `--- ${path}\n+++ /dev/null\n${lines}\n`;
}
