/** Draws tables: in columns where the terminal is wide enough for them, else row by row. */
import { alignedLines, displayWidth, mayFit } from "../../core/text/columns.ts";
import type { TableBlock } from "../../core/text/markdown.ts";
import { inlineSpans } from "./inline.ts";
import { type Line, span, textOf, toned } from "./styled_line.ts";
import { wrapped } from "./wrap.ts";

export function tableLines({ rows: source, align }: TableBlock, columns: number): Line[] {
  const rows = source.map((row) => row.map((cell) => inlineSpans(cell, [])));
  const texts = rows.map((row) => row.map((cell) => textOf(cell).replace(/\s+/g, " ").trim()));
  const lines = mayFit(texts, columns) ? alignedLines(texts, align) : [];
  const fits = lines.length > 0 && lines.every((line) => displayWidth(line) <= columns);
  const [header = [], ...records] = rows;
  if (fits) {
    return lines.map((line, index) => [span(line, ...TONES[index === 1 ? "rule" : "row"])])
      .map((line, index) => index === 0 ? toned(line, "bold") : line);
  }
  // Without a row below them, the titles are all that there is.
  if (records.length === 0) return header.flatMap((cell) => wrapped(toned(cell, "bold"), columns));
  return recordLines(header, records, columns);
}

/** A block per row: its first cell is the title, the others are lines "header: cell". */
function recordLines(
  [subject = [], ...names]: readonly Line[],
  records: readonly (readonly Line[])[],
  columns: number,
): Line[] {
  const title = textOf(subject).trim() === "" ? [] : wrapped(toned(subject, "dim"), columns);
  return [
    ...title,
    ...records.flatMap(([first, ...cells], index) => [
      ...(index > 0 ? [[]] : []),
      ...(first === undefined ? [] : wrapped(named([], toned(first, "bold")), columns)),
      ...cells.flatMap((cell, column) => wrapped(named(names[column] ?? [], cell), columns)),
    ]),
  ];
}

const TONES = { rule: ["dim"], row: [] } as const;

function named(name: Line, cell: Line): Line {
  const value = textOf(cell).trim() === "" ? [span("–")] : cell;
  return textOf(name).trim() === "" ? value : [...name, span(": "), ...value];
}
