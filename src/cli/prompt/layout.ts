/** Fits text into the columns of the terminal. */
import { displayWidth, padToWidth, wrapWords } from "../../core/text/columns.ts";
import type { Terminal } from "../process.ts";

/** Longer lines are hard to read. */
const MOST_COLUMNS = 100;
const USUAL_COLUMNS = 80;

/** The width of text that is read; text with input after it uses the whole width. */
export function readableColumns({ columns = USUAL_COLUMNS }: Pick<Terminal, "columns">): number {
  return Math.min(columns, MOST_COLUMNS);
}

/**
 * Lines that fit stay as they are.
 * @param hang how far the further rows of a line are indented; defaults to the line's own indent
 */
export function fitted(text: string, columns: number, hang?: number): string {
  return text.split("\n").map((line) => fittedLine(line, columns, hang)).join("\n");
}

/** Each name on a line, with its meaning beside it, or below it where there is no room. */
export function explained(
  rows: readonly (readonly [name: string, meaning: string])[],
  columns: number,
): string {
  const width = Math.max(...rows.map(([name]) => displayWidth(name)));
  const beside = rows.map(([name, meaning]) => `  ${padToWidth(name, width, "left")}   ${meaning}`);
  if (beside.every((line) => displayWidth(line) <= columns)) return beside.join("\n");
  return rows.map(([name, meaning]) => `  ${name}\n${fitted(`    ${meaning}`, columns)}`).join(
    "\n",
  );
}

function fittedLine(line: string, columns: number, hang: number | undefined): string {
  if (displayWidth(line) <= columns) return line;
  const words = line.trimStart();
  const indent = line.length - words.length;
  const further = hang ?? indent;
  // The first row is filled up to where the other rows begin.
  const lead = words.slice(0, Math.max(0, further - indent));
  const rows = wrapWords(words.slice(lead.length), columns - further);
  return `${line.slice(0, indent)}${lead}${rows.join(`\n${" ".repeat(further)}`)}`;
}
