/** Represents text as Telegram takes it: characters, and entities that style ranges of them. */
import type { MessageEntity } from "@grammyjs/types";

/** Offsets and lengths of the entities count UTF-16 units, as JavaScript strings do. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export function plainText(text: string): FormattedText {
  return { text, entities: [] };
}

/** Sorts outer entities before those inside them, as Telegram does. */
export function sortEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((one, other) =>
    one.offset - other.offset || other.length - one.length || nesting(one) - nesting(other)
  );
}

/** Ranks entities of the same range: quotes are outermost, code is innermost. */
function nesting(entity: MessageEntity): number {
  if (isQuote(entity)) return 0;
  return isCode(entity) ? 2 : 1;
}

function isCode({ type }: MessageEntity): boolean {
  return type === "code" || type === "pre";
}

function isQuote({ type }: MessageEntity): boolean {
  return type === "blockquote" || type === "expandable_blockquote";
}

/** Cuts out the characters from `start` to `end`, and clips the entities to them. */
export function sliceFormatted(message: FormattedText, start: number, end: number): FormattedText {
  const text = message.text.slice(start, end);
  const entities: MessageEntity[] = [];
  for (const entity of message.entities) {
    const from = Math.max(entity.offset, start);
    const to = Math.min(entity.offset + entity.length, end);
    if (to > from) entities.push({ ...entity, offset: from - start, length: to - from });
  }
  return { text, entities };
}

/** Trims white space, but keeps the indentation of a code block that comes first. */
export function trimFormatted(message: FormattedText): FormattedText {
  const { text, entities } = message;
  const visibleStart = text.length - text.trimStart().length;
  const block = entities.find((entity) =>
    entity.type === "pre" && entity.offset <= visibleStart &&
    visibleStart < entity.offset + entity.length
  );
  const lineStart = text.lastIndexOf("\n", visibleStart) + 1;
  const start = block === undefined ? visibleStart : Math.max(block.offset, lineStart);
  return sliceFormatted(message, start, text.trimEnd().length);
}

/**
 * Brings text and entities into the form that Telegram would give them, so that its server has
 * nothing left to repair: trims the text, clips entities to visible characters, removes every style
 * but quotes from code, and drops entities inside others of their own type.
 */
export function normalize(message: FormattedText): FormattedText {
  const trimmed = trimFormatted(message);
  const { text } = trimmed;
  const code = sortEntities(trimmed.entities.filter(isCode));
  const entities = trimmed.entities
    .flatMap((entity) => isCode(entity) || isQuote(entity) ? [entity] : subtract(entity, code))
    .flatMap((entity) => clipToVisible(text, entity, code));
  return { text, entities: dropNestedInSameType(sortEntities(entities)) };
}

/** @param holes sorted, without overlaps */
function subtract(entity: MessageEntity, holes: readonly MessageEntity[]): MessageEntity[] {
  const end = entity.offset + entity.length;
  const pieces: MessageEntity[] = [];
  let from = entity.offset;
  for (let index = firstEndingAfter(holes, from); index < holes.length; index++) {
    const hole = holes[index];
    if (hole === undefined || hole.offset >= end) break;
    pieces.push({ ...entity, offset: from, length: hole.offset - from });
    from = hole.offset + hole.length;
  }
  pieces.push({ ...entity, offset: from, length: end - from });
  return pieces.filter(({ length }) => length > 0);
}

/** Keeps leading spaces of code, and those of a quote that begins with code. */
function clipToVisible(
  text: string,
  entity: MessageEntity,
  code: readonly MessageEntity[],
): MessageEntity[] {
  const covered = text.slice(entity.offset, entity.offset + entity.length);
  const length = covered.trimEnd().length;
  if (length === 0) return [];
  const visible = entity.offset + covered.length - covered.trimStart().length;
  const holder = rangeAt(code, visible);
  const offset = Math.min(visible, Math.max(entity.offset, holder?.offset ?? visible));
  return [{ ...entity, offset, length: entity.offset + length - offset }];
}

/** @param sorted outer entities first, so that an entity around another is seen before it */
function dropNestedInSameType(sorted: readonly MessageEntity[]): MessageEntity[] {
  const lastEnd = new Map<string, number>();
  return sorted.filter(({ type, offset, length }) => {
    const end = offset + length;
    if (end <= (lastEnd.get(type) ?? 0)) return false;
    lastEnd.set(type, end);
    return true;
  });
}

/**
 * Puts `first` before the first line and `rest` before every other one. Lines of a code block are
 * not moved, since their indentation means something; a block that comes first gets its own line.
 */
export function indentLines(content: FormattedText, first: string, rest: string): FormattedText {
  const blocks = sortEntities(content.entities.filter(({ type }) => type === "pre"));
  const starts = lineStarts(content.text, blocks);
  const startsWithCode = rangeAt(blocks, 0) !== undefined;
  const prefixes = starts.map((start, index) => ({
    start,
    prefix: index > 0 ? rest : startsWithCode ? `${first.trimEnd()}\n` : first,
  }));
  return insertPrefixes(content, prefixes);
}

interface Prefix {
  readonly start: number;
  readonly prefix: string;
}

/** Finds the first line, and every other one that is neither empty nor code. */
function lineStarts(text: string, blocks: readonly MessageEntity[]): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\n(?!\n|$)/g)) {
    if (rangeAt(blocks, index + 1) === undefined) starts.push(index + 1);
  }
  return starts;
}

function insertPrefixes({ text, entities }: FormattedText, prefixes: Prefix[]): FormattedText {
  const pieces = prefixes.map(({ start, prefix }, index) =>
    prefix + text.slice(start, prefixes[index + 1]?.start)
  );
  let sum = 0;
  const insertedUpTo = prefixes.map(({ prefix }) => sum += prefix.length);
  const inserted = (position: number): number => {
    const next = firstIndex(prefixes, ({ start }) => start > position);
    return insertedUpTo[next - 1] ?? 0;
  };
  const moved = entities.map((entity) => {
    const end = entity.offset + entity.length;
    const newOffset = entity.offset + inserted(entity.offset);
    // A prefix at the very end of an entity goes behind it.
    const newEnd = end + inserted(end - 1);
    return { ...entity, offset: newOffset, length: newEnd - newOffset };
  });
  return { text: pieces.join(""), entities: moved };
}

/** @param ranges sorted, without overlaps */
function rangeAt(ranges: readonly MessageEntity[], position: number): MessageEntity | undefined {
  const range = ranges[firstEndingAfter(ranges, position)];
  return range !== undefined && range.offset <= position ? range : undefined;
}

/** @param ranges sorted, without overlaps */
function firstEndingAfter(ranges: readonly MessageEntity[], position: number): number {
  return firstIndex(ranges, ({ offset, length }) => offset + length > position);
}

/**
 * Searches in logarithmic time, since a long answer has thousands of ranges.
 *
 * @param isReached false for the items up to some index and true from there on
 * @returns that index; the number of items if it is false for all
 */
function firstIndex<Item>(items: readonly Item[], isReached: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && !isReached(item)) low = middle + 1;
    else high = middle;
  }
  return low;
}
