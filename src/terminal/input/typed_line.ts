/** Lays the line that is being typed out in rows, and says where its cursor is. */
import { displayWidth } from "../../core/text/columns.ts";
import { type Line, span } from "../text/styled_line.ts";

export interface Cursor {
  readonly row: number;
  readonly column: number;
}

export interface TypedRows {
  readonly rows: readonly Line[];
  readonly cursor: Cursor;
}

export interface Typed {
  /** Stands before the first row; the others are moved in as far. */
  readonly label: string;
  readonly text: string;
  /** UTF-16 units of the text before it. */
  readonly cursor: number;
}

/** @param most rows: of a longer text those around the cursor are shown */
export function typedRows(typed: Typed, columns: number, most: number): TypedRows {
  const indent = displayWidth(typed.label);
  const { texts, cursor } = broken(typed, Math.max(1, columns - indent));
  const first = Math.max(0, Math.min(cursor.row - most + 1, texts.length - most));
  const rows = texts.slice(first, first + most).map((text, index): Line => [
    index + first === 0 ? span(typed.label, "accent") : span(" ".repeat(indent)),
    span(text),
  ]);
  return { rows, cursor: { row: cursor.row - first, column: indent + cursor.column } };
}

function broken(
  { text, cursor }: Typed,
  columns: number,
): { readonly texts: readonly string[]; readonly cursor: Cursor } {
  const texts = [""];
  let width = 0;
  let place: Cursor | undefined;
  const here = (): Cursor => ({ row: texts.length - 1, column: width });
  for (const { segment, index } of new Intl.Segmenter().segment(text)) {
    const wide = segment === "\n" ? 0 : displayWidth(segment);
    if (width + wide > columns) {
      texts.push("");
      width = 0;
    }
    if (index >= cursor) place ??= here();
    if (segment === "\n") {
      texts.push("");
      width = 0;
    } else {
      texts[texts.length - 1] += segment;
      width += wide;
    }
  }
  return { texts, cursor: place ?? here() };
}
