/** Keeps a line that introduces something together with what it introduces. */
import type { MessageEntity } from "@grammyjs/types";
import type { FormattedText } from "./formatted_text.ts";

/** Headings above headings, and a sentence below them. */
const MOST_LINES = 8;
/** A longer line is a paragraph that may end before a list or code. */
const LONGEST_INTRODUCTION = 160;
const LONGEST_CLAUSE = 600;

const MARKER = /^\s*(?:> )*(?:(?:[•◦▪☐☑]|\d+\.|\[\d+\])(?: |$)\s*)?/;
const ITEM = /^\s*(?:> )*(?:[•◦▪☐☑]|\d+\.) /;
const STYLED = new Set(["bold", "italic", "underline"]);
const QUOTES = new Set(["blockquote", "expandable_blockquote"]);

/**
 * Moves a cut in front of what would stand alone at the end of a part: a heading, a line that ends
 * in a colon or introduces a list or code, a list's marker, the first line of a quote or of code.
 *
 * @returns the cut itself where nothing else would be left of the part
 */
export function beforeLeadIn(message: FormattedText, start: number, cut: number): number {
  const { text } = message;
  // Only what is near matters; a long answer has thousands of entities.
  const entities = message.entities.filter(({ offset, length }) =>
    offset < cut && offset + length > start || offset >= cut && offset <= cut + MARGIN
  );
  let at = cut;
  for (let count = 0; count < MOST_LINES; count++) {
    // A sentence above a list is worth one step, no chain of them.
    const before = leadInStart(text, entities, at, count === 0);
    if (before === undefined) return at;
    if (text.slice(start, before).trim() === "") return cut;
    at = before;
  }
  return at;
}

/** Characters behind a cut in which the next block begins. */
const MARGIN = 16;

function leadInStart(
  text: string,
  entities: readonly MessageEntity[],
  cut: number,
  soft: boolean,
): number | undefined {
  const opened = entities.find(({ type, offset, length }) =>
    (type === "pre" || QUOTES.has(type)) && offset < cut && cut < offset + length
  );
  if (opened !== undefined) {
    const shown = text.slice(opened.offset, cut).trim();
    if (!shown.includes("\n")) return opened.offset;
    if (opened.type === "pre") return undefined;
  }
  const end = cut -
    (text.slice(Math.max(0, cut - LONGEST_CLAUSE), cut).match(/\s*$/)?.[0].length ?? 0);
  const start = text.lastIndexOf("\n", end - 1) + 1;
  const line = text.slice(start, end);
  const isCode = entities.some(({ type, offset, length }) =>
    type === "pre" && offset < end && end <= offset + length
  );
  return !isCode && introduces(text, entities, { line, start, end, cut, soft }) ? start : undefined;
}

interface LastLine {
  readonly line: string;
  readonly start: number;
  readonly end: number;
  readonly cut: number;
  /** Whether a plain sentence counts that stands above a list or code. */
  readonly soft: boolean;
}

function introduces(
  text: string,
  entities: readonly MessageEntity[],
  { line, start, end, cut, soft }: LastLine,
): boolean {
  const marker = MARKER.exec(line)?.[0].length ?? 0;
  if (marker >= line.length) return true;
  if (/[:：]$/.test(line) && line.length <= LONGEST_CLAUSE) return true;
  if (isStyledThroughout(entities, start + marker, end)) return true;
  if (marker === 0 && isCodeApart(text, entities, start, end)) return true;
  return soft && line.length <= LONGEST_INTRODUCTION && !ITEM.test(line) && text[end] === "\n" &&
    introducesNext(text, entities, cut);
}

/** Tells headings, and lines that serve as such. */
function isStyledThroughout(
  entities: readonly MessageEntity[],
  start: number,
  end: number,
): boolean {
  // Code in a heading stands beside the styles, not in them.
  const parts = entities.filter(({ type, offset, length }) =>
    (STYLED.has(type) || type === "code") && offset < end && offset + length > start
  ).toSorted((one, other) => one.offset - other.offset);
  if (!parts.some(({ type }) => STYLED.has(type))) return false;
  let at = start;
  for (const { offset, length } of parts) {
    if (offset > at + 1) return false;
    at = Math.max(at, offset + length);
  }
  return at >= end;
}

/** Tells headings that are nothing but code, which has no other style: a paragraph of its own. */
function isCodeApart(
  text: string,
  entities: readonly MessageEntity[],
  start: number,
  end: number,
): boolean {
  return (start === 0 || text.slice(start - 2, start) === "\n\n") &&
    text.slice(end, end + 2) === "\n\n" &&
    entities.some(({ type, offset, length }) =>
      type === "code" && offset === start && offset + length === end
    );
}

/** Tells that a list, code or a table begins behind the cut. */
function introducesNext(text: string, entities: readonly MessageEntity[], cut: number): boolean {
  const next = cut + (/^\s*/.exec(text.slice(cut, cut + MARGIN))?.[0].length ?? 0);
  if (entities.some(({ type, offset }) => type === "pre" && offset >= cut && offset <= next)) {
    return true;
  }
  return ITEM.test(text.slice(next, next + MARGIN));
}
