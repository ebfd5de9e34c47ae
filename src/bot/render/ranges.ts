/** Looks up ranges that stand in order and apart, without going through all of them. */
import type { MessageEntity } from "@grammyjs/types";

/** @returns the index of the first range that ends behind `position`; their number if none does */
export function firstEndingAfter(ranges: readonly MessageEntity[], position: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range !== undefined && range.offset + range.length <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @returns the range that covers the character at `position` */
export function rangeAt(
  ranges: readonly MessageEntity[],
  position: number,
): MessageEntity | undefined {
  const range = ranges[firstEndingAfter(ranges, position)];
  return range !== undefined && range.offset <= position ? range : undefined;
}
