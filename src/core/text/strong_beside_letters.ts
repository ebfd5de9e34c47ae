/**
 * Bold in languages that put no space behind a word: `**"word"**입니다`, `**참고:**이`.
 *
 * CommonMark takes stars between punctuation and a letter for no end of anything, so that they
 * stand in the text. Nobody who writes Korean, Chinese or Japanese means them.
 */
import { attention } from "micromark-core-commonmark";
import type { gfm } from "micromark-extension-gfm";

const STAR = 42;
/** A single one may be a multiplication. */
const FEWEST_STARS = 2;
const LETTER = /[\p{scx=Hangul}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

type Tokenize = typeof attention.tokenize;
type Token = ReturnType<Parameters<Tokenize>[0]["exit"]>;

/** Micromark's own reading of stars, and what it does not take for the begin or end of bold. */
export function strongBesideLetters(): ReturnType<typeof gfm> {
  const tokenize: Tokenize = function (effects, ok, nok): ReturnType<Tokenize> {
    const before = characterOf(this.previous);
    let stars: Token | undefined;
    const watched: typeof effects = { ...effects, exit: (type) => stars = effects.exit(type) };
    return attention.tokenize.call(this, watched, (code) => {
      if (stars !== undefined) loosen(stars, before, characterOf(code));
      return ok(code);
    }, nok);
  };
  return { text: { [STAR]: { ...attention, tokenize } } };
}

function loosen(stars: Token, before: string, after: string): void {
  if (stars.end.offset - stars.start.offset < FEWEST_STARS) return;
  if (LETTER.test(before) && PUNCTUATION.test(after)) stars._open = true;
  if (PUNCTUATION.test(before) && LETTER.test(after)) stars._close = true;
}

/** @param code undefined at an end; negative for the ends of lines and for tabs */
function characterOf(code: number | null): string {
  return code === null || code < 0 ? "" : String.fromCodePoint(code);
}
