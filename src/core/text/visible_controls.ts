/** What a person decides about: nothing in it may hide from them. */

// Format characters are invisible, direction overrides among them; the rest are blank letters, and
// selectors of a variation, which can carry a text of their own. Those of emoji are left: people see
// what they do.
const HIDDEN =
  // deno-lint-ignore no-control-regex -- these are what it looks for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2028\u2029\u3164\ufe00-\ufe0d\uffa0\u{e0100}-\u{e01ef}]|\p{Cf}|\p{Surrogate}/gu;

/** Controls, invisible characters and direction overrides are written out, as in `\u{1b}`. */
export function withVisibleControls(text: string): string {
  return replaceHidden(
    text.replaceAll("\r\n", "\n"),
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** @param write what stands in place of a character that would hide, or hide others */
export function replaceHidden(text: string, write: (character: string) => string): string {
  return text.replace(HIDDEN, write);
}
