/** Which of the known names a person may have meant. */

/** More would be a list, and the list is shown anyway. */
const MOST_NAMES = 3;

/** The same name for people: `GPT 5.5` is `gpt-5.5`. */
export function sameName(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

/** Names that hold what was typed, or else those that a few slips of the finger away from it. */
export function nearNames(typed: string, names: readonly string[]): string[] {
  const wanted = bare(typed);
  if (wanted.length >= 2) {
    const holding = names.filter((name) => bare(name).includes(wanted));
    if (holding.length > 0) return holding.slice(0, MOST_NAMES);
  }
  const most = Math.max(1, Math.floor(wanted.length / 3));
  return names.map((name) => ({ name, slips: slips(wanted, bare(name)) }))
    .filter((each) => each.slips <= most)
    .sort((one, other) => one.slips - other.slips)
    .slice(0, MOST_NAMES).map(({ name }) => name);
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]+/g, "");
}

/** Characters to add, drop or change (Levenshtein's distance). */
function slips(from: string, to: string): number {
  let row = [...to, ""].map((_, index) => index);
  for (const [index, character] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (character === other ? 0 : 1);
      const added = (next[column] ?? 0) + 1;
      const dropped = (row[column + 1] ?? 0) + 1;
      next.push(Math.min(changed, added, dropped));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
