/** Tables: in columns where the terminal is wide enough for them, else row by row. */
import { alignedLines, displayWidth, mayFit } from "../../core/text/columns.ts";
import type { NodeOf, References } from "../../core/text/markdown.ts";
import { inlineSpans } from "./inline.ts";
import { type Line, span, textOf, toned } from "./styled_line.ts";
import { wrapped } from "./wrap.ts";

export function tableLines(
  { children, align }: NodeOf<"table">,
  references: References,
  columns: number,
): Line[] {
  const rows = children.map((row) =>
    row.children.map((cell) => inlineSpans(cell.children, references, []))
  );
  const texts = rows.map((row) => row.map((cell) => textOf(cell).replace(/\s+/g, " ").trim()));
  const lines = mayFit(texts, columns) ? alignedLines(texts, align ?? []) : [];
  const fits = lines.length > 0 && lines.every((line) => displayWidth(line) <= columns);
  const [header = [], ...records] = rows;
  if (fits) {
    return lines.map((line, index) => [span(line, ...TONES[index === 1 ? "rule" : "row"])])
      .map((line, index) => index === 0 ? toned(line, "bold") : line);
  }
  return records.flatMap((record, index) => [
    ...(index > 0 ? [[]] : []),
    ...record.flatMap((cell, column) => wrapped(named(header[column] ?? [], cell), columns)),
  ]);
}

const TONES = { rule: ["dim"], row: [] } as const;

function named(name: Line, cell: Line): Line {
  const value = textOf(cell).trim() === "" ? [span("–")] : cell;
  return textOf(name).trim() === "" ? value : [...toned(name, "bold"), span(": "), ...value];
}
