/** Draws a unified diff in colours. */
import { type Line, linesOf, span } from "./styled_line.ts";

export function diffLines(diff: string): Line[] {
  return linesOf(diff).map((line) => {
    const [{ text } = { text: "" }] = line;
    if (/^(?:\+\+\+|---|diff |index )/.test(text)) return [span(text, "bold")];
    if (text.startsWith("+")) return [span(text, "good")];
    if (text.startsWith("-")) return [span(text, "bad")];
    return text.startsWith("@@") ? [span(text, "accent")] : line;
  });
}
