/** Program arguments written as one string in conf.toml, e.g. `mcp_args = "-y codex mcp-server"`. */
import { parse } from "shell-quote";

export type SplitCommandLine =
  | { readonly ok: true; readonly words: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/**
 * Splits by the shell's quoting rules. No shell ever runs it, so whatever only a shell could carry
 * out (pipes, redirections, patterns, variables, comments) is refused instead of guessed at.
 */
export function splitCommandLine(text: string): SplitCommandLine {
  if (hasOpenQuote(text)) {
    return { ok: false, reason: "a quote is not closed" };
  }
  const words: string[] = [];
  for (const part of parse(text, (name) => ({ variable: name }))) {
    if (typeof part !== "string") {
      return { ok: false, reason: describePart(part) };
    }
    words.push(part);
  }
  return { ok: true, words };
}

function hasOpenQuote(text: string): boolean {
  const withoutQuoted = text.replace(/\\.|"(?:\\.|[^"\\])*"|'[^']*'/gs, "");
  return /["']/.test(withoutQuoted);
}

function describePart(part: object): string {
  if ("variable" in part) {
    return `$${part.variable} would not be expanded`;
  }
  if ("comment" in part) {
    return "a # comment has no meaning here";
  }
  if ("pattern" in part) {
    return `the pattern ${part.pattern} would not be expanded`;
  }
  return `the shell operator ${"op" in part ? part.op : ""} has no meaning here`;
}
