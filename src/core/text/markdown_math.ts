/** Recognises formulas, whose characters are no marks of Markdown. */

/** Longer ones are no formulas, and looking for their ends would cost. */
const LONGEST_INLINE = 1000;
const MOST_BLOCK_LINES = 60;

const PRICE = /^\d[\d.,]*\s?[kKmMbB%]?(?:[\s.,;:!?)/–-]|$)/;
const FORMULA = /[\\^_{}=<>]/;
/** Emphasis, code and links do not stand in formulas. */
const MARKUP = /\*\*|~~|`|\]\(|\n[^\S\n]*\n/;

/**
 * Finds the end of a formula between dollars: `$x$`, `$$x$$`. Prices and shell variables are none.
 * @param start of the first dollar
 */
export function dollarMathEnd(text: string, start: number): number | undefined {
  const double = text.startsWith("$$", start);
  const from = start + (double ? 2 : 1);
  const end = double ? text.indexOf("$$", from) : closingDollar(text, from);
  if (end <= from || end - from > LONGEST_INLINE) return undefined;
  const content = text.slice(from, end);
  if (MARKUP.test(content)) return undefined;
  if (double) return end + 2;
  const before = text[start - 1] ?? "";
  const after = text[end + 1] ?? "";
  if (/^\s|\s$/.test(content) || /[\p{L}\p{N}$\\]/u.test(before) || /[A-Za-z0-9$]/.test(after)) {
    return undefined;
  }
  return PRICE.test(content) && !FORMULA.test(content) ? undefined : end + 1;
}

function closingDollar(text: string, from: number): number {
  const most = Math.min(text.length, from + LONGEST_INLINE);
  for (let at = from; at < most; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "$") return at;
  }
  return -1;
}

/** Escaped brackets of a task, of a link, or around a word are no formula. */
const NO_FORMULA = /^[ xX]?$/;

/**
 * Finds the end of a formula between `\(` and `\)` or `\[` and `\]`.
 * @param start of the first backslash
 */
export function bracketMathEnd(text: string, start: number): number | undefined {
  const opener = text.slice(start, start + 2);
  const closer = opener === "\\(" ? "\\)" : "\\]";
  const window = text.slice(start + 2, start + 2 + LONGEST_INLINE);
  // Formulas do not nest; looking past the next one would be done again for that one.
  const next = window.indexOf(opener);
  const length = window.slice(0, next < 0 ? undefined : next).indexOf(closer);
  if (length < 0) return undefined;
  const content = window.slice(0, length);
  const end = start + 4 + length;
  if (NO_FORMULA.test(content) || MARKUP.test(content)) return undefined;
  return closer === "\\]" && /[(:[]/.test(text[end] ?? "") ? undefined : end;
}

/**
 * Finds the end of an environment, whose row ends and braces are no escapes: `\\begin{cases} … \\end{cases}`.
 * @param start of its backslash
 */
export function environmentEnd(text: string, start: number): number | undefined {
  const window = text.slice(start, start + LONGEST_INLINE);
  const [opener = "", name = ""] = /^\\begin\{([A-Za-z]{1,30}\*?)\}/.exec(window) ?? [];
  if (opener === "") return undefined;
  const closer = `\\end{${name}}`;
  const at = window.indexOf(closer);
  if (at < 0 || MARKUP.test(window.slice(opener.length, at))) return undefined;
  return start + at + closer.length;
}

/**
 * Tells which delimiter ends the formula that begins with this line and goes on in the next ones.
 * @param rest the lines below
 */
export function mathBlockCloser(line: string, rest: Iterable<string>): string | undefined {
  const [, opener, name] = /^ {0,3}(\$\$|\\\[|\\begin\{([A-Za-z]{1,30}\*?)\})/.exec(line) ?? [];
  if (opener === undefined) return undefined;
  const closer = name !== undefined ? `\\end{${name}}` : opener === "$$" ? "$$" : "\\]";
  if (line.trimStart().slice(opener.length).includes(closer)) return undefined;
  let count = 0;
  for (const next of rest) {
    if (next.trimEnd().endsWith(closer)) return closer;
    count += 1;
    if (next.trim() === "" || count > MOST_BLOCK_LINES) return undefined;
  }
  return undefined;
}

/** Tells that a single star or underscore belongs to a formula without delimiters: `F_{x}^{*}`. */
export function isMathMark(
  mark: string,
  before: string,
  after: string,
  twoBefore: string,
): boolean {
  if (mark === "_") return after === "{" && before !== "" && !/\s/.test(before);
  if (before === "^") return true;
  if (before === "{" && after === "}") return true;
  return before === "_" && /[\p{L}\p{N}}]/u.test(twoBefore);
}

/** Names, numbers and what closes before a star; what may follow it there as a factor. */
const FACTOR_BEFORE = /[\w)\]}]/;
const FACTOR_AFTER = /[\w([{\\]/;

/**
 * Tells what stars may do that stand between two factors or in the pattern of a path: to a reader
 * `24*60*60`, `x**2 + y**2`, `(a+b)*(c+d)*2` and `src/*.ts, lib/*.ts` hold no emphasis, and lose their meaning
 * with their stars. Letters of other scripts than Latin put no blank beside a mark.
 *
 * @returns undefined where they may be marks as usual
 */
export function starsAsText(
  count: number,
  before: string,
  after: string,
): "text" | "no-opener" | undefined {
  if (count > 2) return undefined;
  if (before === "/" && (/[/.]/.test(after) || (count === 1 && /^\s?$/.test(after)))) return "text";
  if (before === "/" && /["'`,;)\]}]/.test(after)) return "no-opener";
  if (/\w/.test(before) && /\d/.test(after)) return "text";
  if (/\d/.test(before) && FACTOR_AFTER.test(after)) return "no-opener";
  const mayMultiply = count === 1 && FACTOR_BEFORE.test(before) && FACTOR_AFTER.test(after);
  return mayMultiply ? "no-opener" : undefined;
}
