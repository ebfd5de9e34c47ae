/** Cleans text of what Telegram would drop, refuse or change: controls, tabs, lost accents. */
import { withoutControls } from "../../core/text/control_characters.ts";

const TAB_WIDTH = 4;

// Telegram removes a combining ring or double line: "å" as macOS writes it in file names.
const LOST_MARKED = /\P{M}\p{M}*[\u030a\u0333\u033f]\p{M}*/gu;
const LOST_MARK = /[\u030a\u0333\u033f]/g;

/** White space and every other character that shows nothing. */
const INVISIBLE =
  /[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e0fff}]/gu;

/** Tells whether a person sees anything of the text; Telegram refuses an invisible message. */
export function isVisible(text: string): boolean {
  return text.replace(INVISIBLE, "") !== "";
}

/**
 * Removes ANSI sequences, control characters, direction overrides and lone surrogates; composes
 * letters with a ring; ends lines in `\n` and expands tabs to the next multiple of four.
 *
 * @param startColumn the column in which the text begins, for tabs in its first line
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
