/** Recognises names in code and patterns of files, whose underscores and stars are no emphasis. */

/** Longer ones are no names, and looking for their ends would cost. */
const LONGEST = 200;
/** One word, in small or in capital letters: `__init__`, `__main__`, `__DEV__`. */
const NAME = /__(?:[a-z][a-z0-9]*(?:_[a-z0-9]+)*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)__/;
const NAME_AHEAD = new RegExp(`^${NAME.source}(?!\\w)`);
const NAME_BEHIND = new RegExp(`(?<!\\w)${NAME.source}$`);

/**
 * Tells that two underscores belong to a name such as `src/__init__.py`: agents write bold text with
 * stars, and a reader loses a part of the name without them.
 *
 * @param start of the run
 * @param end behind it
 */
export function isNameMark(text: string, start: number, end: number): boolean {
  if (text[start] !== "_" || end - start !== 2) return false;
  const opens = !/\w/.test(text[start - 1] ?? "") &&
    NAME_AHEAD.test(text.slice(start, start + LONGEST));
  return opens || (!/\w/.test(text[end] ?? "") &&
    NAME_BEHIND.test(text.slice(Math.max(0, end - LONGEST), end)));
}

/**
 * Tells that stars begin a pattern: `"*.ts", "*.js"`, `/dist/` between two pairs of them. Without them
 * it would name one folder or one ending.
 */
export function isPatternMark(text: string, start: number, end: number): boolean {
  if (text[start] !== "*") return false;
  const before = text[start - 1] ?? "";
  if (end - start === 1) {
    return !/[\w*]/.test(before) && /^\.[A-Za-z*]/.test(text.slice(end, end + 2));
  }
  if (end - start !== 2 || text[end] !== "/") return false;
  const next = text.slice(end, end + LONGEST).indexOf("**");
  return next > 1 && text[end + next - 1] === "/";
}
