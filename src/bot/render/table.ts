/** Tables: in columns where a phone is wide enough for it, else row by row. */
import { displayWidth, padToWidth } from "./display_width.ts";
import type { FormattedText } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import type { NodeOf, References } from "./markdown_tree.ts";
import { TextBuilder } from "./text_builder.ts";

/** Columns of fixed-width text that fit on a phone without wrapping. */
const WIDEST_TABLE = 44;

type Row = readonly FormattedText[];

export function renderTable(table: NodeOf<"table">, references: References): FormattedText {
  const rows = table.children.map((row) =>
    row.children.map((cell) => renderInline(cell.children, references))
  );
  const texts = rows.map((row) => row.map(({ text }) => text.replace(/\s+/g, " ").trim()));
  const [header = [], ...records] = rows;
  const lines = alignedLines(texts, table.align ?? []);
  const fits = lines.every((line) => displayWidth(line) <= WIDEST_TABLE);
  if (fits || records.length === 0) return new TextBuilder().pre(lines.join("\n")).build();
  return renderRecords(header, records);
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

/** A row per paragraph, a cell per line: "header: cell". */
function renderRecords(header: Row, records: readonly Row[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, record] of records.entries()) {
    if (index > 0) builder.text("\n\n");
    const cells = Array.from({ length: Math.max(header.length, record.length) });
    builder.append(joinLines(cells.map((_, column) => renderCell(header[column], record[column]))));
  }
  return builder.build();
}

function renderCell(name: FormattedText | undefined, cell: FormattedText | undefined): TextBuilder {
  const builder = new TextBuilder();
  if (name !== undefined && name.text.trim() !== "") {
    builder.styled({ type: "bold" }, name).text(": ");
  }
  return cell === undefined || cell.text.trim() === "" ? builder.text("–") : builder.append(cell);
}

function joinLines(lines: readonly TextBuilder[]): FormattedText {
  const builder = new TextBuilder();
  for (const [index, line] of lines.entries()) {
    builder.text(index === 0 ? "" : "\n").append(line.build());
  }
  return builder.build();
}
