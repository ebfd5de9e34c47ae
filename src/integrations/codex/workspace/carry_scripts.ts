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
 * Notes what becomes of paths that are not simply taken from TO: the arguments are lines of mode, blob,
 * tab, quoted name. Variables: STORE, FIRST (not empty: forgets what was noted before).
 */
export const SETTLE = PREAMBLE + String.raw`
[ -z "$FIRST" ] || : >"$STORE/settled"
for each; do printf '%s\n' "$each"; done >>"$STORE/settled"
`;

/** A part of the scripts below. */
const ABOVE = String.raw`
# The folders above each of the named files, the lowest ones first.
above() { awk '{ while (sub(/\/[^\/]*$/, "")) print }' | sort -ru; }
`;

/** A part of the scripts below. */
const GIVE_MODES = String.raw`
# Gives files the permissions that a list has for them, and git's to all others: give_modes NAMES LIST
give_modes() {
  for mode in 755 644; do
    case $mode in 755) is= ;; *) is='!' ;; esac
    found "-type f $is -perm -100" <"$1" | sed 's|^|./|' | names |
      xargs -0 sh -c 'mode=$1; shift; test $# = 0 || chmod "$mode" "$@"' sh "$mode"
  done
  awk -F "$tab" 'FILENAME == ARGV[1] { touched[$0]; next } substr($0, index($0, FS) + 1) in touched' \
    "$1" "$2" >"$STORE/modes"
  cut -f 1 "$STORE/modes" | sort -u | while IFS= read -r mode; do
    sed -n "s|^$mode$tab|./|p" "$STORE/modes" | names | xargs -0 chmod "$mode"
  done
}
`;

/**
 * Carries the change between two records over to the folder, which is in the state of a third one:
 * all of it or nothing. Prints `carried TREE`, or `refused REASON`, and `at NAME` for each path in
 * whose place something is that is not recorded.
 *
 * Variables: STORE, TOP, PREFIX (the folder's place in TOP), FROM, TO, CURRENT (commits). SETTLE has
 * noted the rest.
 */
export const CARRY = PREAMBLE + String.raw`
export GIT_DIR="$STORE" GIT_WORK_TREE="$TOP" GIT_INDEX_FILE="$STORE/carry.index"
cd "$TOP"
umask 022
rm -f "$STORE/carry.index"
git read-tree "$CURRENT:files"
{
  git diff-tree -r --no-renames --raw --no-abbrev "$FROM:files" "$TO:files" -- "$PREFIX" |
    awk -F "$tab" 'FILENAME == ARGV[1] { settled[$2]; next } !($2 in settled) {
      split($1, raw, " "); print raw[2] " " raw[4] "\t" $2
    }' "$STORE/settled" -
  cat "$STORE/settled"
} | git update-index --index-info || { echo 'refused paths'; exit 0; }
target=$(git write-tree) || { echo 'refused gone'; exit 0; }

# Lines of the change between two trees: old mode, new mode, old blob, new blob, tab, quoted name.
between() { git diff-tree -r --no-renames --raw --no-abbrev "$1" "$2" | sed 's/^://'; }
unquoted() { git -c core.quotePath=false diff-tree -r --no-renames --name-only -z --diff-filter="$3" "$1" "$2"; }
${ABOVE}
# Whether a blob that is to be written is no longer there.
gone() {
  awk '$2 !~ /^0/ { print $4 }' "$STORE/steps" | git cat-file --batch-check='%(objecttype)' | grep -q missing
}

# Refuses when the folder is no longer in the state that the change is meant for.
moved_on() {
  awk -F "$tab" '$1 ~ /^100/ { split($1, raw, " "); print raw[3] }' "$STORE/steps" >"$STORE/expected"
  awk -F "$tab" '$1 ~ /^100/ { print $2 }' "$STORE/steps" |
    git hash-object --no-filters --stdin-paths >"$STORE/actual" 2>/dev/null || return 0
  ! cmp -s "$STORE/expected" "$STORE/actual"
}

# Prints the paths that are to be made where something is that the change does not remove itself: it would
# be lost. Looks at all of them with the same few programs, as there may be many thousands.
occupied() {
  unquoted "$FROM:files" "$TO:files" AMTD | lines | sort >"$STORE/changing"
  unquoted "$CURRENT:files" "$target" D | lines | sort | comm -12 - "$STORE/changing" >"$STORE/known"
  unquoted "$CURRENT:files" "$target" A | lines >"$STORE/made"
  found '' <"$STORE/made" >"$STORE/there"
  {
    found '! -type d' <"$STORE/there"
    above <"$STORE/made" | found '! -type d'
  } | sort -u | comm -23 - "$STORE/known" >"$STORE/blocking"
  found '-type d' <"$STORE/there" | sed 's|^|./|' | names |
    xargs -0 sh -c 'test $# = 0 || find "$@" ! -type d -print0' sh |
    lines | sed 's|^\./||' | sort | comm -23 - "$STORE/known" >"$STORE/inside"
  awk '
    FILENAME == ARGV[1] { blocking[$0]; next }
    FILENAME == ARGV[2] { for (up = $0; sub(/\/[^\/]*$/, "", up);) inside[up]; next }
    {
      blocked = $0 in blocking || $0 in inside
      for (up = $0; !blocked && sub(/\/[^\/]*$/, "", up);) blocked = up in blocking
      if (blocked) print "at " $0
    }' "$STORE/blocking" "$STORE/inside" "$STORE/made"
}

# Prints a folder that takes no new files.
closed() {
  { unquoted "$CURRENT:files" "$target" AMTD | lines | above; echo .; } | names | xargs -0 sh -c '
    for each; do
      if [ -d "./$each" ] && [ ! -w "./$each" ]; then printf %s "$each"; exit 255; fi
    done' sh 2>/dev/null || :
}

# Brings the folder from one tree to another: bring FROM TO.
bring() {
  git read-tree "$2"
  unquoted "$1" "$2" D | xargs -0 sh -c 'test $# = 0 || rm -f -- "$@"' sh || return 1
  # The folder in which Codex works stays, even when it is empty.
  printf '%s/x\n' "${"$"}{PREFIX%/}" | above >"$STORE/stays"
  unquoted "$1" "$2" D | lines | above | grep -vxFf "$STORE/stays" | names |
    xargs -0 sh -c 'test $# = 0 || rmdir -- "$@" 2>/dev/null || :' sh || :
  unquoted "$1" "$2" AMT | git checkout-index -f -z --stdin || return 1
}

${GIVE_MODES}# Lists what permissions files are to have: those of TO where the change is about them, unless somebody
# has changed them since. Writes the names of the former beside.
wanted_modes() {
  for each in from to now; do
    case $each in from) commit=$FROM ;; to) commit=$TO ;; now) commit=$CURRENT ;; esac
    git cat-file blob "$commit:modes" | sed "s/^/$each$tab/"
  done | awk -F "$tab" '{
      path = substr($0, length($1) + length($2) + 3); mode[$1, path] = $2; paths[path]
    } END {
      for (path in paths) {
        was = mode["from", path]; is = mode["now", path]; wanted = mode["to", path]
        within = ENVIRON["PREFIX"] == "." || index(path, ENVIRON["PREFIX"]) == 1
        if (!within || was == wanted || (is != was && is != wanted)) wanted = is
        else print path >(ENVIRON["STORE"] "/changed")
        if (wanted != "") print wanted "\t" path
      }
    }'
}

between "$CURRENT:files" "$target" >"$STORE/steps"
if gone; then echo 'refused gone'; exit 0; fi
if moved_on; then echo 'refused moved-on'; exit 0; fi
occupied >"$STORE/occupied"
if [ -s "$STORE/occupied" ]; then echo 'refused occupied'; cat "$STORE/occupied"; exit 0; fi
no_entry=$(closed)
if [ -n "$no_entry" ]; then printf 'refused write %s\n' "$no_entry"; exit 0; fi
: >"$STORE/changed"
wanted_modes >"$STORE/wanted"
unquoted "$CURRENT:files" "$target" AMT | lines | sort -u - "$STORE/changed" >"$STORE/touched"
# Of what is written, git may ignore something that it keeps.
rm -f "$STORE/tracked"
printf '%s\n' "$TOP" "$CURRENT" "$target" >"$STORE/journal.new"
mv "$STORE/journal.new" "$STORE/journal"
if ! bring "$CURRENT:files" "$target" 2>"$STORE/failure"; then
  bring "$target" "$CURRENT:files" 2>/dev/null || bring "$target" "$CURRENT:files" 2>/dev/null || :
  git cat-file blob "$CURRENT:modes" >"$STORE/wanted"
  unquoted "$target" "$CURRENT:files" AMT | lines >"$STORE/touched"
  give_modes "$STORE/touched" "$STORE/wanted"
  rm -f "$STORE/journal"
  printf 'refused write %s\n' "$(tail -n 1 "$STORE/failure")"
  exit 0
fi
give_modes "$STORE/touched" "$STORE/wanted"
rm -f "$STORE/journal"
echo "carried $target"
`;

/** Refuses to go on where a change was being carried over and the script was killed. */
export const REFUSE_UNFINISHED = String.raw`
if [ -f "$STORE/journal" ]; then
  printf 'refused unfinished\ntop %s\n' "$(sed -n 1p "$STORE/journal")"
  exit 9
fi
`;

/**
 * Puts the folder back as it was before a change was carried over that was cut short: nothing of it
 * has begun then. What somebody has changed since stays. Variables: STORE.
 */
export const PUT_BACK = PREAMBLE + String.raw`
[ -f "$STORE/journal" ] || exit 0
{ IFS= read -r TOP && IFS= read -r CURRENT && IFS= read -r target; } <"$STORE/journal"
export GIT_DIR="$STORE" GIT_WORK_TREE="$TOP" GIT_INDEX_FILE="$STORE/carry.index"
cd "$TOP"
umask 022
rm -f "$STORE/carry.index"
git read-tree "$CURRENT:files"
${GIVE_MODES}${ABOVE}
named() {
  git diff-tree -r --no-renames --name-only -z --diff-filter="$1" "$CURRENT:files" "$target" |
    lines | sort
}
named AMTD >"$STORE/all"
named MTD >"$STORE/was"
named AMT >"$STORE/is"

# Prints which names of one side the folder has as they are there: like SIDE MODE BLOB, the two by their
# places in a line of the change. Reads all of them with the same few programs, as there may be many.
like() (
  export GIT_INDEX_FILE="$STORE/side.index"
  rm -f "$GIT_INDEX_FILE"
  git diff-tree -r --no-renames --raw --no-abbrev "$CURRENT:files" "$target" | sed 's/^://' |
    awk -F "$tab" -v mode="$2" -v blob="$3" '{
      split($1, raw, " "); if (raw[mode] !~ /^0/) print raw[mode] " " raw[blob] "\t" $2
    }' | git update-index --index-info
  git update-index -q --refresh >/dev/null || :
  git diff-files -z --name-only | lines | sort | comm -23 "$STORE/$1" -
)

# Whether a file has one of the two contents all the same, or half of the new one.
is_ours() {
  if [ -L "./$1" ]; then has=$(printf %s "$(readlink "./$1")" | git hash-object --stdin)
  elif [ -f "./$1" ]; then has=$(git hash-object --no-filters -- "./$1") || return 1
  else return 1; fi
  [ "$has" != "$was" ] && [ "$has" != "$is" ] || return 0
  [ -n "$is" ] && [ ! -L "./$1" ] && git cat-file blob "$is" | head -c "$(wc -c <"./$1")" | cmp -s - "./$1"
}

# What is as it may be at any moment of the work: it was there, is there, is gone, or half of it is there.
found '' <"$STORE/all" | sort >"$STORE/there"
{
  comm -23 "$STORE/all" "$STORE/there"
  found '-type d' <"$STORE/there"
  like was 1 3
  like is 2 4
} | sort -u >"$STORE/ours"
comm -23 "$STORE/all" "$STORE/ours" | while IFS= read -r name; do
  path=$(printf %s. "$name" | tr '\001' '\n') path=${"$"}{path%.}
  was=$(git rev-parse -q --verify "$CURRENT:files/$path") || was=
  is=$(git rev-parse -q --verify "$target:$path") || is=
  ! is_ours "$path" || printf '%s\n' "$name"
done >"$STORE/half"
sort -o "$STORE/ours" "$STORE/ours" "$STORE/half"
# Not what is behind a link or a file that somebody has put in the place of a folder.
above <"$STORE/ours" | found '! -type d' | sort | comm -23 - "$STORE/ours" >"$STORE/blocking"
awk '
  FILENAME == ARGV[1] { blocking[$0]; next }
  {
    for (up = $0; sub(/\/[^\/]*$/, "", up);) if (up in blocking) next
    print
  }' "$STORE/blocking" "$STORE/ours" >"$STORE/mine"
comm -23 "$STORE/mine" "$STORE/was" >"$STORE/gone"
names <"$STORE/gone" | xargs -0 sh -c 'test $# = 0 || rm -f -- "$@" 2>/dev/null || :' sh
above <"$STORE/gone" | names | xargs -0 sh -c 'test $# = 0 || rmdir -- "$@" 2>/dev/null || :' sh
# A folder that is still there has something of somebody in it.
comm -12 "$STORE/mine" "$STORE/was" >"$STORE/back"
found '-type d' <"$STORE/back" | sort | comm -23 "$STORE/back" - >"$STORE/touched"
names <"$STORE/touched" | git checkout-index -f -z --stdin
git cat-file blob "$CURRENT:modes" >"$STORE/wanted"
give_modes "$STORE/touched" "$STORE/wanted"
rm -f "$STORE/journal" "$STORE/last" "$STORE/tracked"
`;
