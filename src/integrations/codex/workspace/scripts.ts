/**
 * The shell scripts that record a working tree, compare two records and carry a change over.
 *
 * They keep a git store of their own (`$STORE`), whose index and objects are never those of the
 * person's repository: nothing of it is written, and no hook, filter or attribute of it runs. Its
 * objects are read, so that what git keeps already is not kept twice. They use what POSIX has, and
 * git since 2.31, since they run on whichever machine Codex works.
 */

/** Keeps the person's settings away, and has helpers for names with any byte but NUL in them. */
export const PREAMBLE = String.raw`
set -eu
umask 077
for variable in $(env | sed -n 's/^\(GIT_[A-Z_0-9]*\)=.*/\1/p'); do unset "$variable"; done
export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 \
  GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 GIT_LITERAL_PATHSPECS=1 GIT_NO_REPLACE_OBJECTS=1 \
  GIT_NO_LAZY_FETCH=1 GIT_PAGER=cat
tab=$(printf '\t')

command -v git >/dev/null 2>&1 || { echo 'refused no-git'; exit 9; }

# git on the person's repository: reads only, and runs nothing that its configuration names.
theirs() {
  git -c safe.directory='*' -c core.fsmonitor=false -c core.hooksPath=/dev/null \
    -c log.showSignature=false "$@"
}

# Turns names that end in NUL into lines, and back; a line feed in a name is NUL meanwhile.
lines() { tr '\0\n' '\n\0'; }
names() { tr '\n\0' '\0\n'; }

# Prints those of the named files that find's condition holds for.
found() {
  sed 's|^|./|' | names |
    xargs -0 sh -c 'test $# = 0 || find "$@" -prune '"$1"' -print0 2>/dev/null || :' sh |
    lines | sed 's|^\./||'
}
`;

/**
 * Records the folder. Prints lines of a keyword and a value: `refused REASON` (and ends with 9), or `snapshot COMMIT`
 * with `head COMMIT`, `branch NAME`, `repository yes|no` and `nested COUNT` beside it.
 *
 * Variables: STORE, FOLDER, LARGEST (bytes of a file whose content is kept), MOST_FILES (read at one
 * time), MOST_BYTES (the same), NAME (of the record), NOW (seconds).
 */
export const SNAPSHOT = PREAMBLE + String.raw`
make_store() {
  mkdir -p "$STORE/objects/info" "$STORE/objects/pack" "$STORE/refs" "$STORE/info"
  : >>"$STORE/objects/info/alternates"
  # The store of a folder may lie inside of it.
  case $STORE in "$top"/*) printf '%s/\n' "$STORE" ;; esac | cut -c "$(($(printf %s "$top" | wc -m) + 1))-" \
    >"$STORE/info/exclude"
  [ ! -f "$STORE/config" ] || return 0
  printf 'ref: refs/heads/none\n' >"$STORE/HEAD"
  printf '* -text -eol -filter -ident -working-tree-encoding !diff !merge\n' >"$STORE/info/attributes"
  format=$(cd "$FOLDER" && theirs rev-parse --show-object-format 2>/dev/null) || format=sha1
  cat >"$STORE/config.new" <<CONFIG
[core]
	repositoryformatversion = 1
	bare = false
	filemode = true
	autocrlf = false
	safecrlf = false
	fsmonitor = false
	untrackedCache = false
	hooksPath = /dev/null
	looseCompression = 0
	sparseCheckout = true
	quotePath = true
[gc]
	auto = 0
[index]
	sparse = false
CONFIG
  [ "$format" = sha1 ] || printf '[extensions]\n\tobjectFormat = %s\n' "$format" >>"$STORE/config.new"
  mv "$STORE/config.new" "$STORE/config"
}

# Finds the tree that the folder is a part of, and the folder's place in it.
locate() {
  top=$FOLDER prefix=. repository=no
  cd "$FOLDER" 2>/dev/null || { echo 'refused missing'; exit 9; }
  if [ "$(theirs rev-parse --is-inside-git-dir 2>/dev/null)" = true ]; then
    echo 'refused git-folder'
    exit 9
  fi
  [ "$(theirs rev-parse --is-inside-work-tree 2>/dev/null)" = true ] || return 0
  # A repository further up that ignores the folder has nothing to say about it.
  ! (unset GIT_LITERAL_PATHSPECS; theirs check-ignore -q .) 2>/dev/null || return 0
  top=$(theirs rev-parse --show-toplevel) prefix=$(theirs rev-parse --show-prefix)
  repository=yes
  [ -n "$prefix" ] || prefix=.
}

# Begins with the person's own index, so that nothing is read that git has read before. Where an
# attribute or a setting may change what git keeps of a file, every file is read anew.
seed() {
  cd "$1"
  # A repository further up has nothing to do with the folder.
  up=$(theirs rev-parse --show-cdup 2>/dev/null) && [ -z "$up" ] || return 0
  index=$(theirs rev-parse --path-format=absolute --git-path index)
  objects=$(theirs rev-parse --path-format=absolute --git-path objects)
  grep -qxF "$objects" "$STORE/objects/info/alternates" ||
    printf '%s\n' "$objects" >>"$STORE/objects/info/alternates"
  [ -f "$index" ] || return 0
  attributes=$(theirs rev-parse --path-format=absolute --git-path info/attributes)
  if [ "$(theirs config core.autocrlf || echo false)" = false ] && [ ! -s "$attributes" ] &&
    ! theirs ls-files | grep -q '\(^\|/\)\.gitattributes"*$'; then
    cp "$index" "$2.new"
    adopt "$1" "$2.new" 2>/dev/null && mv "$2.new" "$2" || rm -f "$2.new"
  fi
  [ -f "$2" ] || theirs ls-files -z --cached --ignored --exclude-standard | lines >"$2.forced"
}

# Takes nested repositories out of a copied index, and shows it files that git was told not to look at.
adopt() (
  export GIT_DIR="$STORE" GIT_WORK_TREE="$1" GIT_INDEX_FILE="$2"
  git ls-files --stage >"$2.all" || exit 1
  none=$(sed -n '1s/^[0-9]* \([0-9a-f]*\) .*/\1/p' "$2.all" | tr '0-9a-f' '0')
  sed -n "s/^160000 [^$tab]*$tab/0 $none$tab/p" "$2.all" | git update-index --index-info || exit 1
  git ls-files -v -z | lines | sed -n 's/^[a-z] //p' | names |
    git update-index -z --no-assume-unchanged --stdin
)

refuse() {
  echo "refused $1" >&3
  exit 9
}

refuse_too_much() {
  [ "$(wc -l <"$1")" -le "$MOST_FILES" ] || refuse too-many-files
  bytes=$(names <"$1" | xargs -0 sh -c 'test $# = 0 || ls -ldn -- "$@" 2>/dev/null || :' sh |
    awk '/^-/ { sum += $5 } END { printf "%.0f", sum }')
  [ "$bytes" -le "$MOST_BYTES" ] || refuse too-many-bytes
}

# Prints the names of what git can keep, or of what is no longer there; odd: all others.
kept() {
  names | xargs -0 sh -c '
    what=$1; shift
    for each; do
      if [ -L "$each" ] || [ -d "$each" ] || { [ -f "$each" ] && [ -r "$each" ]; } || [ ! -e "$each" ]
      then is=usable; else is=odd; fi
      [ $is != "$what" ] || printf "%s\0" "$each"
    done' sh "$1" | lines
}

# Notes files whose permissions git does not keep: lines of mode, tab, name.
odd_modes() {
  found '-type f ! -perm 644 ! -perm 755' >"$1.special"
  for mode in 664 775 600 700 640 750 660 770 444 555 400 500 440 550 666 777 604 705; do
    [ -s "$1.special" ] || break
    found "-perm $mode" <"$1.special" | sed "s/^/$mode$tab/"
  done
}

# Records one tree: take NAME TOP PREFIX. Prints the id of the tree, nested repositories included.
take() {
  export GIT_DIR="$STORE" GIT_WORK_TREE="$2" GIT_INDEX_FILE="$STORE/$1.index"
  work=$STORE/$1
  : >"$work.index.forced"
  [ -f "$GIT_INDEX_FILE" ] || (unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE; seed "$2" "$work.index")
  cd "$2"
  {
    [ ! -f "$GIT_INDEX_FILE" ] || git diff-files -z --name-only -- "$3"
    git ls-files -z --others --exclude-standard -- "$3"
  } >"$work.raw"
  lines <"$work.raw" | sort -u - "$work.index.forced" >"$work.seen"
  sed -n '/\/$/p' "$work.seen" >"$work.nested"
  sed '/\/$/d' "$work.seen" >"$work.changed"
  kept odd <"$work.changed" >"$work.odd"
  found "-type f -size +$LARGEST"c <"$work.changed" >"$work.large"
  cat "$work.large" "$work.odd" >"$work.left"
  if [ -s "$work.left" ]; then
    grep -avxFf "$work.left" "$work.changed" >"$work.small" || :
    names <"$work.left" | git update-index -z --force-remove --stdin
  else
    cp "$work.changed" "$work.small"
  fi
  refuse_too_much "$work.small"
  names <"$work.small" | git update-index -z --add --remove --replace --stdin
  keep_modes "$work"
  add_nested "$1" "$2" "$work"
}

keep_modes() {
  if [ -f "$1.modes" ]; then
    awk -F "$tab" 'FILENAME == ARGV[1] { gone[$0]; next } !(substr($0, index($0, FS) + 1) in gone)' \
      "$1.changed" "$1.modes" >"$1.modes.new"
    odd_modes "$1" <"$1.small" >>"$1.modes.new"
  else
    git ls-files -z | lines | odd_modes "$1" >"$1.modes.new"
  fi
  mv "$1.modes.new" "$1.modes"
}

add_nested() {
  cp "$3.modes" "$3.modes.whole"
  : >"$3.large.whole"
  while IFS= read -r each; do
    facts=$(stat -c '%s %Y' "$each" 2>/dev/null || stat -f '%z %m' "$each" 2>/dev/null) || continue
    printf '%s\t%s\n' "$facts" "$each" >>"$3.large.whole"
  done <"$3.left"
  [ -s "$3.nested" ] || { git write-tree --missing-ok; return; }
  cp "$GIT_INDEX_FILE" "$3.whole" 2>/dev/null || rm -f "$3.whole"
  while IFS= read -r inner; do
    name=$1.$(printf %s "$inner" | cksum | tr -d ' ')
    tree=$(take "$name" "$2/$inner" .)
    GIT_INDEX_FILE=$3.whole git read-tree --prefix="$inner" "$tree"
    sed "s|$tab|&$(printf %s "$inner" | sed 's/[&|\\]/\\&/g')|" "$STORE/$name.modes.whole" >>"$3.modes.whole"
    sed "s|$tab|&$(printf %s "$inner" | sed 's/[&|\\]/\\&/g')|" "$STORE/$name.large.whole" >>"$3.large.whole"
    echo "$inner" >>"$STORE/nested"
  done <"$3.nested"
  GIT_INDEX_FILE=$3.whole git write-tree --missing-ok
}

locate
make_store
exec 3>&1
: >"$STORE/nested"
take root "$top" "$prefix" >"$STORE/tree"
tree=$(cat "$STORE/tree")
export GIT_DIR="$STORE"
large=$(git hash-object -w "$STORE/root.large.whole")
modes=$(git hash-object -w "$STORE/root.modes.whole")
whole=$(printf '040000 tree %s\tfiles\n100644 blob %s\tlarge\n100644 blob %s\tmodes\n' \
  "$tree" "$large" "$modes" | git mktree --missing)
export GIT_AUTHOR_NAME=record GIT_AUTHOR_EMAIL=record@invalid \
  GIT_COMMITTER_NAME=record GIT_COMMITTER_EMAIL=record@invalid
commit=$(git commit-tree "$whole" -m "$NAME")
git update-ref "refs/snapshots/$NAME" "$commit"
unset GIT_DIR
printf 'snapshot %s\ntree %s\ntop %s\nprefix %s\nrepository %s\nnested %s\nlarge %s\n' "$commit" \
  "$tree" "$top" "$prefix" "$repository" "$(wc -l <"$STORE/nested")" "$(wc -l <"$STORE/root.large.whole")"
# What quick_snapshot.ts, which stands before this, may use once more.
find_above "$FOLDER"
printf '%s\n' "$NOW" "$NAME" "$commit" "$tree" "$repository" "$prefix" "$top" "$above" >"$STORE/last.new"
mv "$STORE/last.new" "$STORE/last"
[ "$repository" = no ] || {
  cd "$top"
  printf 'head %s\n' "$(theirs rev-parse --verify -q HEAD || echo none)"
  printf 'branch %s\n' "$(theirs symbolic-ref -q --short HEAD || echo none)"
}
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
git diff-tree -r -M -l2000 --raw --numstat --no-abbrev --no-ext-diff --no-textconv \
  "$FROM:files" "$TO:files" -- "$PREFIX" >"$STORE/compared"
cat "$STORE/compared"
sed -n 's/^:[0-9]* [0-9]* \([0-9a-f]*\) \([0-9a-f]*\) .*/\1 \2/p' "$STORE/compared" | tr ' ' '\n' |
  grep -v '^0*$' | sort -u | git cat-file --batch-check='size %(objectname) %(objectsize)' || :
for kind in large mode; do
  case $kind in large) file=large ;; mode) file=modes ;; esac
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
git -c core.quotePath="$QUOTED" diff-tree -r --no-ext-diff --no-textconv \
  $FORM "$FROM:files" "$TO:files" -- "$@"
`;

/**
 * Deletes old records, and what they alone were made of.
 *
 * Variables: STORE, KEPT_SECONDS, MOST_KILOBYTES (of the store; the older half goes when it is larger).
 */
export const PRUNE = PREAMBLE + String.raw`
export GIT_DIR="$STORE"
cd "$STORE"
listed() { git for-each-ref --sort=committerdate --format='%(committerdate:unix) %(refname)' refs/snapshots; }
now=$(date +%s)
listed | awk -v oldest="$((now - KEPT_SECONDS))" '$1 < oldest { print "delete " $2 }' | git update-ref --stdin
git prune --expire=now
if [ "$(du -sk objects | cut -f 1)" -gt "$MOST_KILOBYTES" ]; then
  listed >"$STORE/listed"
  head -n "$(($(wc -l <"$STORE/listed") / 2))" "$STORE/listed" | sed 's/^[0-9]* /delete /' | git update-ref --stdin
  git prune --expire=now
fi
git repack -adlq || :
`;

/** Lists commits of the person's repository. Variables: TOP, RANGE. */
export const COMMITS = PREAMBLE + String.raw`
cd "$TOP"
theirs log --no-color --no-ext-diff --max-count=20 --format='%h %s' "$RANGE" --
`;
