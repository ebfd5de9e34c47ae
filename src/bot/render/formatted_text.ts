/** Text as Telegram takes it: plain characters, and beside them which ranges look how. */
import type { MessageEntity } from "@grammyjs/types";

/** Offsets and lengths of the entities count UTF-16 units, as JavaScript strings do. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

export function plainText(text: string): FormattedText {
  return { text, entities: [] };
}

/** Outer entities before the ones they hold, as Telegram itself orders them. */
export function sortEntities(entities: readonly MessageEntity[]): MessageEntity[] {
  return entities.toSorted((one, other) =>
    one.offset - other.offset || other.length - one.length || nesting(one) - nesting(other)
  );
}

/** Of entities on the same range a quote is the outermost and code the innermost. */
function nesting({ type }: MessageEntity): number {
  if (type === "blockquote" || type === "expandable_blockquote") return 0;
  return type === "pre" || type === "code" ? 2 : 1;
}

/** The characters from `start` to `end` with what the entities say about them. */
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
