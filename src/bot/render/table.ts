/** Tables: in columns where a phone is wide enough for it, else row by row. */
import { displayWidth } from "../../core/text/display_width.ts";
import { alignedLines, mayFit } from "../../core/text/table_columns.ts";
import type { FormattedText } from "./formatted_text.ts";
import { renderInline } from "./inline.ts";
import type { NodeOf, References } from "../../core/text/markdown_tree.ts";
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
  const mayAlign = records.length === 0 ||
    (mayFit(texts, WIDEST_TABLE) && !rows.some((row) => row.some(hidesTarget)));
  const lines = mayAlign ? alignedLines(texts, table.align ?? []) : [];
  const fits = lines.length > 0 && lines.every((line) => displayWidth(line) <= WIDEST_TABLE);
  if (fits || records.length === 0) return new TextBuilder().pre(lines.join("\n")).build();
  return renderRecords(header, records);
}

/** Text of fixed width holds no links: one that does not show where it leads would lead nowhere. */
function hidesTarget({ text, entities }: FormattedText): boolean {
  return entities.some((entity) =>
    entity.type === "text_link" &&
    entity.url !== text.slice(entity.offset, entity.offset + entity.length)
  );
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
