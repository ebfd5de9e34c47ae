/** The shell script that records what a review compares. */
import { PREAMBLE } from "./scripts.ts";

/**
 * Records the two states of a comparison, as {@link SNAPSHOT} records a folder. Prints lines of a
 * keyword and a value: `kind`, `from`, `to`, `from-tree`, `to-tree`, `top` and, where there are,
 * `from-head` and `to-head`; or `refused REASON` (and ends with 9) with `name NAME` and lines of
 * `branch NAME` beside it.
 *
 * Variables: STORE, FOLDER, SNAPSHOT (of the folder as it is), KIND (of the target), LEFT and RIGHT
 * (names), NAME (of the records).
 */
export const COMPARISON = PREAMBLE + String.raw`
refuse() {
  printf 'refused %s\nname %s\n' "$1" "$2"
  [ "$1" != unknown ] ||
    theirs for-each-ref --count=500 --format='branch %(refname:short)' refs/heads refs/remotes
  exit 9
}

# Prints the commit of a name. A name never begins an option.
commit_of() {
  case $1 in -*|'') return 1 ;; esac
  theirs rev-parse --verify -q "$1^{commit}" 2>/dev/null
}

# Prints the commit of a branch, here or as it was fetched.
branch_of() {
  case $1 in -*|''|HEAD) return 1 ;; esac
  for full in "refs/heads/$1" "refs/remotes/$1" "refs/remotes/origin/$1"; do
    ! theirs show-ref --verify -q "$full" || { commit_of "$full"; return; }
  done
  return 1
}

either_of() { branch_of "$1" || commit_of "$1"; }

base_of() {
  base=$(theirs merge-base "$1" "$2" 2>/dev/null) || refuse unrelated "$3"
  printf '%s\n' "$base"
}

# Records a tree beside what of it is not kept: record TREE LARGE SUFFIX.
record() (
  export GIT_DIR="$STORE" GIT_AUTHOR_NAME=record GIT_AUTHOR_EMAIL=record@invalid \
    GIT_COMMITTER_NAME=record GIT_COMMITTER_EMAIL=record@invalid
  none=$(git hash-object -w --stdin </dev/null)
  whole=$(printf '040000 tree %s\tfiles\n100644 blob %s\tlarge\n100644 blob %s\tmodes\n' \
    "$1" "$2" "$none" | git mktree --missing)
  commit=$(git commit-tree "$whole" -m "$NAME")
  git update-ref "refs/snapshots/$NAME-$3" "$commit"
  printf '%s\n' "$commit"
)

in_store() (
  export GIT_DIR="$STORE" GIT_INDEX_FILE="$STORE/base.index"
  "$@"
)

cd "$FOLDER"
[ "$(theirs rev-parse --is-inside-work-tree 2>/dev/null)" = true ] || refuse no-repository ''
! (unset GIT_LITERAL_PATHSPECS; theirs check-ignore -q .) 2>/dev/null || refuse no-repository ''
top=$(theirs rev-parse --show-toplevel) prefix=$(theirs rev-parse --show-prefix)
[ -n "$prefix" ] || prefix=.
cd "$top"
objects=$(theirs rev-parse --path-format=absolute --git-path objects)
grep -qxF "$objects" "$STORE/objects/info/alternates" ||
  printf '%s\n' "$objects" >>"$STORE/objects/info/alternates"
head=$(commit_of HEAD) || head=
empty=$(in_store git hash-object -w -t tree --stdin </dev/null)
nothing=$(in_store git hash-object -w --stdin </dev/null)

# Runs git on the person's index with the store's settings, as a file that is as old as the index is read,
# for which their filters would run.
plainly() (
  export GIT_DIR="$STORE" GIT_WORK_TREE="$top" GIT_INDEX_FILE="$index"
  git -c core.fileMode="$modes" "$@"
)

# Prints what of the folder differs from the last commit in git's eyes; unchanged bytes in another form,
# such as other ends of lines, do not. An index in parts cannot be read so: then each file counts.
differing() {
  if plainly ls-files >/dev/null 2>&1; then
    plainly diff-index --no-renames --no-abbrev --ignore-submodules=all --no-ext-diff "$@" "$head" -- "$prefix"
  else
    (export GIT_DIR="$STORE"; git diff-tree -r --no-renames --no-abbrev --no-ext-diff "$@" \
      "$head^{tree}" "$SNAPSHOT:files" -- "$prefix")
  fi
}

# Prints the tree of the last commit, where the folder differs from it, and else of the folder.
last_commit() {
  none=$(printf %s "$nothing" | tr '0-9a-f' '0')
  index=$(theirs rev-parse --path-format=absolute --git-path index)
  modes=$(theirs config --type=bool core.fileMode || echo true)
  rm -f "$STORE/base.index"
  in_store git read-tree "$SNAPSHOT:files"
  theirs ls-files -z --others --exclude-standard -- "$prefix" | lines | sed '/\/$/d' >"$STORE/others"
  : >"$STORE/entries"
  : >"$STORE/touched"
  if [ -n "$head" ]; then
    differing --raw | sed -n "s/^:\([0-9]*\) [0-9]* \([0-9a-f]*\) [0-9a-f]* [A-Z]*$tab/\1 \2$tab/p" |
      sed "/^160000 /d; s/^0* 0*$tab/0 $none$tab/" >"$STORE/entries"
    differing -z --name-only | lines >"$STORE/touched"
  else
    theirs ls-files -z -- "$prefix" | lines >>"$STORE/others"
  fi
  cat "$STORE/others" >>"$STORE/touched"
  names <"$STORE/others" | in_store git update-index -z --force-remove --stdin
  in_store git update-index --index-info <"$STORE/entries"
  last_nested
  in_store git ls-files --stage | sed -n "s/^160000 [^$tab]*$tab/0 $none$tab/p" |
    in_store git update-index --index-info
  in_store git write-tree --missing-ok
}

# A repository inside is held against the commit that it is pinned to, or that it has checked out.
last_nested() {
  while IFS= read -r inner; do
    pinned=
    [ -z "$head" ] || pinned=$(theirs ls-tree "$head" -- "$(printf %s "$inner" | sed 's|/$||')" |
      sed -n 's/^160000 commit \([0-9a-f]*\).*/\1/p')
    [ -n "$pinned" ] || pinned=$(cd "$inner" 2>/dev/null && theirs rev-parse --verify -q HEAD) || pinned=
    in_store git ls-files -z -- "$inner" | in_store git update-index -z --force-remove --stdin
    [ -z "$pinned" ] || ! in_store git cat-file -e "$pinned^{tree}" 2>/dev/null ||
      in_store git read-tree --prefix="$inner" "$pinned^{tree}"
  done <"$STORE/nested"
}

# Of what is not kept, all that the person's git takes for unchanged.
kept_large() {
  in_store git cat-file blob "$SNAPSHOT:large" | awk -F "$tab" \
    'FILENAME == ARGV[1] { touched[$0]; next } !(substr($0, index($0, FS) + 1) in touched)' \
    "$STORE/touched" - | in_store git hash-object -w --stdin
}

kind=$KIND from_head= to_head=$head from_large=$nothing to_large=$nothing
case $KIND in
uncommitted)
  from_tree=$(last_commit)
  to_tree=$(in_store git rev-parse "$SNAPSHOT:files")
  from_large=$(kept_large)
  to_large=$(in_store git rev-parse "$SNAPSHOT:large")
  from_head=$head
  ;;
revision|against)
  [ -n "$head" ] || refuse no-commit ''
  if other=$(branch_of "$LEFT") || { [ "$KIND" = against ] && other=$(commit_of "$LEFT"); }; then
    kind=branch
    from_head=$(base_of "$other" "$head" "$LEFT") || { printf '%s\n' "$from_head"; exit 9; }
  else
    kind=commit
    to_head=$(commit_of "$LEFT") || refuse unknown "$LEFT"
    if ! from_head=$(theirs rev-parse --verify -q "$to_head^1"); then
      shallow=$(theirs rev-parse --path-format=absolute --git-path shallow)
      ! grep -qxF "$to_head" "$shallow" 2>/dev/null || refuse shallow "$LEFT"
    fi
  fi
  ;;
range)
  [ -n "$head" ] || refuse no-commit ''
  other=$(either_of "$LEFT") || refuse unknown "$LEFT"
  to_head=$(either_of "$RIGHT") || refuse unknown "$RIGHT"
  from_head=$(base_of "$other" "$to_head" "$LEFT") || { printf '%s\n' "$from_head"; exit 9; }
  ;;
esac
if [ "$KIND" != uncommitted ]; then
  from_tree=$empty
  [ -z "$from_head" ] || from_tree=$(theirs rev-parse "$from_head^{tree}")
  to_tree=$(theirs rev-parse "$to_head^{tree}")
  prefix=.
fi
[ -n "$from_head" ] || from_head=none
[ -n "$to_head" ] || to_head=none
printf 'kind %s\nfrom-tree %s\nto-tree %s\ntop %s\nprefix %s\nfrom-head %s\nto-head %s\n' "$kind" \
  "$from_tree" "$to_tree" "$top" "$prefix" "$from_head" "$to_head"
printf 'from %s\n' "$(record "$from_tree" "$from_large" from)"
printf 'to %s\n' "$(record "$to_tree" "$to_large" to)"
`;
