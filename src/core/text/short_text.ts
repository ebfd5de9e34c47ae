/** Shortens texts for a phone, and sets names in them. Redact secrets first: half a secret is not recognized. */

/** @param limit UTF-16 units of the result */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Drops half a character at the end.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}

/** @param limit UTF-16 units of the result */
export function onOneLine(text: string, limit: number): string {
  return shortened(text.replaceAll(/\s+/g, " ").trim(), limit);
}

/** Puts a text that nobody could see between quotation marks. */
export function shownIfBlank(text: string): string {
  return text.trim() === "" ? `"${text}"` : text;
}

/** Writes Markdown that shows a name as it is, whatever signs are in it. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${text.replaceAll(/\s+/g, " ")}${pad}${fence}`;
}
