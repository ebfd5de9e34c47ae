/** Removes or shows characters that could hide something, or steer a terminal, a chat or a page. */

// What a person decides about must not hide from them. Format characters are invisible, direction
// overrides among them; the rest are blank letters, and selectors of a variation, which can carry a
// text of their own. Those of emoji are left: people see what they do.
const HIDDEN =
  // deno-lint-ignore no-control-regex -- these are what it looks for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2028\u2029\u2800\u3164\ufe00-\ufe0d\uffa0\u{16fe4}\u{1d159}\u{e0100}-\u{e01ef}]|\p{Cf}|\p{Surrogate}/gu;

/** Writes out controls, invisible characters and direction overrides, as in `\u{1b}`. */
export function withVisibleControls(text: string): string {
  return replaceHidden(
    text.replaceAll("\r\n", "\n"),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** @param write the replacement of a character that hides itself or others */
function replaceHidden(text: string, write: (character: string) => string): string {
  return text.replace(HIDDEN, write);
}

// deno-lint-ignore no-control-regex -- these characters are what it looks for
const ANSI_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

// Telegram removes U+2028 to U+202E itself; U+2066 to U+2069 can reorder a command on the screen.
const UNWANTED =
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Ends of lines and pages: without them, the words around them would be one. */
// deno-lint-ignore no-control-regex -- these characters are what it looks for
const SEPARATORS = /[\x0b\x0c\x85\u2028\u2029]/g;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Removes ANSI sequences, control characters and direction overrides, marks lone surrogates, and
 * makes lines end in `\n`. Tabs stay; other separators become blanks, as no text may begin a line of
 * a diff by one.
 */
export function withoutControls(text: string): string {
  return text
    .replace(ANSI_SEQUENCE, "")
    .replace(/\r\n?/g, "\n")
    .replace(SEPARATORS, " ")
    .replace(UNWANTED, "")
    .replace(LONE_SURROGATE, "\ufffd");
}

/**
 * Writes JSON that is safe to look at: what could steer a terminal, such as a direction override, is
 * `\uXXXX`, which parses to the same value.
 */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return replaceHidden(text, (character) => character.split("").map(escape).join(""));
}

/** @param unit one UTF-16 unit */
function escape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
