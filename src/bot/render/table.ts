/** Tables: in columns where a phone is wide enough for it, else row by row. */
import { displayWidth, padToWidth } from "../../core/text/display_width.ts";
import type { FormattedText } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import type { NodeOf, References } from "../../core/text/markdown_tree.ts";
import { TextBuilder } from "./text_builder.ts";

/** Columns of fixed-width text that fit on a phone without wrapping. */
const WIDEST_TABLE = 44;
/** One character and most of the rule beside it. */
const NARROWEST_COLUMN = 3;

type Row = readonly FormattedText[];

export function renderTable(table: NodeOf<"table">, references: References): FormattedText {
  const rows = table.children.map((row) =>
    row.children.map((cell) => renderInline(cell.children, references))
  );
  const texts = rows.map((row) => row.map(({ text }) => text.replace(/\s+/g, " ").trim()));
  const [header = [], ...records] = rows;
  const lines = records.length === 0 || mayFit(texts) ? alignedLines(texts, table.align ?? []) : [];
  const fits = lines.length > 0 && lines.every((line) => displayWidth(line) <= WIDEST_TABLE);
  if (fits || records.length === 0) return new TextBuilder().pre(lines.join("\n")).build();
  return renderRecords(header, records);
}

/** Padding each row to thousands of columns, only to find it too wide, would take minutes. */
function mayFit(rows: readonly (readonly string[])[]): boolean {
  return Math.max(...rows.map((row) => row.length)) * NARROWEST_COLUMN <= WIDEST_TABLE;
}

function alignedLines(
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

/** A row per paragraph, a cell per line: "header: cell". Cells that a row does not have are left out. */
function renderRecords(header: Row, records: readonly Row[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, record] of records.entries()) {
    if (index > 0) builder.text("\n\n");
    builder.append(joinLines(record.map((cell, column) => renderCell(header[column], cell))));
  }
  return builder.build();
}

function renderCell(name: FormattedText | undefined, cell: FormattedText): TextBuilder {
  const builder = new TextBuilder();
  if (name !== undefined && name.text.trim() !== "") {
    builder.styled({ type: "bold" }, name).text(": ");
  }
  return cell.text.trim() === "" ? builder.text("–") : builder.append(cell);
}

function joinLines(lines: readonly TextBuilder[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, line] of lines.entries()) {
    builder.text(index === 0 ? "" : "\n").append(line.build());
  }
  return builder.build();
}
