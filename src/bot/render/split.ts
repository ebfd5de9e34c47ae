/** Splits a long message into parts within Telegram's limits. */
import type { MessageEntity } from "@grammyjs/types";
import { isVisible } from "./clean_text.ts";
import { beforeLeadIn } from "./lead_in.ts";
import {
  type FormattedText,
  sliceFormatted,
  sortEntities,
  trimFormatted,
} from "./formatted_text.ts";

interface SplitOptions {
  /** UTF-16 units per part. Telegram allows 4,096 code points, of which a text has never more. */
  readonly limit?: number;
  /** Parts that are wanted; absent = all of them. */
  readonly most?: number;
  /** Entities of a part; fewer than a hundred where more is to be added to it. */
  readonly entities?: number;
}

const DEFAULT_LIMIT = 4000;

/** Telegram silently ignores the entities after the hundredth. */
export const MOST_ENTITIES = 100;

/** Telegram refuses a message whose entities, link targets included, exceed about 9,500 bytes. */
const MOST_ENTITY_BYTES = 8000;
const BYTES_PER_ENTITY = 24;

/**
 * Returns the parts in order, each within the limits and with something visible in it. Cuts at a
 * blank line, else at a line's end, a space, or between characters as a reader sees them. A code
 * block stays whole where it fits, and otherwise continues in the next part. Leaves no heading and
 * no introducing line alone at the end of a part. Drops only white space at the cuts and parts that
 * show nothing.
 */
export function splitMessage(
  message: FormattedText,
  { limit = DEFAULT_LIMIT, most = Infinity, entities = MOST_ENTITIES }: SplitOptions = {},
): FormattedText[] {
  const whole = { text: message.text, entities: sortEntities(message.entities) };
  const parts: FormattedText[] = [];
  for (let start = 0; start < whole.text.length && parts.length < most;) {
    const end = partEnd(whole, start, { limit, entities });
    const part = trimFormatted(sliceFormatted(whole, start, end));
    if (isVisible(part.text)) parts.push(withinEntityLimit(part, entities));
    start = end;
  }
  return parts;
}

function partEnd(
  message: FormattedText,
  start: number,
  { limit, entities }: Required<Pick<SplitOptions, "limit" | "entities">>,
): number {
  const furthest = Math.min(start + limit, entitiesEnd(message, start, entities));
  if (furthest >= message.text.length) return message.text.length;
  return beforeLeadIn(message, start, findCut(message, start, furthest, limit));
}

/** Finds where the first entity begins that a part from `start` on has no room for. */
function entitiesEnd({ text, entities }: FormattedText, start: number, most: number): number {
  let count = 0;
  let bytes = 0;
  for (const entity of entities) {
    if (entity.offset + entity.length <= start) continue;
    count += 1;
    bytes += BYTES_PER_ENTITY + (entity.type === "text_link" ? entity.url.length : 0);
    const tooMuch = count > most || bytes > MOST_ENTITY_BYTES;
    if (tooMuch && entity.offset > start) return entity.offset;
  }
  return text.length;
}

/** Drops entities only where more of them begin at the same place. */
function withinEntityLimit({ text, entities }: FormattedText, most: number): FormattedText {
  return { text, entities: entities.slice(0, most) };
}

/** Places to cut, best first, each with the least share of the part that must lie before it. */
const SEPARATORS: readonly { readonly pattern: RegExp; readonly fill: number }[] = [
  { pattern: /\n[^\S\n]*\n/g, fill: 1 / 3 },
  { pattern: /\n/g, fill: 1 / 3 },
  { pattern: /\s/g, fill: 1 / 2 },
  { pattern: /\n/g, fill: 0 },
  { pattern: /\s/g, fill: 0 },
];

/** Half a link is worth little: these move to the next part as a whole where they fit. */
const KEPT_WHOLE = new Set(["pre", "code", "text_link", "date_time", "text_mention"]);

/** Characters to read past a place to know whether one visible character spans it. */
const LOOKAHEAD = 64;

/**
 * Finds the best place to end the part that begins at `start`.
 *
 * @param furthest the latest possible end; more text follows it
 * @param limit the most UTF-16 units of any part
 * @returns more than `start` and at most `furthest`
 */
function findCut(
  message: FormattedText,
  start: number,
  furthest: number,
  limit: number,
): number {
  const { text, entities } = message;
  const graphemes = new Intl.Segmenter().segment(text.slice(start, furthest + LOOKAHEAD));
  // A space with an accent on it is no place to cut.
  const isBlank = (position: number): boolean =>
    graphemes.containing(position - start)?.segment.trim() === "";
  const whole = entities.filter((entity) =>
    entity.offset < furthest && isKeptWhole(entity, start, limit)
  );
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

/** An entity at `start` cannot move to the next part: nothing would be left of this one. */
function isKeptWhole(entity: MessageEntity, start: number, limit: number): boolean {
  return KEPT_WHOLE.has(entity.type) && entity.offset > start && entity.length <= limit;
}

/** Moves `furthest` in front of the entity that it would cut in two. */
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

/** Finds the last match with something visible and at least `fill` units before it. */
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

/** Cuts between visible characters, or at least not inside a surrogate pair. */
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
