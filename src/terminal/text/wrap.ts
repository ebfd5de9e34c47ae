/** Fits lines into columns. */
import { displayWidth } from "../../core/text/columns.ts";
import { type Line, type Span, textOf, type Tone } from "./styled_line.ts";

/** A character as a person sees it. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly tones: readonly Tone[];
}

/** Broken between words where that is possible, else between characters. Blanks at a break go. */
export function wrapped(line: Line, columns: number): Line[] {
  const most = Math.max(1, columns);
  if (displayWidth(textOf(line)) <= most) return [line];
  const rows: Line[] = [];
  const cells = cellsOf(line);
  for (let start = 0; start < cells.length;) {
    // One at least: a column that is too narrow for a character is no endless task.
    const fitting = Math.max(start + 1, fittingEnd(cells, start, most));
    const end = fitting === cells.length ? fitting : lastBreak(cells, start, fitting);
    rows.push(joined(withoutEndBlanks(cells.slice(start, end))));
    start = end;
    while (cells[start]?.text === " ") start += 1;
  }
  return rows;
}

/** Cut at the end, with a mark that it was. */
export function clipped(line: Line, columns: number): Line {
  if (displayWidth(textOf(line)) <= columns) return line;
  const cells = cellsOf(line);
  const kept = cells.slice(0, fittingEnd(cells, 0, Math.max(0, columns - 1)));
  return joined([...kept, { text: "…", width: 1, tones: kept.at(-1)?.tones ?? [] }]);
}

function cellsOf(line: Line): Cell[] {
  const segmenter = new Intl.Segmenter();
  return line.flatMap(({ text, tones = [] }) =>
    [...segmenter.segment(text)].map(({ segment }) => ({
      text: segment,
      width: displayWidth(segment),
      tones,
    }))
  );
}

/** Finds where the cells end that fit, counted from `start` on. */
function fittingEnd(cells: readonly Cell[], start: number, columns: number): number {
  let width = 0;
  for (let index = start; index < cells.length; index++) {
    width += cells[index]?.width ?? 0;
    if (width > columns) return index;
  }
  return cells.length;
}

/** Behind the last blank that fits, or in front of the next one. */
function lastBreak(cells: readonly Cell[], start: number, fitting: number): number {
  if (cells[fitting]?.text === " ") return fitting;
  const row = cells.slice(start, fitting);
  const blank = row.findLastIndex(({ text }) => text === " ");
  // Blanks in front are an indentation, and no place to break at.
  const isBetween = row.slice(0, Math.max(0, blank)).some(({ text }) => text !== " ");
  return isBetween ? start + blank + 1 : fitting;
}

function withoutEndBlanks(cells: readonly Cell[]): readonly Cell[] {
  const last = cells.findLastIndex(({ text }) => text !== " ");
  return cells.slice(0, last + 1);
}

function joined(cells: readonly Cell[]): Line {
  const spans: Span[] = [];
  for (const { text, tones } of cells) {
    const last = spans.at(-1);
    const same = last !== undefined && (last.tones ?? []).join() === tones.join();
    if (same) spans[spans.length - 1] = { ...last, text: last.text + text };
    else spans.push(tones.length === 0 ? { text } : { text, tones });
  }
  return spans;
}
