/** Recognises what a line of Markdown begins. */
import type { Align, HeadingDepth } from "./markdown_nodes.ts";

const TAB_WIDTH = 4;

/** Blanks instead of tabs, up to the next multiple of four. */
export function withoutTabs(line: string): string {
  if (!line.includes("\t")) return line;
  let expanded = "";
  for (const character of line) {
    expanded += character === "\t"
      ? " ".repeat(TAB_WIDTH - expanded.length % TAB_WIDTH)
      : character;
  }
  return expanded;
}

export function isBlank(line: string): boolean {
  return line.trim() === "";
}

/** Counts the blanks in front. */
export function indentOf(line: string): number {
  let indent = 0;
  while (line[indent] === " ") indent += 1;
  return indent;
}

/** @param line without its indentation, as in all of these */
export function headingStart(
  line: string,
): { readonly depth: HeadingDepth; readonly text: string } | undefined {
  const marks = /^(#{1,6})(?: |$)/.exec(line)?.[1];
  if (marks === undefined) return undefined;
  const text = line.slice(marks.length).trim();
  return { depth: depthOf(marks.length), text: withoutClosingMarks(text) };
}

function depthOf(marks: number): HeadingDepth {
  const depths = [1, 2, 3, 4, 5, 6] as const;
  return depths[marks - 1] ?? 6;
}

function withoutClosingMarks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "#") end -= 1;
  if (end === text.length) return text;
  return end === 0 || text[end - 1] === " " ? text.slice(0, end).trimEnd() : text;
}

export function underlineDepth(line: string): 1 | 2 | undefined {
  const mark = /^(?:(=+)|-+) *$/.exec(line);
  if (mark === null) return undefined;
  return mark[1] === undefined ? 2 : 1;
}

export function isRule(line: string): boolean {
  const mark = line[0];
  if (mark !== "*" && mark !== "-" && mark !== "_") return false;
  let count = 0;
  for (const character of line) {
    if (character === mark) count += 1;
    else if (character !== " ") return false;
  }
  return count >= 3;
}

export interface Fence {
  readonly mark: string;
  readonly length: number;
  readonly info: string;
}

export function fenceStart(line: string): Fence | undefined {
  const run = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
  if (run === undefined) return undefined;
  const info = line.slice(run.length).trim();
  const mark = run.slice(0, 1);
  return mark === "`" && info.includes("`") ? undefined : { mark, length: run.length, info };
}

export function endsFence(line: string, { mark, length }: Fence): boolean {
  const trimmed = line.trim();
  return indentOf(line) < 4 && trimmed.length >= length && trimmed === mark.repeat(trimmed.length);
}

export interface Marker {
  /** The character that ends it; another one begins another list. */
  readonly kind: string;
  readonly start?: number;
  /** Characters of the marker itself. */
  readonly width: number;
}

export function listMarkerStart(line: string): Marker | undefined {
  const found = /^(?:([-+*])|(\d{1,9})([.)]))(?: |$)/.exec(line);
  if (found === null) return undefined;
  const [, bullet, number = "", end = ""] = found;
  if (bullet !== undefined) return { kind: bullet, width: 1 };
  return { kind: end, start: Number(number), width: number.length + 1 };
}

/**
 * What stands behind a marker that is a task: its box, and the rest. The blank in the box and the
 * one behind it may be the end of a line.
 */
export function taskOf(
  text: string,
): { readonly checked: boolean; readonly text: string } | undefined {
  const found = /^\[([ \nxX])\][ \n]\s*(?=\S)/.exec(text);
  return found === null
    ? undefined
    : { checked: found[1]?.trim() !== "", text: text.slice(found[0].length) };
}

/** Reads the line below the header of a table. */
export function alignments(line: string): Align[] | undefined {
  if (!line.includes("|") || !/^[-:| ]+$/.test(line)) return undefined;
  const cells = cellsOf(line);
  const align: Align[] = [];
  for (const cell of cells) {
    const found = /^(:?)-+(:?)$/.exec(cell);
    if (found === null) return undefined;
    const [, left, right] = found;
    align.push(
      left !== "" && right !== "" ? "center" : right !== "" ? "right" : left !== "" ? "left" : null,
    );
  }
  return align;
}

/**
 * Splits a row of a table of so many columns. Bars within code are text where it then has as many
 * cells as the header: agents forget to escape them, and its cells would stand below other titles.
 */
export function rowCells(line: string, columns: number): string[] {
  const cells = cellsOf(line);
  if (cells.length <= columns || !line.includes("`")) return cells;
  const outside = cellsOf(line, codeEnds(line.trim()));
  return outside.length === columns ? outside : cells;
}

/** Maps where code within a line begins to where it ends. */
function codeEnds(text: string): ReadonlyMap<number, number> {
  const runs = [...text.matchAll(/\\[^]|`+/g)].filter(([run]) => run.startsWith("`"));
  const ends = new Map<number, number>();
  // The next run of the same length, from the last one on.
  const next = new Map<number, number>();
  const closers = runs.map(() => -1);
  for (let index = runs.length - 1; index >= 0; index--) {
    const length = runs[index]?.[0].length ?? 0;
    closers[index] = next.get(length) ?? -1;
    next.set(length, index);
  }
  for (let index = 0; index < runs.length; index++) {
    const closer = runs[closers[index] ?? -1];
    const opener = runs[index];
    if (closer === undefined || opener === undefined) continue;
    ends.set(opener.index, closer.index + closer[0].length);
    index = closers[index] ?? index;
  }
  return ends;
}

/**
 * Splits a row at its bars; `\|` is a character of a cell.
 * @param skipped where bars are text: from where to where
 */
export function cellsOf(line: string, skipped?: ReadonlyMap<number, number>): string[] {
  const text = line.trim();
  const cells: string[] = [];
  let start = text.startsWith("|") ? 1 : 0;
  for (let at = start; at < text.length; at++) {
    const after = skipped?.get(at);
    if (after !== undefined) at = after - 1;
    else if (text[at] === "\\") at += 1;
    else if (text[at] === "|") {
      cells.push(text.slice(start, at).trim().replaceAll("\\|", "|"));
      start = at + 1;
    }
  }
  if (start < text.length) cells.push(text.slice(start).trim().replaceAll("\\|", "|"));
  return cells;
}
