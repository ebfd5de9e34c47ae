/** Recognizes text that would keep the Markdown parser busy for minutes. */

/** Deepest nesting; the parser's time grows with its cube, and no real document has more. */
const DEEPEST_NESTING = 32;

/** Brackets, or marks of emphasis, in one paragraph: unmatched ones cost the square of their number. */
const MOST_MARKS = 3000;

/** UTF-16 units in one paragraph with a bracket: each word looks back for one that is still open. */
const LONGEST_BRACKETED = 20_000;

/** Lines of one paragraph: each looks at all before it, once per quote or list that it goes on with. */
const MOST_LINES = 2000;
/** Lines of lists and quotes in a document; beyond that they are shown as they are written. */
const MOST_MARKED_LINES = 3000;

/** Openers with nothing between them, but for a rule drawn with one character. */
const OPENERS = new RegExp(
  `(?!([*_~])\\1{${DEEPEST_NESTING - 1}})` +
    `(?:(?:[>*_~]|!?\\[|(?:[+-]|\\d{1,9}[.)])[ \\t])[ \\t]*){${DEEPEST_NESTING}}`,
);

/** What may open or close emphasis or a link, or both, and what ends a paragraph. */
const TOKENS = new RegExp(
  [
    /(?<openBracket>\[)/,
    /(?<closeBracket>\])/,
    /(?<open>(?<!\S)[*_~]+(?=\S))/,
    /(?<close>(?<=\S)[*_~]+(?!\S))/,
    /(?<both>(?<=\S)[*~]+(?=\S))/,
    /(?<end>\n\s*\n|\n {0,3}(?:> ?)*[-*+] +(?=\S))/,
  ].map(({ source }) => source).join("|"),
  "g",
);

export function nestsTooDeep(markdown: string): boolean {
  if (OPENERS.test(markdown)) return true;
  const text = withoutFences(markdown);
  return hasDeepPairs(text) || hasTooManyLines(text);
}

/** Counts openers and closers of any kind as pairs: a little too careful, and quick. */
function hasDeepPairs(markdown: string): boolean {
  let pairs = new PairDepth();
  let brackets = 0;
  let emphasis = 0;
  let firstBracket = Infinity;
  for (const { index, groups: found = {} } of markdown.matchAll(TOKENS)) {
    if (index - firstBracket > LONGEST_BRACKETED) return true;
    if (found.end !== undefined) {
      pairs = new PairDepth();
      brackets = 0;
      emphasis = 0;
      firstBracket = Infinity;
      continue;
    }
    if (found.openBracket !== undefined) firstBracket = Math.min(firstBracket, index);
    const isBracket = found.openBracket !== undefined || found.closeBracket !== undefined;
    if (isBracket) brackets += 1;
    else emphasis += 1;
    if (found.close !== undefined || found.closeBracket !== undefined) pairs.close();
    else if (found.both === undefined) pairs.open();
    const most = Math.max(brackets, emphasis);
    if (most > MOST_MARKS || pairs.deepest > DEEPEST_NESTING) return true;
  }
  return markdown.length - firstBracket > LONGEST_BRACKETED;
}

function hasTooManyLines(markdown: string): boolean {
  let lines = 0;
  let marked = 0;
  for (const line of markdown.split("\n")) {
    lines = STARTS_ANEW.test(line) ? 0 : lines + 1;
    if (MARKED.test(line)) marked += 1;
    if (lines > MOST_LINES || marked > MOST_MARKED_LINES) return true;
  }
  return false;
}

const MARKED = /^ *(?:>|[-*+] |\d{1,9}[.)] )/;

const STARTS_ANEW = /^ *(?:$|>|\||#|[-*+] |\d{1,9}[.)] )/;

/** Code costs nothing. After what may be HTML a fence need not be one. */
function withoutFences(markdown: string): string {
  return HTML.test(markdown) ? markdown : markdown.replace(FENCED, "\n\n");
}

const HTML = /^ {0,3}</m;
/** From the first column on: further in, the end of a list would end it as well. */
const FENCED =
  /^(?:(`{3,})(?!.*`).*(?:\n.*)*?(?:\n {0,3}\1`* *$|(?![^]))|(~{3,}).*(?:\n.*)*?(?:\n {0,3}\2~* *$|(?![^])))/gm;

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
