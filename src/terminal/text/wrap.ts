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
  let rest = cellsOf(line);
  while (rest.length > 0) {
    // One at least: a column that is too narrow for a character is no endless task.
    const fitting = Math.max(1, countFitting(rest, most));
    const breakAt = fitting === rest.length ? fitting : lastBreak(rest, fitting);
    rows.push(joined(withoutEndBlanks(rest.slice(0, breakAt))));
    const next = rest.findIndex(({ text }, index) => index >= breakAt && text !== " ");
    rest = next < 0 ? [] : rest.slice(next);
  }
  return rows;
}

/** Cut at the end, with a mark that it was. */
export function clipped(line: Line, columns: number): Line {
  if (displayWidth(textOf(line)) <= columns) return line;
  const cells = cellsOf(line);
  const kept = cells.slice(0, countFitting(cells, Math.max(0, columns - 1)));
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

function countFitting(cells: readonly Cell[], columns: number): number {
  let width = 0;
  for (const [index, cell] of cells.entries()) {
    width += cell.width;
    if (width > columns) return index;
  }
  return cells.length;
}

/** Behind the last blank that fits, or in front of the next one. */
function lastBreak(cells: readonly Cell[], fitting: number): number {
  if (cells[fitting]?.text === " ") return fitting;
  const blank = cells.slice(0, fitting).findLastIndex(({ text }) => text === " ");
  // Blanks in front are an indentation, and no place to break at.
  return cells.slice(0, Math.max(0, blank)).some(({ text }) => text !== " ") ? blank + 1 : fitting;
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
