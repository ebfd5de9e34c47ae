/** Makes text harmless for Telegram, which turns tabs into one space and drops or refuses the rest. */

const TAB_WIDTH = 4;

// deno-lint-ignore no-control-regex -- these characters are what it looks for
const ANSI_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

// Telegram removes U+2028 to U+202E itself; U+2066 to U+2069 can reorder a command on the screen.
const UNWANTED =
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// Telegram takes a ring or a double line off its letter: "å" as macOS writes file names.
const LOST_MARKED = /\P{M}\p{M}*[\u030a\u0333\u033f]\p{M}*/gu;
const LOST_MARK = /[\u030a\u0333\u033f]/g;

const LONE_SURROGATE = /\p{Surrogate}/gu;

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
  const cleaned = text
    .replace(ANSI_SEQUENCE, "")
    .replace(/\r\n?/g, "\n")
    .replace(UNWANTED, "")
    .replace(LOST_MARKED, (letter) => letter.normalize("NFC"))
    .replace(LOST_MARK, "")
    .replace(LONE_SURROGATE, "\ufffd");
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
