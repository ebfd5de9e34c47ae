/** Fits text into the columns of a fixed-width font. */

const WIDE = new RegExp(
  "[\\p{Script=Han}\\p{Script=Hangul}\\p{Script=Hiragana}\\p{Script=Katakana}" +
    "\\p{Emoji_Presentation}\\ufe0f\\u3000-\\u303e\\uff01-\\uff60\\uffe0-\\uffe6]",
  "u",
);
/** Most text by far; measured a hundred times faster. */
const NARROW = /^[ -~]*$/;
const HALF_WIDTH_FORM = /^[\uff61-\uffdc]/;
const INVISIBLE = /^[\p{M}\u200b-\u200d\u2060]+$/u;

/** Width in columns: Chinese, Japanese, Korean and emoji take two each. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) && !HALF_WIDTH_FORM.test(grapheme) ? 2 : 1;
}

/** Fills up with spaces to `width` columns. */
export function padToWidth(text: string, width: number, side: "left" | "right" | "center"): string {
  const missing = Math.max(0, width - displayWidth(text));
  if (side === "right") return " ".repeat(missing) + text;
  const before = side === "center" ? Math.floor(missing / 2) : 0;
  return " ".repeat(before) + text + " ".repeat(missing - before);
}

/** Cuts text to fit, with `…` at the end; never cuts a wide character in two. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += displayWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}…`;
}

/** Breaks text at blanks; a word longer than the line, such as a path, gets its own line. */
export function wrapWords(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && displayWidth(`${last} ${word}`) <= columns) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

/** A character and most of the rule between two columns. */
const NARROWEST_COLUMN = 3;

/** Tells cheaply that a table is too wide: padding thousands of columns would take minutes. */
export function mayFit(rows: readonly (readonly string[])[], width: number): boolean {
  return Math.max(...rows.map((row) => row.length)) * NARROWEST_COLUMN <= width;
}

/** Aligns the cells of a table: a line for each row, and a rule below the first. */
export function alignedLines(
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right" | "center" | null | undefined)[],
): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from(
    { length: columns },
    (_, column) => Math.max(1, ...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
  const lines = rows.map((row) =>
    widths.map((width, column) => padToWidth(row[column] ?? "", width, align[column] ?? "left"))
      .join(" │ ").trimEnd()
  );
  const rule = widths.map((width) => "─".repeat(width)).join("─┼─");
  return lines.toSpliced(1, 0, rule);
}
