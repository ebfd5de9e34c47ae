/** Finds the known name that a person probably meant. */

/** More than that would be the whole list, which is shown anyway. */
const MOST_NAMES = 3;
/** Names of this length may have two slips. */
const LONG_NAME = 6;

/**
 * The known name that is one slip away from what was typed, or two when it is long.
 * @returns undefined when the name is one of them, or like none of them
 */
export function nearMiss(typed: string, names: Iterable<string>): string | undefined {
  const near = [...names]
    .map((name) => ({ name, away: slips(typed, name) }))
    .filter(({ name, away }) => away > 0 && away <= (name.length >= LONG_NAME ? 2 : 1))
    // Among equally near names the one with the same letters wins: swaps are the most frequent slip.
    .sort((one, other) => one.away - other.away || swapped(typed, other) - swapped(typed, one));
  return near[0]?.name;
}

/** Whether two names are the same to people: `GPT 5.5` is `gpt-5.5`. */
export function sameName(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

/** Names that hold what was typed, or else those that are a few slips away from it. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = bare(typed);
  if (wanted.length >= 2) {
    const holding = names.filter((name) => bare(name).includes(wanted));
    if (holding.length > 0) return holding.slice(0, MOST_NAMES);
  }
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return names.map((name) => ({ name, away: slips(wanted, bare(name)) }))
    .filter(({ away }) => away <= most)
    .sort((one, other) => one.away - other.away)
    .slice(0, MOST_NAMES).map(({ name }) => name);
}

/**
 * Counts the slips of the finger between two words: letters added, dropped or changed, and
 * neighbours swapped (the distance of Damerau and Levenshtein, in its restricted form).
 */
export function slips(from: string, to: string): number {
  const [before, after] = [[...from], [...to]];
  let beforeLast: number[] = [];
  let last = [0, ...after.map((_, index) => index + 1)];
  for (const [row, letter] of before.entries()) {
    const next = [row + 1];
    for (const [column, other] of after.entries()) {
      const swap = row > 0 && column > 0 && letter === after[column - 1] &&
          before[row - 1] === other
        ? (beforeLast[column - 1] ?? 0) + 1
        : Infinity;
      const changed = (last[column] ?? 0) + (letter === other ? 0 : 1);
      const added = (next[column] ?? 0) + 1;
      const dropped = (last[column + 1] ?? 0) + 1;
      next.push(Math.min(changed, added, dropped, swap));
    }
    [beforeLast, last] = [last, next];
  }
  return last.at(-1) ?? 0;
}

function swapped(typed: string, { name }: { readonly name: string }): number {
  return lettersOf(typed) === lettersOf(name) ? 1 : 0;
}

function lettersOf(name: string): string {
  return [...name].sort().join("");
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, "");
}
