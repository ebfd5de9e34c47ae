/** Parts of a text, found and replaced. */

/** In UTF-16 units; `end` is the first one behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Every place where one of the words stands, also those that overlap. */
export function spansOfWords(text: string, words: readonly string[]): Span[] {
  return words.flatMap((word) => [...spansOfWord(text, word)]);
}

/** @param pattern with the flag `g` */
export function spansOfPattern(text: string, pattern: RegExp): Span[] {
  return [...text.matchAll(pattern)]
    .map(({ index, 0: { length } }) => ({ start: index, end: index + length }));
}

/** The text with something else in the place of the spans; those that overlap are one. */
export function replaceSpans(
  text: string,
  spans: readonly Span[],
  replacement: (length: number) => string,
): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end } of united(spans)) {
    parts.push(text.slice(at, start), replacement(end - start));
    at = end;
  }
  return parts.length === 0 ? text : [...parts, text.slice(at)].join("");
}

function* spansOfWord(text: string, word: string): Generator<Span> {
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    yield { start, end: start + word.length };
  }
}

function united(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = result.at(-1);
    if (last === undefined || span.start >= last.end) result.push(span);
    else result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
  }
  return result;
}
