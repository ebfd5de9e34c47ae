/** Draws tables: in columns where the terminal is wide enough for them, else row by row. */
import { alignedLines, displayWidth, mayFit } from "../../core/text/columns.ts";
import type { TableBlock } from "../../core/text/markdown.ts";
import { brokenLines, inlineSpans } from "./inline.ts";
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
  const apart = records.length === 0
    ? header.map((cell) => toned(cell, "bold"))
    : recordLines(header, records);
  return apart.flatMap(brokenLines).flatMap((line) => wrapped(line, columns));
}

/**
 * A block per row: its first cell is the title, the others are lines "header: cell". Leaves out
 * missing cells; headers of columns that no row has stand above the first one.
 */
function recordLines(
  [subject = [], ...names]: readonly Line[],
  records: readonly (readonly Line[])[],
): Line[] {
  const used = records.reduce((most, { length }) => Math.max(most, length - 1), 0);
  const unused = names.slice(used).filter((name) => textOf(name).trim() !== "");
  return [
    ...(textOf(subject).trim() === "" ? [] : [toned(subject, "dim")]),
    ...(unused.length === 0
      ? []
      : [named(unused.flatMap((name, index) => index > 0 ? [span(", "), ...name] : name), [])]),
    ...records.flatMap(([first, ...cells], index) => [
      ...(index > 0 ? [[]] : []),
      ...(first === undefined ? [] : [named([], toned(first, "bold"))]),
      ...cells.map((cell, column) => named(names[column] ?? [], cell)),
    ]),
  ];
}

const TONES = { rule: ["dim"], row: [] } as const;

function named(name: Line, cell: Line): Line {
  const value = textOf(cell).trim() === "" ? [span("–")] : cell;
  return textOf(name).trim() === "" ? value : [...name, span(": "), ...value];
}
