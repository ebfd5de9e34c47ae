/**
 * The shell scripts that record a working tree, compare two records and carry a change over.
 *
 * They keep a git store of their own (`$STORE`), whose index and objects are never those of the
 * person's repository: nothing of it is written, and no hook, filter or attribute of it runs. Its
 * objects are read, so that what git keeps already is not kept twice. They use what POSIX has, and
 * git since 2.31, since they run on whichever machine Codex works.
 */

/** Takes variables of git away that Codex has in its environment; there are hardly ever any. */
export const FORGET_GIT_VARIABLES = String.raw`
case $(export -p) in *GIT_*)
  for variable in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do unset "$variable"; done ;;
esac
`;

/** Keeps the person's settings away, and has helpers for names with any byte but NUL in them. */
export const PREAMBLE = String.raw`
set -eu
umask 077
${FORGET_GIT_VARIABLES}
unset POSIXLY_CORRECT GREP_OPTIONS CDPATH
person_home=${"$"}{HOME:-} person_settings=${"$"}{XDG_CONFIG_HOME:-${"$"}{HOME:-}/.config}
export HOME="$STORE/home" XDG_CONFIG_HOME="$STORE/home"
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$HOME/.gitconfig" GIT_ATTR_NOSYSTEM=1 \
  GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 GIT_LITERAL_PATHSPECS=1 GIT_NO_REPLACE_OBJECTS=1 \
  GIT_NO_LAZY_FETCH=1 GIT_PAGER=cat
tab=$(printf '\t')

command -v git >/dev/null 2>&1 || { echo 'refused no-git'; exit 9; }

# An older git reads in a file only that a folder of somebody else is to be trusted.
if [ ! -f "$GIT_CONFIG_GLOBAL" ]; then
  mkdir -p "$HOME"
  printf '[safe]\n\tdirectory = *\n' >"$GIT_CONFIG_GLOBAL.new"
  mv "$GIT_CONFIG_GLOBAL.new" "$GIT_CONFIG_GLOBAL"
fi
# Whatever held these was killed: scripts on one store run one after the other.
for lock in "$STORE"/*.lock; do [ ! -e "$lock" ] || rm -f "$lock"; done

# git on the person's repository: reads only, and runs nothing that its configuration names.
theirs() {
  git -c safe.directory='*' -c core.fsmonitor=false -c core.hooksPath=/dev/null \
    -c log.showSignature=false "$@"
}

# Reads a setting where the person's own settings count, too. Reading runs nothing.
setting() (
  unset GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
  HOME=$person_home XDG_CONFIG_HOME=$person_settings git -c safe.directory='*' config "$@"
)

# Turns names that end in NUL into lines, and back; a line feed in a name is the byte 1 meanwhile.
lines() { tr '\0\n' '\n\001'; }
names() { tr '\n\001' '\0\n'; }

# Prints those of the named files that find's condition holds for.
found() {
  sed 's|^|./|' | names |
    xargs -0 sh -c 'test $# = 0 || find "$@" -prune '"$1"' -print0 2>/dev/null || :' sh |
    lines | sed 's|^\./||'
}
`;

/**
 * Prints where the folder's links lead to, and the top of its repository. Needs no store. Variables:
 * FOLDER.
 */
export const LOCATE = String.raw`
set -eu
for variable in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do unset "$variable"; done
unset CDPATH
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_OPTIONAL_LOCKS=0
cd "$FOLDER" 2>/dev/null || { echo 'refused missing'; exit 9; }
printf 'path %s\ntop %s\n' "$(pwd -P)" "$(git -c safe.directory='*' -c core.fsmonitor=false \
  rev-parse --show-toplevel 2>/dev/null || echo none)"
`;

/**
 * Compares two records. Prints git's raw lines and numstat lines with quoted names, then
 * `size BLOB BYTES`, and `-large`, `+large`, `-mode`, `+mode` with what only one of the records has.
 *
 * Variables: STORE, FROM and TO (commits), PREFIX (a folder of the tree, `.` for all).
 */
export const COMPARE = PREAMBLE + String.raw`
export GIT_DIR="$STORE"
cd "$STORE"
for file in files large modes; do printf '%s:%s\n%s:%s\n' "$FROM" "$file" "$TO" "$file"; done |
  git cat-file --batch-check='%(objectname)' >"$STORE/there"
{
  IFS= read -r files; IFS= read -r files_to; IFS= read -r large; IFS= read -r large_to
  IFS= read -r modes; IFS= read -r modes_to
} <"$STORE/there"
case $files/$files_to in *" missing"*) echo 'refused gone'; exit 9 ;; esac
git diff-tree -r -M -l2000 --raw --numstat --no-abbrev --no-ext-diff --no-textconv \
  "$FROM:files" "$TO:files" -- "$PREFIX" >"$STORE/compared"
cat "$STORE/compared"
sed -n 's/^:[0-9]* [0-9]* \([0-9a-f]*\) \([0-9a-f]*\) .*/\1 \2/p' "$STORE/compared" | tr ' ' '\n' |
  grep -v '^0*$' | sort -u | git cat-file --batch-check='size %(objectname) %(objectsize)' || :
for kind in large mode; do
  case $kind in
    large) file=large; [ "$large" != "$large_to" ] || continue ;;
    mode) file=modes; [ "$modes" != "$modes_to" ] || continue ;;
  esac
  git cat-file blob "$FROM:$file" | sort >"$STORE/from"
  git cat-file blob "$TO:$file" | sort >"$STORE/to"
  comm -23 "$STORE/from" "$STORE/to" | sed "s/^/-$kind /"
  comm -13 "$STORE/from" "$STORE/to" | sed "s/^/+$kind /"
done
`;

/**
 * Prints the difference between two records in one of git's forms, of the paths that follow as arguments, or of all.
 *
 * Variables: STORE, FROM, TO, FORM (further options of git), QUOTED (true or false).
 */
export const PATCH = PREAMBLE + String.raw`
export GIT_DIR="$STORE"
cd "$STORE"
printf '%s:files\n%s:files\n' "$FROM" "$TO" | git cat-file --batch-check >"$STORE/there"
! grep -q ' missing$' "$STORE/there" || { echo 'refused gone'; exit 9; }
git -c core.quotePath="$QUOTED" diff-tree -r --no-ext-diff --no-textconv \
  $FORM "$FROM:files" "$TO:files" -- "$@"
`;

/**
 * Prints the difference as git apply takes it, in UTF-8: a file with other bytes is in git's form for
 * binary files. Variables: STORE, FROM, TO; the paths follow as arguments.
 */
export const COMPLETE_PATCH = PREAMBLE + String.raw`
export GIT_DIR="$STORE"
cd "$STORE"
: >"$STORE/text"
echo '* -diff' >"$STORE/binary"
cat >"$STORE/complete" <<'SCRIPT'
form=$1; shift
exec git -c core.attributesFile="$STORE/$form" diff-tree -r -p --binary --full-index --no-renames \
  --no-ext-diff --no-textconv "$FROM:files" "$TO:files" -- "$@"
SCRIPT
sh "$STORE/complete" text "$@" >"$STORE/patch"
if iconv -f UTF-8 -t UTF-8 <"$STORE/patch" >/dev/null 2>&1; then
  cat "$STORE/patch"
  exit
fi
# Halves what is not readable until one file is left: a program for each of thousands takes too long.
cat >"$STORE/piece" <<'SCRIPT'
[ $# -gt 0 ] || exit 0
sh "$STORE/complete" text "$@" >"$STORE/patch"
if iconv -f UTF-8 -t UTF-8 <"$STORE/patch" >/dev/null 2>&1; then cat "$STORE/patch"
elif [ $# = 1 ]; then sh "$STORE/complete" binary "$@"
else printf '%s\0' "$@" | xargs -0 -n $((($# + 1) / 2)) sh "$STORE/piece"
fi
SCRIPT
git diff-tree -r -z --no-renames --name-only "$FROM:files" "$TO:files" -- "$@" |
  xargs -0 -n 1000 sh "$STORE/piece"
`;

/** Lists commits of the person's repository. Variables: TOP, RANGE. */
export const COMMITS = PREAMBLE + String.raw`
cd "$TOP"
theirs log --no-color --no-ext-diff --max-count=20 --format='%h %s' "$RANGE" --
`;

/**
 * A part of the snapshot: what was ignored when a run began, and what was recorded then, counts until the
 * run ends, whatever becomes of the rules. Needs what SNAPSHOT defines.
 */
export const RULES_OF_RUN = String.raw`
# Leaves out what is in nested repositories, which have records of their own: outside_nested WORK
outside_nested() {
  awk 'FILENAME == ARGV[1] { nested[$0]; next }
    { for (at = 1; (up = index(substr($0, at), "/")) > 0;) {
        at += up
        if (substr($0, 1, at - 1) in nested) next
      }
      print }' "$1.nested" -
}

# Prints files that the run began with and that are there, though the index has lost them: git does not
# name one that is ignored, and made anew after it was gone. again WORK INNER
again() {
  git diff-index --cached -z --name-only --diff-filter=D "$SINCE:files$2" 2>/dev/null | lines |
    outside_nested "$1" | sort >"$1.missing"
  [ -s "$1.missing" ] || return 0
  found '' <"$1.missing" | names |
    xargs -0 sh -c 'test $# = 0 || git ls-files -z --others --exclude-from="$STORE/info/exclude" -- "$@"' sh |
    lines | sort | comm -12 - "$1.missing"
  ! names <"$1.missing" | (unset GIT_LITERAL_PATHSPECS
    git -c core.excludesFile="$1.ignored" check-ignore --no-index -z --stdin) | grep -q . || echo yes >"$STORE/closely"
}

# Prints the rules that have changed since the run began, and nested repositories that are none any
# more, so that their own rules are gone.
rules_changed() {
  (unset GIT_LITERAL_PATHSPECS
    git diff-index --cached -z --name-only "$SINCE:files$2" -- ':(glob)**/.gitignore') 2>/dev/null | lines |
    outside_nested "$1"
  sort "$1.nested" | comm -23 "$1.nested.begun" - >"$1.lost" 2>/dev/null || : >"$1.lost"
  cat "$1.lost"
}

# Leaves out files that were there before the run, and that only a change of the rules has brought to
# light: they are no work of the run, and to take it back must not delete them. since WORK INNER
since() {
  [ -n "$SINCE" ] && [ -n "$(rules_changed "$@")" ] || return 0
  echo yes >"$STORE/closely"
  rm -rf "$1.rules" "$1.rules.index"
  mkdir "$1.rules"
  git diff-index --cached -z --name-only --diff-filter=A "$SINCE:files$2" 2>/dev/null | lines >"$1.added"
  (
    export GIT_INDEX_FILE="$1.rules.index" GIT_WORK_TREE="$1.rules"
    git read-tree "$SINCE:files$2" 2>/dev/null || exit 0
    git ls-files -z | lines | sort >"$1.before"
    # Of what is too large to be kept, too, not what was there already.
    git cat-file blob "$SINCE:large" | cut -f 2- | WITHIN="${"$"}{2#/}" awk '{
      within = ENVIRON["WITHIN"]
      if (within == "") print
      else if (index($0, within "/") == 1) print substr($0, length(within) + 2) }' >>"$1.before"
    sort -o "$1.before" "$1.before"
    sort "$1.left" | comm -13 "$1.before" - >>"$1.added"
    sed -n '/\(^\|\/\)\.gitignore$/p' "$1.before" | names |
      git checkout-index -q --prefix="$1.rules/" -z --stdin
    cd "$1.rules"
    rules_of_lost "$1"
    unset GIT_LITERAL_PATHSPECS
    names <"$1.added" |
      git -c core.excludesFile="$1.ignored" check-ignore --no-index -z --stdin | lines | sort >"$1.hidden"
    unset GIT_WORK_TREE
    GIT_INDEX_FILE="$1.index"
    leave_hidden "$1"
  )
  rm -rf "$1.rules" "$1.rules.index"
}

# Takes what a list has out of the record: leave_hidden WORK
leave_hidden() {
  [ -s "$1.hidden" ] || return 0
  for each in small left; do
    sort "$1.$each" | comm -23 - "$1.hidden" >"$1.shown"
    mv "$1.shown" "$1.$each"
  done
  cat "$1.hidden" >>"$1.gone"
  names <"$1.hidden" | git update-index -z --force-remove --stdin
}

# Leaves out what is in folders that could not be opened when the run began, such as those of another
# user: nobody knows what of it was there. opened WORK INNER
opened() {
  [ -n "$SINCE" ] && [ -s "$1.errors" ] || return 0
  sed -n "s/^warning: could not open directory '\(.*\)': .*/\1/p" "$1.errors" | sed 's|/*$|/|' >"$1.closed"
  [ -s "$1.closed" ] || return 0
  {
    git diff-index --cached -z --name-only --diff-filter=A "$SINCE:files$2" 2>/dev/null || git ls-files -z
  } | lines | cat - "$1.left" | in_closed "$1" | sort -u >"$1.hidden"
  leave_hidden "$1"
  in_closed "$1" <"$1.nested" >"$1.hidden"
  sort "$1.nested" | comm -23 - "$1.hidden" >"$1.shown"
  mv "$1.shown" "$1.nested"
}

in_closed() {
  awk 'FILENAME == ARGV[1] { closed[$0]; next }
    { for (each in closed) if (index($0, each) == 1) { print; next } }' "$1.closed" -
}

# A file called .gitignore there counts for more than these.
rules_of_lost() {
  while IFS= read -r inner; do
    name=$1.$(printf %s "$inner" | cksum | tr -d ' ')
    inner=$(printf %s "$inner" | tr '\001' '\n')
    [ -f "$name.begun" ] && mkdir -p "./$inner" || continue
    { cat "$name.begun"; cat "./$inner.gitignore" 2>/dev/null || :; } >"$1.lost.rules"
    mv "$1.lost.rules" "./$inner.gitignore"
  done <"$1.lost"
}
`;
