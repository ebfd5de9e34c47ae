/** What is said to a person, in as many columns as there are. */
import { displayWidth, padToWidth, wrapWords } from "../../core/text/columns.ts";
import type { Terminal } from "../process.ts";

/** Longer lines are hard to read, and a file or a pipe has no width. */
const MOST_COLUMNS = 100;
const USUAL_COLUMNS = 80;

/** How wide a text is made that is read, not typed behind. */
export function readableColumns({ columns = USUAL_COLUMNS }: Pick<Terminal, "columns">): number {
  return Math.min(columns, MOST_COLUMNS);
}

/**
 * Lines that fit stay as they are.
 * @param hang how far the further rows of a line are indented; as the line itself unless said
 */
export function fitted(text: string, columns: number, hang?: number): string {
  return text.split("\n").map((line) => fittedLine(line, columns, hang)).join("\n");
}

/** Each on a line of its own, with what it does beside it, or below it where there is no room. */
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
  // The first row begins further left or right than the others: it is filled up to where they do.
  const lead = words.slice(0, Math.max(0, further - indent));
  const rows = wrapWords(words.slice(lead.length), columns - further);
  return `${line.slice(0, indent)}${lead}${rows.join(`\n${" ".repeat(further)}`)}`;
}
