/** Moves text to the right, and what its entities say with it. */
import type { FormattedText } from "./formatted_text.ts";

/**
 * Puts `first` before the first line and `rest` before each other one. Lines of a code block stay
 * where they are, for its indentation means something; a block that comes first gets its own line.
 */
export function indentLines(content: FormattedText, first: string, rest: string): FormattedText {
  const starts = lineStarts(content);
  const startsWithCode = isInCode(content, 0);
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

/** The first line always, of the others those that hold something and are no code. */
function lineStarts(content: FormattedText): number[] {
  const starts = [0];
  for (const { index } of content.text.matchAll(/\n(?!\n|$)/g)) {
    if (!isInCode(content, index + 1)) starts.push(index + 1);
  }
  return starts;
}

function isInCode({ entities }: FormattedText, position: number): boolean {
  return entities.some(({ type, offset, length }) =>
    type === "pre" && offset <= position && position < offset + length
  );
}

function insertPrefixes({ text, entities }: FormattedText, prefixes: Prefix[]): FormattedText {
  const pieces: string[] = [];
  for (const [index, { start, prefix }] of prefixes.entries()) {
    pieces.push(prefix, text.slice(start, prefixes[index + 1]?.start));
  }
  const inserted = (isBefore: (start: number) => boolean): number =>
    prefixes.reduce((sum, { start, prefix }) => isBefore(start) ? sum + prefix.length : sum, 0);
  const moved = entities.map((entity) => {
    const end = entity.offset + entity.length;
    const newOffset = entity.offset + inserted((start) => start <= entity.offset);
    const newEnd = end + inserted((start) => start < end);
    return { ...entity, offset: newOffset, length: newEnd - newOffset };
  });
  return { text: pieces.join(""), entities: moved };
}
