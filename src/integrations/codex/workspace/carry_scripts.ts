/** The shell scripts that carry the change between two records over to the folder. */
import { PREAMBLE } from "./scripts.ts";

/**
 * Merges texts in three ways. Each argument is `CURRENT BASE OTHER`, three blobs; prints a line for
 * each: the merged blob, or `conflict`.
 */
export const MERGE = PREAMBLE + String.raw`
export GIT_DIR="$STORE"
cd "$STORE"
for each; do
  set -- $each
  git cat-file blob "$1" >merge.1
  git cat-file blob "$2" >merge.2
  git cat-file blob "$3" >merge.3
  if git merge-file -p -q merge.1 merge.2 merge.3 >merged 2>/dev/null; then
    git hash-object -w --no-filters merged
  else
    echo conflict
  fi
done
rm -f merge.1 merge.2 merge.3 merged
`;

/**
 * Carries the change between two records over to the folder, which is in the state of a third one:
 * all of it or nothing. Prints `carried TREE`, or `refused REASON` and the paths that stand in the way.
 *
 * Variables: STORE, TOP, FROM, TO, CURRENT (commits), SETTLED (lines of mode, blob, tab, quoted name:
 * what becomes of the paths that are not simply taken from TO).
 */
export const CARRY = PREAMBLE + String.raw`
export GIT_DIR="$STORE" GIT_WORK_TREE="$TOP" GIT_INDEX_FILE="$STORE/carry.index"
cd "$TOP"
umask 022
rm -rf "$STORE/carry.index" "$STORE/stage"
git read-tree "$CURRENT:files"
printf '%s' "$SETTLED" >"$STORE/settled"
{
  git diff-tree -r --no-renames --raw --no-abbrev "$FROM:files" "$TO:files" |
    awk -F "$tab" 'FILENAME == ARGV[1] { settled[$2]; next } !($2 in settled) {
      split($1, raw, " "); print raw[2] " " raw[4] "\t" $2
    }' "$STORE/settled" -
  cat "$STORE/settled"
} | git update-index --index-info || { echo 'refused paths'; exit 0; }
target=$(git write-tree) || { echo 'refused gone'; exit 0; }

# Lines of the change between two trees: old mode, new mode, old blob, new blob, tab, quoted name.
between() { git diff-tree -r --no-renames --raw --no-abbrev "$1" "$2" | sed 's/^://'; }
unquoted() { git -c core.quotePath=false diff-tree -r --no-renames --name-only -z --diff-filter="$3" "$1" "$2"; }

# Refuses when the folder is no longer in the state that the change is meant for.
moved_on() {
  between "$CURRENT:files" "$target" >"$STORE/steps"
  awk -F "$tab" '$1 ~ /^100/ { split($1, raw, " "); print raw[3] }' "$STORE/steps" >"$STORE/expected"
  awk -F "$tab" '$1 ~ /^100/ { print $2 }' "$STORE/steps" |
    git hash-object --no-filters --stdin-paths >"$STORE/actual" 2>/dev/null || return 0
  ! cmp -s "$STORE/expected" "$STORE/actual" || {
    unquoted "$CURRENT:files" "$target" A | xargs -0 sh -c '
      for each; do [ ! -e "$each" ] && [ ! -L "$each" ] || [ -d "$each" ] || exit 255; done' sh 2>/dev/null && return 1
  }
  return 0
}

# Brings the folder from one tree to another: bring FROM TO.
bring() {
  git read-tree "$2"
  unquoted "$1" "$2" D | xargs -0 sh -c 'test $# = 0 || rm -f -- "$@"' sh || return 1
  unquoted "$1" "$2" D | lines | sed -n 's|/[^/]*$||p' | sort -ru | names |
    xargs -0 sh -c 'for each; do rmdir -p -- "$each" 2>/dev/null || :; done' sh
  unquoted "$1" "$2" AMT | git checkout-index -f -z --stdin || return 1
}

# Gives back the permissions that git does not keep.
give_modes() {
  git cat-file blob "$FROM:modes" | sort >"$STORE/from"
  git cat-file blob "$TO:modes" | sort >"$STORE/to"
  { comm -3 "$STORE/from" "$STORE/to" | sed "s/^$tab//; s/^[0-7]*$tab//"
    unquoted "$CURRENT:files" "$target" AMT | lines; } | sort -u >"$STORE/touched"
  found '-type f -perm -100' <"$STORE/touched" | names | xargs -0 sh -c 'test $# = 0 || chmod 755 -- "$@"' sh
  found '-type f ! -perm -100' <"$STORE/touched" | names | xargs -0 sh -c 'test $# = 0 || chmod 644 -- "$@"' sh
  awk -F "$tab" 'FILENAME == ARGV[1] { touched[$0]; next } substr($0, index($0, FS) + 1) in touched' \
    "$STORE/touched" "$STORE/to" >"$STORE/modes"
  cut -f 1 "$STORE/modes" | sort -u | while IFS= read -r mode; do
    sed -n "s|^$mode$tab|./|p" "$STORE/modes" | names | xargs -0 chmod "$mode" || :
  done
}

if moved_on; then echo 'refused moved-on'; exit 0; fi
unquoted "$CURRENT:files" "$target" AMT |
  git checkout-index -q --prefix="$STORE/stage/" -z --stdin || { echo 'refused gone'; exit 0; }
rm -rf "$STORE/stage"
if ! bring "$CURRENT:files" "$target" 2>"$STORE/failure"; then
  bring "$target" "$CURRENT:files" 2>/dev/null || :
  printf 'refused write %s
' "$(tail -n 1 "$STORE/failure")"
  exit 0
fi
give_modes
echo "carried $target"
`;
