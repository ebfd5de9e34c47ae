/** Finds the place at which a message is best cut in two. */
import type { MessageEntity } from "@grammyjs/types";
import type { FormattedText } from "./formatted_text.ts";

/** Where to cut, best first, and how full the part must be at least for it. */
const SEPARATORS: readonly { readonly pattern: RegExp; readonly fill: number }[] = [
  { pattern: /\n[^\S\n]*\n/g, fill: 1 / 3 },
  { pattern: /\n/g, fill: 1 / 3 },
  { pattern: /\s/g, fill: 1 / 2 },
  { pattern: /\n/g, fill: 0 },
  { pattern: /\s/g, fill: 0 },
];

/** Half a link or half a code block is worth little: these move to the next part where they fit. */
const KEPT_WHOLE = new Set(["pre", "code", "text_link", "date_time", "text_mention"]);

/** What has to be seen behind a place to know whether one visible character spans it. */
const LOOKAHEAD = 64;

/**
 * @param start where the part begins
 * @param furthest where it must have ended; past it lies more text
 * @param limit UTF-16 units that any part may have
 * @returns more than `start` and at most `furthest`
 */
export function findCut(
  message: FormattedText,
  start: number,
  furthest: number,
  limit: number,
): number {
  const { text, entities } = message;
  const graphemes = new Intl.Segmenter().segment(text.slice(start, furthest + LOOKAHEAD));
  // a space may carry an accent, and is then no place to cut
  const isBlank = (position: number): boolean =>
    graphemes.containing(position - start)?.segment.trim() === "";
  const whole = entities.filter((entity) => isKeptWhole(entity, start, limit));
  const bound = beforeWhole(whole, furthest);
  const window = text.slice(start, bound + 1);
  for (const { pattern, fill } of SEPARATORS) {
    const cut = lastSeparator(window, pattern, Math.floor((bound - start) * fill), (index) => {
      const position = start + index;
      return position <= bound && !isWithin(whole, position) && isBlank(position);
    });
    if (cut !== undefined) return start + cut;
  }
  if (bound < furthest) return bound;
  return hardCut(text, start, furthest, graphemes);
}

/** Whole entities begin after `start`, so that a cut before them leaves a part. */
function isKeptWhole(entity: MessageEntity, start: number, limit: number): boolean {
  return KEPT_WHOLE.has(entity.type) && entity.offset > start && entity.length <= limit;
}

/** The start of what would be cut at `furthest` but is to be kept whole, or `furthest`. */
function beforeWhole(whole: readonly MessageEntity[], furthest: number): number {
  const cut = whole.find((entity) => contains(entity, furthest));
  return cut === undefined ? furthest : cut.offset;
}

function isWithin(whole: readonly MessageEntity[], position: number): boolean {
  return whole.some((entity) => contains(entity, position));
}

function contains({ offset, length }: MessageEntity, position: number): boolean {
  return offset < position && position < offset + length;
}

/** The last match that leaves something visible before it, at least `fill` units in. */
function lastSeparator(
  window: string,
  pattern: RegExp,
  fill: number,
  isAllowed: (index: number) => boolean,
): number | undefined {
  const visible = window.search(/\S/);
  const least = Math.max(1, fill, visible + 1);
  const indices = [...window.matchAll(pattern)].map(({ index }) => index);
  return visible === -1
    ? undefined
    : indices.findLast((index) => index >= least && isAllowed(index));
}

function hardCut(
  text: string,
  start: number,
  furthest: number,
  graphemes: Intl.Segments,
): number {
  const boundary = start + (graphemes.containing(furthest - start)?.index ?? 0);
  if (boundary > start) return boundary;
  const splitsPair = /^[\udc00-\udfff]/.test(text.slice(furthest)) && furthest - start > 1;
  return splitsPair ? furthest - 1 : furthest;
}
