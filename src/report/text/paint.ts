/** Colours text for terminals that show colours. */
import type { RunStatus } from "../run_history.ts";

const CODES = {
  bold: "1",
  dim: "2",
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  cyan: "36",
} as const;

export type Color = keyof typeof CODES;
export type Paint = (color: Color, text: string) => string;

export function paintIn(colors: boolean): Paint {
  return (color, text) => colors && text !== "" ? `\x1b[${CODES[color]}m${text}\x1b[0m` : text;
}

export const STATUS_COLORS: Readonly<Record<RunStatus, Color>> = {
  ok: "green",
  error: "red",
  cancelled: "yellow",
  unfinished: "blue",
};
