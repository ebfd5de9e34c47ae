/** Command lines as a person would type them: the shell that Codex puts around them says nothing. */

import { parse } from "shell-quote";

const SHELL = /(?:^|[\\/])(?:ba|z|da)?sh$/;
const SCRIPT_FLAGS = new Set(["-c", "-lc"]);

/** The script that a shell is given, or the words one after another. */
export function bareCommand(words: readonly string[]): string {
  const [shell, flag, script, ...more] = words;
  const wrapped = shell !== undefined && SHELL.test(shell) && flag !== undefined &&
    SCRIPT_FLAGS.has(flag) && more.length === 0;
  return wrapped && script !== undefined ? script : words.join(" ");
}

/** The same for a command line that Codex has already put into quotes, e.g. `/bin/sh -lc 'ls'`. */
export function bareCommandLine(line: string): string {
  if (!SHELL.test(line.split(" ", 1)[0] ?? "")) return line;
  const words = wordsOf(line);
  const texts = words.filter((word) => typeof word === "string");
  // Operators outside of quotes mean that this is more than a wrapped script.
  return texts.length === words.length && texts.length === 3 ? bareCommand(texts) : line;
}

/** Nothing for a line that the library cannot take apart, e.g. one with a `${` left open. */
function wordsOf(line: string): readonly unknown[] {
  try {
    return parse(line, (name) => `$${name}`);
  } catch {
    // The line is shown as Codex sent it, which is all that its reader loses.
    return [];
  }
}

/** UTF-16 units. The end says how it went. */
const LONGEST_BEGINNING = 1_500;
const LONGEST_END = 2_500;

/** Cut between two lines only: half a secret is not recognized. Nothing where there is no line. */
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
