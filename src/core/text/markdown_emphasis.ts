/** Pairs the marks of emphasis, by CommonMark's rules and in a time that grows with their number. */
import { isMathMark, starsAsText } from "./markdown_math.ts";
import type { InlineStyle } from "./markdown_nodes.ts";
import type { Piece, PieceList } from "./markdown_pieces.ts";
import type { WorkBudget } from "./work_budget.ts";

/** A run of marks that may open or close a style. */
export interface Delimiter {
  readonly mark: string;
  readonly piece: Piece;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** Marks of the run before any was used. */
  readonly length: number;
  count: number;
  /** Its number in the text. */
  readonly position: number;
  previous: Delimiter | undefined;
  next: Delimiter | undefined;
}

const LETTER = /[\p{scx=Hangul}\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}]/u;
const PUNCTUATION = /[\p{P}\p{S}]/u;

interface Reach {
  readonly canOpen: boolean;
  readonly canClose: boolean;
}

/**
 * Tells what a run of marks may do. Reads bold in languages that put no space after a word, too:
 * `**"word"**입니다`, where CommonMark lets the stars end nothing.
 */
export function reachOf(text: string, start: number, end: number): Reach {
  const before = characterBefore(text, start);
  const after = characterAt(text, end);
  const mark = text[start] ?? "";
  const length = end - start;
  if (isNameMark(text, start, end) || isPatternMark(text, start, end)) {
    return { canOpen: false, canClose: false };
  }
  if (length === 1 && isMathMark(mark, before, after, text[start - 2] ?? "")) {
    return { canOpen: false, canClose: false };
  }
  const stars = mark === "*" ? starsAsText(length, before, after) : undefined;
  if (stars === "text") return { canOpen: false, canClose: false };
  const blankBefore = before === "" || /\s/.test(before);
  const blankAfter = after === "" || /\s/.test(after);
  const markBefore = PUNCTUATION.test(before);
  const markAfter = PUNCTUATION.test(after);
  const left = !blankAfter && (!markAfter || blankBefore || markBefore);
  const right = !blankBefore && (!markBefore || blankAfter || markAfter);
  if (mark === "_") {
    return { canOpen: left && (!right || markBefore), canClose: right && (!left || markAfter) };
  }
  // A single star between letters may be a multiplication.
  const loose = length > 1;
  return {
    canOpen: stars === undefined && (left || (loose && LETTER.test(before) && markAfter)),
    canClose: right || (loose && markBefore && LETTER.test(after)),
  };
}

/** Longer ones are no names, and looking for their ends would cost. */
const LONGEST_NAME = 200;
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
function isNameMark(text: string, start: number, end: number): boolean {
  if (text[start] !== "_" || end - start !== 2) return false;
  const opens = !/\w/.test(text[start - 1] ?? "") &&
    NAME_AHEAD.test(text.slice(start, start + LONGEST_NAME));
  return opens || (!/\w/.test(text[end] ?? "") &&
    NAME_BEHIND.test(text.slice(Math.max(0, end - LONGEST_NAME), end)));
}

/**
 * Tells that stars begin a pattern: `"*.ts", "*.js"`, `/dist/` between two pairs of them. Without them
 * it would name one folder or one ending.
 */
function isPatternMark(text: string, start: number, end: number): boolean {
  if (text[start] !== "*") return false;
  const before = text[start - 1] ?? "";
  if (end - start === 1) {
    return !/[\w*]/.test(before) && /^\.[A-Za-z*]/.test(text.slice(end, end + 2));
  }
  if (end - start !== 2 || text[end] !== "/") return false;
  const next = text.slice(end, end + LONGEST_NAME).indexOf("**");
  return next > 1 && text[end + next - 1] === "/";
}

function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function characterBefore(text: string, at: number): string {
  if (at === 0) return "";
  const last = text[at - 1] ?? "";
  return /[\udc00-\udfff]/.test(last) && at > 1 ? characterAt(text, at - 2) : last;
}

/** Keeps the runs that were read, in order. */
export class DelimiterStack {
  #top: Delimiter | undefined;
  #count = 0;

  constructor(readonly pieces: PieceList, readonly budget: WorkBudget) {}

  /** What is above it belongs to what is read from now on. */
  get top(): Delimiter | undefined {
    return this.#top;
  }

  push(piece: Piece, mark: string, length: number, { canOpen, canClose }: Reach): void {
    const delimiter: Delimiter = {
      mark,
      piece,
      canOpen,
      canClose,
      length,
      count: length,
      position: this.#count++,
      previous: this.#top,
      next: undefined,
    };
    if (this.#top !== undefined) this.#top.next = delimiter;
    this.#top = delimiter;
  }

  /** Pairs all above `bottom`, and forgets them. */
  pairAbove(bottom: Delimiter | undefined): void {
    /** By kind of closer: nothing below that position opens it. */
    const floors = new Map<string, number>();
    let closer = this.#firstAbove(bottom);
    while (closer !== undefined) {
      this.budget.spend();
      if (!closer.canClose) {
        closer = closer.next;
        continue;
      }
      const kind = `${closer.mark}${closer.canOpen}${closer.length % 3}`;
      const opener = this.#openerOf(closer, bottom, floors.get(kind) ?? -1);
      if (opener === undefined) {
        floors.set(kind, closer.position);
        const next = closer.next;
        if (!closer.canOpen) this.#drop(closer);
        closer = next;
      } else closer = this.#join(opener, closer);
    }
    this.#top = bottom;
    if (bottom !== undefined) bottom.next = undefined;
  }

  #firstAbove(bottom: Delimiter | undefined): Delimiter | undefined {
    let first: Delimiter | undefined;
    for (let each = this.#top; each !== undefined && each !== bottom; each = each.previous) {
      this.budget.spend();
      first = each;
    }
    return first;
  }

  #openerOf(
    closer: Delimiter,
    bottom: Delimiter | undefined,
    floor: number,
  ): Delimiter | undefined {
    for (let each = closer.previous; each !== undefined && each !== bottom; each = each.previous) {
      this.budget.spend();
      if (each.position < floor) return undefined;
      if (each.mark === closer.mark && each.canOpen && fitsTogether(each, closer)) return each;
    }
    return undefined;
  }

  /** @returns where to go on */
  #join(opener: Delimiter, closer: Delimiter): Delimiter | undefined {
    const used = closer.mark === "~" || (opener.count >= 2 && closer.count >= 2) ? 2 : 1;
    this.#take(opener, used);
    this.#take(closer, used);
    this.pieces.wrap(opener.piece, closer.piece, { type: styleOf(closer.mark, used) });
    opener.next = closer;
    closer.previous = opener;
    if (opener.count === 0) this.#dropEmpty(opener);
    if (closer.count > 0) return closer;
    const { next } = closer;
    this.#dropEmpty(closer);
    return next;
  }

  #take(delimiter: Delimiter, used: number): void {
    delimiter.count -= used;
    if (delimiter.piece.content.type === "marks") delimiter.piece.content.count = delimiter.count;
  }

  #dropEmpty(delimiter: Delimiter): void {
    this.pieces.remove(delimiter.piece);
    this.#drop(delimiter);
  }

  #drop({ previous, next }: Delimiter): void {
    if (previous !== undefined) previous.next = next;
    if (next === undefined) this.#top = previous;
    else next.previous = previous;
  }
}

function styleOf(mark: string, used: number): InlineStyle {
  if (mark === "~") return "delete";
  return used === 2 ? "strong" : "emphasis";
}

/** CommonMark's rule of three: `*a**b*` is not emphasis around `a*` and `*b`. */
function fitsTogether(opener: Delimiter, closer: Delimiter): boolean {
  if (closer.mark === "~") return true;
  const isBoth = closer.canOpen || opener.canClose;
  return !isBoth || closer.length % 3 === 0 || (opener.length + closer.length) % 3 !== 0;
}
