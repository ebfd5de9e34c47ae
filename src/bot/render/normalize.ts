/** Brings entities into the form that Telegram would give them, so that nothing is left to repair. */
import type { MessageEntity } from "@grammyjs/types";
import { type FormattedText, sliceFormatted, sortEntities } from "./formatted_text.ts";
import { firstEndingAfter, rangeAt } from "./ranges.ts";

/**
 * Trims the text; clips every entity to what it visibly marks; takes all styles but a quote off
 * code; drops styles and quotes that lie within their like.
 */
export function normalize(message: FormattedText): FormattedText {
  const trimmed = trimFormatted(message);
  const { text } = trimmed;
  const code = sortEntities(trimmed.entities.filter(isCode));
  const entities = trimmed.entities
    .flatMap((entity) => isCode(entity) || isQuote(entity) ? [entity] : without(entity, code))
    .flatMap((entity) => clipToVisible(text, entity, code));
  return { text, entities: dropRepeated(sortEntities(entities)) };
}

/** Spaces at the start of a code block are its indentation and stay. */
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

export function isCode({ type }: MessageEntity): boolean {
  return type === "code" || type === "pre";
}

function isQuote({ type }: MessageEntity): boolean {
  return type === "blockquote" || type === "expandable_blockquote";
}

/** What is left of an entity when the given ranges, sorted and apart, are cut out of it. */
function without(entity: MessageEntity, holes: readonly MessageEntity[]): MessageEntity[] {
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

/** Code keeps the spaces it begins with, and so does a quote that begins with code. */
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

/** Entities come outer first, so that the open ones around each are known. */
function dropRepeated(sorted: readonly MessageEntity[]): MessageEntity[] {
  const lastEnd = new Map<string, number>();
  return sorted.filter(({ type, offset, length }) => {
    const end = offset + length;
    if (end <= (lastEnd.get(type) ?? 0)) return false;
    lastEnd.set(type, end);
    return true;
  });
}
