/** What a person decides about: nothing in it may hide from them. */

// Format characters are invisible, direction overrides among them; the rest are blank letters.
const HIDDEN =
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u034f\u115f\u1160\u17b4\u17b5\u2028\u2029\u3164\uffa0]|\p{Cf}|\p{Surrogate}/gu;

/** Controls, invisible characters and direction overrides are written out, as in `\u{1b}`. */
export function withVisibleControls(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(
    HIDDEN,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
