/** Fences text off, so that nothing in it can end the fence. */

/** Counts backticks in a row. */
export function longestBackticks(text: string): number {
  const runs = text.match(/`+/g) ?? [];
  return runs.reduce((longest, { length }) => Math.max(longest, length), 0);
}

/** Puts the text between fences that are longer than any in it. */
export function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, longestBackticks(text) + 1));
  return `${fence}\n${text}\n${fence}`;
}
