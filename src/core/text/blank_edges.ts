/** The blank lines around a block of code. */

/** Without the blank lines before and behind it; the first line keeps its indentation. */
export function withoutBlankEdges(code: string): string {
  return code.trimEnd().replace(/^(?: *\n)+/, "");
}
