/** Moves text to the right, and what its entities say with it. */
import type { MessageEntity } from "@grammyjs/types";
import { type FormattedText, sortEntities } from "./formatted_text.ts";
import { rangeAt } from "./ranges.ts";

/**
 * Puts `first` before the first line and `rest` before each other one. Lines of a code block stay
 * where they are, for its indentation means something; a block that comes first gets its own line.
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

/** The first line always, of the others those that hold something and are no code. */
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
  const inserted = new InsertedLength(prefixes);
  const moved = entities.map((entity) => {
    const end = entity.offset + entity.length;
    const newOffset = entity.offset + inserted.upTo(entity.offset);
    // What is put in at the very end of an entity stands behind it.
    const newEnd = end + inserted.upTo(end - 1);
    return { ...entity, offset: newOffset, length: newEnd - newOffset };
  });
  return { text: pieces.join(""), entities: moved };
}

/** How much is put in before a position, without adding it up each time. */
class InsertedLength {
  readonly #starts: readonly number[];
  /** Up to and with the start of the same index. */
  readonly #sums: readonly number[];

  constructor(prefixes: readonly Prefix[]) {
    let sum = 0;
    this.#starts = prefixes.map(({ start }) => start);
    this.#sums = prefixes.map(({ prefix }) => sum += prefix.length);
  }

  /** With what is put in at `position` itself. */
  upTo(position: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= position) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low - 1] ?? 0;
  }
}
