/** The cells of a table in columns of a fixed-width font. */
import { displayWidth, padToWidth } from "./display_width.ts";

/** One character and most of the rule beside it. */
const NARROWEST_COLUMN = 3;

/** Padding each row to thousands of columns, only to find it too wide, would take minutes. */
export function mayFit(rows: readonly (readonly string[])[], width: number): boolean {
  return Math.max(...rows.map((row) => row.length)) * NARROWEST_COLUMN <= width;
}

/** A line a row, and a rule below the first. */
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
