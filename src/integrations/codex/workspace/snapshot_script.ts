/** The shell script that records a working tree. */
import { PREAMBLE, RULES_OF_RUN } from "./scripts.ts";

/**
 * Records the folder. Prints lines of a keyword and a value: `refused REASON` (and ends with 9), or `snapshot COMMIT`
 * with `head COMMIT`, `branch NAME`, `repository yes|no` and `nested COUNT` beside it.
 *
 * Variables: STORE, FOLDER, LARGEST (bytes of a file whose content is kept), MOST_FILES (read at one
 * time), MOST_BYTES (the same), NAME (of the record), NOW (seconds), EXCLUDED (lines of absolute paths
 * that are not recorded), SINCE (an earlier record to which this one is compared, or empty), PLACE_TOP and
 * PLACE_PREFIX (where the folder was in the record with which this one is compared, or empty), ANEW (not
 * empty: what the store knows of the files is read anew).
 */
export const SNAPSHOT = PREAMBLE + String.raw`
make_store() {
  mkdir -p "$STORE/objects/info" "$STORE/objects/pack" "$STORE/refs" "$STORE/info"
  : >>"$STORE/objects/info/alternates"
  printf '* -text -eol -filter -ident -working-tree-encoding\n' >"$STORE/info/attributes"
  exclude >"$STORE/info/exclude"
  if [ -n "$ANEW" ]; then rm -f "$STORE"/*.index* "$STORE"/*.modes "$STORE"/*.whole "$STORE"/*.borrowed; fi
  [ ! -f "$STORE/config" ] || return 0
  printf 'ref: refs/heads/none\n' >"$STORE/HEAD"
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

# Patterns of the folders of this program and of Codex, which may lie inside of the tree.
exclude() {
  real=$(cd "$top" && pwd -P)
  printf '%s\n' "$EXCLUDED" "$STORE" | while IFS= read -r each; do
    [ -n "$each" ] && each=$(cd "$each" 2>/dev/null && pwd -P) || continue
    case $each in "$real"/*) printf '%s/\n' "${"$"}{each#"${"$"}{real%/}"}" | sed 's/[][*?\\]/\\&/g' ;; esac
  done
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

# Stays in the tree of the other record, where a repository began or ended around the folder since: two
# trees that begin in different folders cannot be compared.
stay_in_place() {
  stayed=
  [ -n "$PLACE_TOP" ] && [ "$top" != "$PLACE_TOP" ] || return 0
  [ "$(cd "$PLACE_TOP/$PLACE_PREFIX" 2>/dev/null && pwd -P)" = "$(pwd -P)" ] || return 0
  top=$PLACE_TOP prefix=$PLACE_PREFIX repository=no stayed=yes
}

# Whether nothing that the person's git is told may make it keep other bytes of a file than it has.
verbatim() {
  [ "$(setting core.autocrlf || echo false)" = false ] || return 1
  own=$(setting --path core.attributesFile) || own=$person_settings/git/attributes
  for each in "$own" /etc/gitattributes \
    "$(theirs rev-parse --path-format=absolute --git-path info/attributes)"; do
    [ ! -s "$each" ] || return 1
  done
  ! (unset GIT_LITERAL_PATHSPECS
    theirs ls-files --cached --others -- ':(glob)**/.gitattributes') | grep -q .
}

# Begins with the person's own index, so that nothing is read that git has read before. Where an
# attribute or a setting may change what git keeps of a file, every file is read anew.
seed() {
  cd "$1"
  # A repository further up has nothing to do with the folder.
  up=$(theirs rev-parse --show-cdup 2>/dev/null) && [ -z "$up" ] || return 0
  # Git would misread the index of a repository whose objects have names of another length.
  [ "$(theirs rev-parse --show-object-format)" = "$(GIT_DIR=$STORE git rev-parse --show-object-format)" ] ||
    return 0
  index=$(theirs rev-parse --path-format=absolute --git-path index)
  objects=$(theirs rev-parse --path-format=absolute --git-path objects)
  grep -qxF "$objects" "$STORE/objects/info/alternates" ||
    printf '%s\n' "$objects" >>"$STORE/objects/info/alternates"
  [ -f "$index" ] || return 0
  # The time of the index tells which files may have changed after it.
  if verbatim; then
    cp -p "$index" "$2.new" && chmod 600 "$2.new"
    adopt "$1" "$2.new" 2>/dev/null && mv "$2.new" "$2" || rm -f "$2.new"
  fi
}

# Prints files that the person's git keeps though its rules ignore them, and the store does not have:
# kept_ignored PREFIX RULES
kept_ignored() {
  (
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    up=$(theirs rev-parse --show-cdup 2>/dev/null) && [ -z "$up" ] || exit 0
    theirs -c core.excludesFile="$2" ls-files -z --cached --ignored --exclude-standard -- "$1"
  ) | xargs -0 sh -c 'test $# = 0 || git ls-files -z --others --exclude-from="$STORE/info/exclude" -- "$@"' sh |
    lines | sed '/\/$/d'
}

# Prints removals of files of which git keeps other bytes than it has read, by settings or attributes that
# may be gone since: they have another size.
converted() {
  git ls-files --stage --debug | awk '
    /^[0-9]/ { blob = $2; name = substr($0, index($0, "\t") + 1) }
    /^  size: / && $2 > 0 { print blob " " $2 "\t" name }' |
    git cat-file --batch-check='%(objectsize) %(rest)' |
    awk -v none="$1" '$2 != "missing" && $1 != $2 { print "0 " none "\t" substr($0, index($0, "\t") + 1) }'
}

# Takes nested repositories out of a copied index, and shows it files that git was told not to look at.
adopt() (
  export GIT_DIR="$STORE" GIT_WORK_TREE="$1" GIT_INDEX_FILE="$2"
  git ls-files --stage >"$2.all" || exit 1
  none=$(sed -n '1s/^[0-9]* \([0-9a-f]*\) .*/\1/p' "$2.all" | tr '0-9a-f' '0')
  sed -n "s/^160000 [^$tab]*$tab/0 $none$tab/p" "$2.all" | git update-index --index-info || exit 1
  converted "$none" | git update-index --index-info || exit 1
  git ls-files -v -z | lines >"$2.all"
  sed -n 's/^[a-z] //p' "$2.all" | names | git update-index -z --no-assume-unchanged --stdin || exit 1
  # Of a sparse checkout, what is not in the folder is not recorded.
  sed -n 's/^[Ss] //p' "$2.all" | sort >"$2.skipped"
  found '' <"$2.skipped" | sort >"$2.there"
  names <"$2.there" | git update-index -z --no-skip-worktree --stdin || exit 1
  comm -23 "$2.skipped" "$2.there" | names | git update-index -z --force-remove --stdin || exit 1
  rm -f "$2.all" "$2.skipped" "$2.there"
)

# Prints what the person ignores in a repository of theirs and everywhere, besides the rules in files
# called .gitignore, and notes where everywhere is: ignored TOP NAME
ignored() (
  unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
  cd "$1"
  own=$(setting --path core.excludesFile) || own=$person_settings/git/ignore
  [ "$2" != root ] || [ -n "$SINCE" ] || printf '%s\n' "$own" >"$STORE/rules"
  rules=
  up=$(theirs rev-parse --show-cdup 2>/dev/null) && [ -z "$up" ] &&
    rules=$(theirs rev-parse --path-format=absolute --git-path info/exclude)
  for each in "$own" "$rules"; do
    [ ! -f "$each" ] || { cat "$each" && echo; } 2>/dev/null || :
  done
)

${RULES_OF_RUN}
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
  rest=
  for mode in 664 775 600 700 640 750 660 770 444 555 400 500 440 550 666 777 604 705; do
    [ -s "$1.special" ] || return 0
    found "-perm $mode" <"$1.special" | sed "s/^/$mode$tab/"
    rest="$rest ! -perm $mode"
  done
  found "$rest" <"$1.special" | names | xargs -0 sh -c '
    for each; do
      mode=$(stat -c %a "./$each" 2>/dev/null || stat -f %Mp%Lp "./$each" 2>/dev/null) || continue
      printf "%s\t%s\0" "$mode" "$each"
    done' sh | lines
}

# Takes files of folders that are not recorded out of the index, which the person's git may keep.
leave_out() {
  git ls-files -z --cached --ignored --exclude-from="$STORE/info/exclude" >"$1"
  [ ! -s "$1" ] || {
    git update-index -z --force-remove --stdin <"$1"
    rm -f "$STORE/looked"
  }
}

# Notes objects of the person's repository that the store does not have: a few tell whether all are gone.
note_borrowed() {
  [ ! -f "$1.borrowed" ] || return 0
  git ls-files --stage | awk 'NR <= 100 { print $2 }' |
    git cat-file --batch-check='%(objectname) %(objecttype)' | sed -n 's/ blob$//p' |
    while IFS= read -r each; do
      [ -f "$STORE/objects/${"$"}{each%"${"$"}{each#??}"}/${"$"}{each#??}" ] || printf '%s\n' "$each"
    done >"$1.borrowed"
}

# Forgets what the store knows of the files when those objects are gone, as with a repository that was
# removed: it is made of them.
forget_lost() {
  [ -s "$1.borrowed" ] && git cat-file --batch-check <"$1.borrowed" | grep -q ' missing$' || return 0
  rm -f "$1.index" "$1.modes" "$1.borrowed" "$STORE/looked"
}

# Records one tree: take NAME TOP PREFIX. Prints the id of the tree, nested repositories included.
take() {
  export GIT_DIR="$STORE" GIT_WORK_TREE="$2" GIT_INDEX_FILE="$STORE/$1.index"
  work=$STORE/$1
  : >>"$work.recent"
  forget_lost "$work"
  anew=
  [ -f "$GIT_INDEX_FILE" ] ||
    { anew=yes; (unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE; seed "$2" "$work.index"); }
  cd "$2"
  [ ! -s "$STORE/info/exclude" ] || leave_out "$work.found"
  # For a run the rules of its beginning count, too: what it ceases to ignore, or has git keep all the
  # same, may have been there before.
  ignored "$2" "$1" >"$work.ignored.new"
  if [ -z "$SINCE" ] || [ ! -f "$work.begun" ]; then cp "$work.ignored.new" "$work.begun"
  elif ! cmp -s "$work.ignored.new" "$work.begun"; then cat "$work.begun" >>"$work.ignored.new"; fi
  : >"$work.kept"
  if [ -z "$SINCE" ] || [ -n "$anew" ]; then
    [ "$1" != root ] || : >"$STORE/tracked"
    kept_ignored "$3" "$work.ignored.new" >"$work.kept"
  fi
  if [ "$1" = root ] && [ -f "$STORE/looked" ] && [ "$(cat "$STORE/looked")" = "$2$tab$3" ] &&
    cmp -s "$work.ignored.new" "$work.ignored"; then
    :
  else
    mv "$work.ignored.new" "$work.ignored"
    with_rules_above "$3" git -c core.excludesFile="$work.ignored" ls-files -z --others --exclude-standard \
      >"$work.found" 2>"$STORE/looked.errors"
    lines <"$work.found" >"$STORE/looked.others"
    : >"$work.found"
    [ ! -f "$GIT_INDEX_FILE" ] || with_rules_above "$3" git diff-files -z --name-status >"$work.found"
    lines <"$work.found" | paste -d "$tab" - - >"$STORE/looked.status"
  fi
  rm -f "$STORE/looked"
  mv "$STORE/looked.status" "$work.status"
  mv "$STORE/looked.errors" "$work.errors.new"
  [ -n "$SINCE" ] || mv "$work.errors.new" "$work.errors"
  # Also what is behind a link now that has taken the place of its folder.
  sed -n "s/^D$tab//p" "$work.status" >"$work.gone"
  # One that git ignores and keeps may come back.
  [ ! -s "$work.gone" ] || {
    rm -f "$STORE/tracked"
    names <"$work.gone" | git update-index -z --force-remove --stdin
  }
  sed -n '/\/$/p' "$STORE/looked.others" >"$work.nested"
  inner=${"$"}{2#"$top"}
  if [ -z "$SINCE" ]; then sort "$work.nested" >"$work.nested.begun"
  else again "$work" "$inner" >>"$work.kept"; fi
  {
    sed -n "s/^[^D]$tab//p" "$work.status"
    cat "$STORE/looked.others"
    cat "$work.kept"
  } | sort -u >"$work.seen"
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
  since "$work" "$inner"
  opened "$work" "$inner"
  note_borrowed "$work"
  keep_modes "$work"
  add_nested "$1" "$2" "$work"
}

keep_modes() {
  if [ -f "$1.modes" ]; then
    # A file whose permissions change within the second in which it was recorded looks unchanged.
    {
      cat "$1.small"
      names <"$1.recent" | xargs -0 sh -c 'test $# = 0 || git ls-files -z -- "$@"' sh | lines
    } | sort -u >"$1.looked"
    cat "$1.looked" "$1.changed" "$1.gone" >"$1.new"
    awk -F "$tab" 'FILENAME == ARGV[1] { gone[$0]; next } !(substr($0, index($0, FS) + 1) in gone)' \
      "$1.new" "$1.modes" >"$1.modes.new"
    odd_modes "$1" <"$1.looked" >>"$1.modes.new"
  else
    git ls-files -z | lines >"$1.small"
    odd_modes "$1" <"$1.small" >"$1.modes.new"
  fi
  mv "$1.modes.new" "$1.modes"
  if [ "$(wc -l <"$1.small")" -le 2000 ]; then cp "$1.small" "$1.recent"; else : >"$1.recent"; fi
  # Without names ls would look at the folder itself.
  names <"$1.recent" | xargs -0 sh -c 'test $# = 0 || ls -ldn -- "$@" 2>/dev/null || :' sh |
    cut -c 1-10 >"$1.recent.modes"
}

add_nested() {
  cp "$3.modes" "$3.modes.whole"
  : >"$3.large.whole"
  while IFS= read -r each; do
    each=$(printf %s "$each" | tr '\001' '\n')
    facts=$(stat -c '%s %Y' "$each" 2>/dev/null || stat -f '%z %m' "$each" 2>/dev/null) || continue
    printf '%s\t%s\0' "$facts" "$each" | lines >>"$3.large.whole"
  done <"$3.left"
  [ -s "$3.nested" ] || { git write-tree --missing-ok; return; }
  cp "$GIT_INDEX_FILE" "$3.whole" 2>/dev/null || rm -f "$3.whole"
  while IFS= read -r inner; do
    name=$1.$(printf %s "$inner" | cksum | tr -d ' ')
    inner=$(printf %s "$inner" | tr '\001' '\n')
    tree=$(take "$name" "$2/${"$"}{inner%/}" .)
    GIT_INDEX_FILE=$3.whole git read-tree --prefix="$inner" "$tree"
    sed "s|$tab|&$(printf %s "$inner" | tr '\n' '\001' | sed 's/[&|\\]/\\&/g')|" "$STORE/$name.modes.whole" >>"$3.modes.whole"
    sed "s|$tab|&$(printf %s "$inner" | tr '\n' '\001' | sed 's/[&|\\]/\\&/g')|" "$STORE/$name.large.whole" >>"$3.large.whole"
    printf '%s\0' "$inner" | lines >>"$STORE/nested"
  done <"$3.nested"
  GIT_INDEX_FILE=$3.whole git write-tree --missing-ok
}

locate
stay_in_place
# The index of another tree is of no use in this one.
[ ! -f "$STORE/place" ] || [ "$(cat "$STORE/place")" = "$top$tab$prefix" ] || ANEW=yes
# One that was cut short may know of files in its index whose permissions it has not noted.
[ ! -f "$STORE/taking" ] && [ ! -s "$STORE/at-work" ] || ANEW=yes
make_store
printf '%s\n' "$top$tab$prefix" >"$STORE/place"
# The last record and the index belong together until the index is touched.
: >"$STORE/taking"
rm -f "$STORE/last"
exec 3>&1
: >"$STORE/nested"
[ -z "$SINCE" ] || rm -f "$STORE/closely"
take root "$top" "$prefix" >"$STORE/tree"
files=$(cat "$STORE/tree")
export GIT_DIR="$STORE"
large=$(git hash-object -w "$STORE/root.large.whole")
modes=$(git hash-object -w "$STORE/root.modes.whole")
whole=$(printf '040000 tree %s\tfiles\n100644 blob %s\tlarge\n100644 blob %s\tmodes\n' \
  "$files" "$large" "$modes" | git mktree --missing)
export GIT_AUTHOR_NAME=record GIT_AUTHOR_EMAIL=record@invalid \
  GIT_COMMITTER_NAME=record GIT_COMMITTER_EMAIL=record@invalid
commit=$(git commit-tree "$whole" -m "$NAME")
git update-ref "refs/snapshots/$NAME" "$commit"
unset GIT_DIR
printf 'snapshot %s\ntree %s\ntop %s\nprefix %s\nrepository %s\nnested %s\nlarge %s\n' "$commit" \
  "$whole" "$top" "$prefix" "$repository" "$(wc -l <"$STORE/nested")" "$(wc -l <"$STORE/root.large.whole")"
# What quick_snapshot.ts, which stands before this, may use once more.
find_above "$FOLDER"
[ -n "$stayed" ] || keep_last
rm -f "$STORE/taking" "$STORE/at-work"
[ "$repository" = no ] || {
  cd "$top"
  printf 'head %s\n' "$(theirs rev-parse --verify -q HEAD || echo none)"
  printf 'branch %s\n' "$(theirs symbolic-ref -q --short HEAD || echo none)"
}
`;
