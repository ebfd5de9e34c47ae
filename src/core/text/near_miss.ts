/** A command with a slip of the thumb in it. */
import { distance } from "fastest-levenshtein";

/** Names from this length on forgive a second wrong letter. */
const LONG_NAME = 6;

/**
 * The command that was perhaps meant: one letter off, two in a long name, or two letters swapped.
 * @returns undefined when the name is one of them, or like none of them
 */
export function nearMiss(typed: string, names: Iterable<string>): string | undefined {
  const near = [...names]
    .map((name) => ({ name, away: distance(typed, name) }))
    .filter(({ name, away }) => away > 0 && away <= forgiven(typed, name))
    .sort((one, other) => one.away - other.away);
  return near[0]?.name;
}

function forgiven(typed: string, name: string): number {
  if (name.length >= LONG_NAME) return 2;
  return lettersOf(typed) === lettersOf(name) ? 2 : 1;
}

function lettersOf(name: string): string {
  return [...name].sort().join("");
}
