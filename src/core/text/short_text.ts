/** Texts made short for a phone. Redact secrets first: half a secret is not recognized. */

/** @param limit UTF-16 units of the result */
export function onOneLine(text: string, limit: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (line.length <= limit) return line;
  // Half a character at the end is left out.
  return `${line.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "").trimEnd()}…`;
}

/** A phone is narrow: the last two parts of a path tell enough. */
export function lastPart(path: string): string {
  return path.split("/").slice(-2).join("/");
}
