/** Small pieces of what commands say. */
import { type Line, span } from "../text/styled_line.ts";

export function said(text: string): Line[] {
  return text.split("\n").map((line) => [span(line)]);
}

export function problem(text: string): Line[] {
  return [[span(`! ${text}`, "warning")]];
}

/** `label  value`, the labels of one width. */
export function facts(rows: readonly (readonly [label: string, value: string])[]): Line[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => [
    span(`${label.padEnd(width)}  `, "dim"),
    span(value.replaceAll("\n", " ")),
  ]);
}

/** With a mark in front of the one in use. */
export function choice(name: string, more: string, used: boolean): Line {
  return [
    span(used ? "● " : "○ ", used ? "good" : "dim"),
    span(name, "bold"),
    span(more === "" ? "" : `  ${more}`),
  ];
}
