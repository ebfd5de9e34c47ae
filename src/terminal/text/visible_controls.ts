/** What a person decides about: nothing in it may hide from them. */

const HIDDEN =
  // deno-lint-ignore no-control-regex -- these characters are what it looks for
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

/** Controls, invisible characters and direction overrides are written out, as in `\u{1b}`. */
export function withVisibleControls(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(
    HIDDEN,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
