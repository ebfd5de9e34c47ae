/** Lines of text with the look of their parts, before anybody knows what the terminal can show. */
import { displayWidth } from "../../core/text/columns.ts";

export type Tone =
  | "bold"
  | "dim"
  | "italic"
  | "underline"
  | "struck"
  | "code"
  | "good"
  | "bad"
  | "warning"
  | "accent";

export interface Span {
  readonly text: string;
  readonly tones?: readonly Tone[];
}

/** Holds no line break. */
export type Line = readonly Span[];

export function span(text: string, ...tones: readonly Tone[]): Span {
  return tones.length === 0 ? { text } : { text, tones };
}

/** One line for each line of the text. */
export function linesOf(text: string, ...tones: readonly Tone[]): Line[] {
  return text.split("\n").map((line) => [span(line, ...tones)]);
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}

export function widthOf(line: Line): number {
  return displayWidth(textOf(line));
}

/** The same line with further tones on all of it. */
export function toned(line: Line, ...tones: readonly Tone[]): Line {
  return line.map(({ text, tones: own = [] }) => ({ text, tones: [...own, ...tones] }));
}

const SELECT: Readonly<Record<Tone, number>> = {
  bold: 1,
  dim: 2,
  italic: 3,
  underline: 4,
  struck: 9,
  bad: 31,
  good: 32,
  warning: 33,
  accent: 34,
  code: 36,
};

/** As the terminal takes it. @param colors false = the bare text */
export function toTerminal(line: Line, colors: boolean): string {
  if (!colors) return textOf(line);
  return line.map(({ text, tones = [] }) => {
    if (tones.length === 0 || text === "") return text;
    return `\x1b[${tones.map((tone) => SELECT[tone]).join(";")}m${text}\x1b[0m`;
  }).join("");
}
