/** Keeps text away from the Markdown parser that would keep it busy for minutes. */

/** More than any document has that a person reads; the parser's time grows with the cube of it. */
const DEEPEST_NESTING = 100;

/** Brackets in one paragraph; most of them unclosed they cost as much. */
const MOST_BRACKETS = 2000;

/** Openers with nothing between them, but for a rule drawn with one character. */
const OPENERS = new RegExp(
  `(?!([*_~])\\1{${DEEPEST_NESTING - 1}})` +
    `(?:(?:[>*_~]|!?\\[|(?:[+-]|\\d{1,9}[.)])[ \\t])[ \\t]*){${DEEPEST_NESTING}}`,
);

/** What may open or close emphasis or a link, and what ends a paragraph. */
const TOKENS =
  /(?<bracket>\[)|(?<open>(?<!\S)[*_~]+(?=\S))|(?<close>\]|(?<=\S)[*_~]+(?!\S))|(?<end>\n\s*\n)/g;

export function nestsTooDeep(markdown: string): boolean {
  return OPENERS.test(markdown) || hasDeepPairs(markdown);
}

/** Counts openers and closers of any kind as pairs: a little too careful, and quick. */
function hasDeepPairs(markdown: string): boolean {
  let pairs = new PairDepth();
  let brackets = 0;
  for (const { groups } of markdown.matchAll(TOKENS)) {
    if (groups?.close !== undefined) pairs.close();
    else pairs.open();
    brackets += groups?.bracket === undefined ? 0 : 1;
    if (groups?.end !== undefined) {
      pairs = new PairDepth();
      brackets = 0;
    }
    if (brackets > MOST_BRACKETS || pairs.deepest > DEEPEST_NESTING) return true;
  }
  return false;
}

/** How deep pairs nest that were really closed. */
class PairDepth {
  deepest = 0;
  /** For each open opener, how deep the pairs within it are. */
  readonly #open: number[] = [];

  open(): void {
    this.#open.push(0);
  }

  close(): void {
    const inner = this.#open.pop();
    if (inner === undefined) return;
    this.deepest = Math.max(this.deepest, inner + 1);
    const outer = this.#open.pop();
    if (outer !== undefined) this.#open.push(Math.max(outer, inner + 1));
  }
}
