/** Writes small raised and lowered text with the letters that exist for it. */

const PLAIN = "0123456789+-=()";
const RAISED = `${PLAIN}ni`;
const LETTERS = {
  superscript: new Map(zip(RAISED, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")),
  subscript: new Map(zip(PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")),
} as const;

/** As in `x²` and `H₂O`; undefined where a letter is missing. */
export function scriptLetters(text: string, kind: keyof typeof LETTERS): string | undefined {
  const letters = [...text].map((letter) => LETTERS[kind].get(letter));
  return letters.includes(undefined) ? undefined : letters.join("");
}

/** What stands before and after text without such letters: `x^(word)`. */
export function scriptMarks(
  text: string,
  kind: keyof typeof LETTERS,
): readonly [before: string, after: string] {
  const mark = kind === "superscript" ? "^" : "_";
  return [...text].length === 1 ? [mark, ""] : [`${mark}(`, ")"];
}

function zip(plain: string, written: string): (readonly [string, string])[] {
  const letters = [...written];
  return [...plain].map((letter, index) => [letter, letters[index] ?? letter] as const);
}
