/** Makes text harmless for Telegram, which turns tabs into one space and drops or refuses the rest. */
import { withoutControls } from "../../core/text/without_controls.ts";

const TAB_WIDTH = 4;

// Telegram takes a ring or a double line off its letter: "å" as macOS writes file names.
const LOST_MARKED = /\P{M}\p{M}*[\u030a\u0333\u033f]\p{M}*/gu;
const LOST_MARK = /[\u030a\u0333\u033f]/g;

/** White space and what else takes room or none without showing anything. */
const INVISIBLE =
  /[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0]/gu;

/** False for a text that a person sees nothing of, which Telegram refuses as a message. */
export function isVisible(text: string): boolean {
  return text.replace(INVISIBLE, "") !== "";
}

/**
 * Without ANSI sequences, control characters, direction overrides and lone surrogates; letters with a
 * ring are one character; lines end in `\n`, tabs are spaces up to the next multiple of four.
 *
 * @param startColumn where on its line the text begins, for its first tabs
 */
export function cleanText(text: string, startColumn = 0): string {
  const cleaned = withoutControls(text)
    .replace(LOST_MARKED, (letter) => letter.normalize("NFC"))
    .replace(LOST_MARK, "");
  return expandTabs(cleaned, startColumn);
}

function expandTabs(text: string, startColumn: number): string {
  if (!text.includes("\t")) return text;
  const lines = text.split("\n");
  return lines.map((line, index) => expandLine(line, index === 0 ? startColumn : 0)).join("\n");
}

function expandLine(line: string, startColumn: number): string {
  const [first = "", ...rest] = line.split("\t");
  return rest.reduce((expanded, piece) => {
    const column = startColumn + expanded.length;
    return expanded + " ".repeat(TAB_WIDTH - column % TAB_WIDTH) + piece;
  }, first);
}
