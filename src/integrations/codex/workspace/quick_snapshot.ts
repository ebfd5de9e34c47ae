/**
 * The first part of a snapshot: uses the last one once more where nothing has changed since, which
 * two programs of git can tell, while a new one takes many.
 *
 * Whatever is not plain falls through to the whole script: nested repositories and files whose content
 * is not kept stand among the untracked ones each time, and a folder whose place in a repository may
 * have changed is looked at anew.
 *
 * Variables: as SNAPSHOT has them, and NOW and FRESH (seconds: no record is used again when it is
 * older, as old ones are deleted).
 */
export const QUICK_SNAPSHOT = String.raw`
# Codex's sandbox makes empty folders of that name where it guards one.
is_repository() { [ -f "$1/.git" ] || [ -e "$1/.git/HEAD" ]; }

# Sets above to the nearest folder with a repository of its own, the folder included; none = "".
find_above() {
  above=$1
  while [ -n "$above" ] && ! is_repository "$above"; do
    above=${"$"}{above%/*}
  done
}

# Sets head and branch from the files of git; fails where they are kept in another way.
read_head() {
  head=none branch=none
  IFS= read -r line <"$top/.git/HEAD" || return 1
  case $line in
    "ref: refs/heads/.invalid") return 1 ;;
    "ref: refs/heads/"*)
      branch=${"$"}{line#ref: refs/heads/}
      if [ -f "$top/.git/refs/heads/$branch" ]; then
        IFS= read -r head <"$top/.git/refs/heads/$branch" || return 1
      else
        [ ! -e "$top/.git/packed-refs" ] || return 1
      fi ;;
    "ref: "*) return 1 ;;
    *) head=$line ;;
  esac
}

# Git compares the times of files by the second: what the last record read may have had its permissions
# changed within the second.
is_unchanged() {
  export GIT_DIR="$STORE" GIT_WORK_TREE="$top" GIT_INDEX_FILE="$STORE/root.index"
  [ -f "$GIT_INDEX_FILE" ] && cd "$top" || return 1
  git -c core.excludesFile="$STORE/root.ignored" ls-files -z --others --exclude-standard -- "$prefix" \
    >"$STORE/looked.others" &
  git diff-files -z --name-status -- "$prefix" >"$STORE/looked.status" || return 1
  wait "$!" || return 1
  if [ ! -s "$STORE/looked.status" ] && [ ! -s "$STORE/looked.others" ] && have_their_modes; then
    return 0
  fi
  # What was looked at for nothing is not looked at again.
  printf '%s\t%s\n' "$top" "$prefix" >"$STORE/looked"
  return 1
}

have_their_modes() {
  [ ! -s "$STORE/root.recent" ] || [ "$(tr '\n\001' '\0\n' <"$STORE/root.recent" |
    xargs -0 ls -ldn -- | cut -c 1-10)" = "$(cat "$STORE/root.recent.modes")" ]
}

quickly() {
  [ ! -e "$STORE/looked" ] || rm -f "$STORE/looked"
  [ -f "$STORE/last" ] && [ -z "$ANEW" ] || return 0
  {
    IFS= read -r made && IFS= read -r name && IFS= read -r snapshot && IFS= read -r tree &&
      IFS= read -r repository && IFS= read -r prefix && IFS= read -r top && IFS= read -r under
  } <"$STORE/last" || return 0
  [ $((NOW - made)) -lt "$FRESH" ] && [ -f "$STORE/refs/snapshots/$name" ] || return 0
  find_above "$FOLDER"
  [ "$above" = "$under" ] || return 0
  head=none branch=none
  if [ "$repository" = yes ]; then
    [ "$above" = "$top" ] && [ -d "$top/.git" ] && read_head || return 0
  fi
  is_unchanged || return 0
  printf 'snapshot %s\ntree %s\ntop %s\nprefix %s\nrepository %s\nnested 0\nlarge 0\nhead %s\nbranch %s\n' \
    "$snapshot" "$tree" "$top" "$prefix" "$repository" "$head" "$branch"
  exit 0
}

(
  export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 \
    GIT_OPTIONAL_LOCKS=0 GIT_LITERAL_PATHSPECS=1 GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1
  quickly 2>/dev/null
  exit 1
) && exit 0
`;
