/** Keeps the stores small: deletes old records, and the stores of folders that are gone. */
import { PREAMBLE } from "./scripts.ts";

/**
 * Deletes old records, what they alone were made of, and beside this store those of folders that are
 * no longer there.
 *
 * Variables: STORE, FOLDER, NOW and KEPT (seconds), MOST_KILOBYTES (of the store; the older half goes
 * while it is larger).
 */
export const PRUNE = PREAMBLE + String.raw`
printf '%s' "$FOLDER" >"$STORE/folder"
for each in "$STORE"/../*/folder; do
  IFS= read -r gone <"$each" || [ -n "$gone" ] || continue
  [ -e "$gone" ] || rm -rf "${"$"}{each%/folder}"
done
export GIT_DIR="$STORE"
cd "$STORE"
[ -f config ] || exit 0
listed() { git for-each-ref --sort=committerdate --format='%(committerdate:unix) %(refname)' refs/snapshots; }
listed | awk -v oldest="$((NOW - KEPT))" '$1 < oldest { print "delete " $2 }' | git update-ref --stdin
git prune --expire=now
while [ "$(du -sk objects | cut -f 1)" -gt "$MOST_KILOBYTES" ]; do
  listed >"$STORE/listed"
  half=$(($(wc -l <"$STORE/listed") / 2))
  [ "$half" -gt 0 ] || break
  head -n "$half" "$STORE/listed" | sed 's/^[0-9]* /delete /' | git update-ref --stdin
  git prune --expire=now
done
git repack -adlq || :
`;

const LONGEST_MS = 24 * 3_600_000;
/** Records are at most so much of their time older than they may be. */
const PART = 10;

/** Knows when the store of a folder is to be looked at again. */
export class PruningSchedule {
  readonly #everyMs: number;
  readonly #last = new Map<string, number>();

  /** @param keptMs how long records are kept */
  constructor(keptMs: number) {
    this.#everyMs = Math.min(LONGEST_MS, keptMs / PART);
  }

  /** Takes note that it is looked at now. @returns false when it is not due */
  isDue(folder: string, now: Date): boolean {
    const last = this.#last.get(folder);
    if (last !== undefined && now.getTime() - last < this.#everyMs) return false;
    this.#last.set(folder, now.getTime());
    return true;
  }
}
