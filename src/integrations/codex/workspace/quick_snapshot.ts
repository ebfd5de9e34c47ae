/**
 * The first part of a snapshot: uses the last one once more where nothing has changed since, which
 * two programs of git can tell, while a new one takes many; what has changed is recorded by
 * plain_snapshot.ts, where it is plain.
 *
 * Whatever is not falls through to the whole script. Nested repositories and files whose content is
 * not kept stand among the untracked ones each time, so that nothing to be seen means that they are
 * gone; a folder whose place in a repository may have changed is looked at anew.
 *
 * What the file closely stands for is left to the whole script, too: in this run the rules of what is
 * ignored have changed, or something is gone that is ignored, so that git would not name it again.
 *
 * Variables: as SNAPSHOT has them, and NOW and FRESH (seconds: no record is used again when it is
 * older, as old ones are deleted).
 */
import { PLAIN_SNAPSHOT } from "./plain_snapshot.ts";
import { FORGET_GIT_VARIABLES } from "./scripts.ts";

export const QUICK_DEFINITIONS = FORGET_GIT_VARIABLES + String.raw`
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

# Whether no file that may say what the person ignores has changed since all of them were read. What a
# run changes of them has nothing to bring to light.
has_old_rules() {
  [ -z "$SINCE" ] || return 0
  [ -f "$STORE/rules" ] && IFS= read -r own <"$STORE/rules" || return 1
  for each in "$own" "$top/.git/info/exclude" "$top/.git/config" "${"$"}{HOME:-}/.gitconfig" \
    "${"$"}{XDG_CONFIG_HOME:-${"$"}{HOME:-}/.config}/git/config"; do
    [ ! -e "$each" ] || [ "$STORE/rules" -nt "$each" ] || return 1
  done
}

# Whether the person's git may keep files by now that its rules ignore, and that are in no record.
may_keep_ignored() {
  [ -z "$SINCE" ] && [ "$repository" = yes ] && [ -f "$top/.git/index" ] || return 1
  [ ! -f "$STORE/tracked" ] || [ ! "$STORE/tracked" -nt "$top/.git/index" ]
}

# Fails when it does.
keeps_no_ignored() {
  : >"$STORE/tracked.new"
  (
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
    git -c safe.directory='*' -c core.fsmonitor=false -c core.excludesFile="$STORE/root.ignored" \
      ls-files -z --cached --ignored --exclude-standard -- "$prefix"
  ) >"$STORE/looked.kept" || return 1
  if [ -s "$STORE/looked.kept" ]; then
    xargs -0 git ls-files --others --exclude-from="$STORE/info/exclude" -- \
      <"$STORE/looked.kept" >"$STORE/looked.unknown" || return 1
    ! grep -q '[^/]$' "$STORE/looked.unknown" || return 1
  fi
  mv "$STORE/tracked.new" "$STORE/tracked"
}

# Runs a command on the folder, and on the files above it that say what is ignored:
# with_rules_above PREFIX COMMAND...
with_rules_above() {
  within=$1 up=${"$"}{1%/}
  shift
  set -- "$@" -- "$within"
  while [ "$up" != "${"$"}{up%/*}" ]; do
    up=${"$"}{up%/*}
    set -- "$@" "$up/.gitignore"
  done
  [ "$within" = . ] || set -- "$@" .gitignore
  "$@"
}

# Whether git can open those folders that it could when a run began. What is in another one is not recorded.
opens_the_same() {
  [ -s "$STORE/looked.errors" ] || { [ ! -s "$STORE/root.errors" ]; return; }
  [ -s "$STORE/root.errors" ] && [ "$(cat "$STORE/looked.errors")" = "$(cat "$STORE/root.errors")" ]
}

# Looks at the folder: sets found to what differs from the last record, a line each.
look() {
  export GIT_DIR="$STORE" GIT_WORK_TREE="$top" GIT_INDEX_FILE="$STORE/root.index"
  [ -f "$GIT_INDEX_FILE" ] && cd "$top" || return 1
  kept=
  if may_keep_ignored; then
    keeps_no_ignored &
    kept=$!
  fi
  with_rules_above "$prefix" git -c core.quotePath=false -c core.excludesFile="$STORE/root.ignored" \
    ls-files --others --exclude-standard >"$STORE/looked.others" 2>"$STORE/looked.errors" &
  others=$!
  found=$(with_rules_above "$prefix" git -c core.quotePath=false diff-files --name-status) || return 1
  printf %s "$found${"$"}{found:+$newline}" >"$STORE/looked.status"
  wait "$others" && opens_the_same || return 1
  [ -z "$kept" ] || wait "$kept" || return 1
  [ ! -s "$STORE/looked.others" ] || found=$found$newline$(cat "$STORE/looked.others")
}

# What was looked at for nothing is not looked at again, unless names are quoted there.
keep_what_was_seen() {
  case $found in *'"'*) ;; *) printf '%s\t%s\n' "$top" "$prefix" >"$STORE/looked" ;; esac
}

# Writes what the next snapshot may use once more.
keep_last() {
  printf '%s\n' "$NOW" "$NAME" "$commit" "$whole" "$files" "$large" "$modes" "$repository" "$prefix" \
    "$top" "$above" "$EXCLUDED" >"$STORE/last"
  : >"$STORE/seen"
}

# Git compares the times of files by the second: what the last record read may have had its permissions
# changed within the second.
have_their_modes() {
  [ -s "$STORE/root.recent" ] || return 0
  set --
  noted= now=
  # To read here starts no program, but takes long where there is much to read.
  while IFS= read -r each && IFS= read -r mode <&3; do
    case $#:$each in 30:*|*"${"\u0001"}"*) many_have_their_modes; return ;; esac
    set -- "$@" "$each"
    noted=$noted$mode$newline
  done <"$STORE/root.recent" 3<"$STORE/root.recent.modes"
  listed=$(ls -ldn -- "$@") || return 1
  set -f
  IFS=$newline
  for each in $listed; do now=$now${"$"}{each%"${"$"}{each#??????????}"}$newline; done
  unset IFS
  set +f
  [ "$now" = "$noted" ]
}

# To be called when they have them. Of what was seen unchanged by an earlier look, seconds ago, any
# change from now on has a later second, which git notices: it is not asked for again.
let_modes_rest() {
  [ -s "$STORE/root.recent" ] || return 0
  seen=
  [ ! -s "$STORE/seen" ] || IFS= read -r seen <"$STORE/seen"
  if [ -z "$seen" ] || [ "$NOW" -lt "$seen" ]; then printf '%s\n' "$NOW" >"$STORE/seen"
  elif [ $((NOW - seen)) -ge 3 ]; then : >"$STORE/root.recent"
  fi
}

many_have_their_modes() {
  [ "$(tr '\n\001' '\0\n' <"$STORE/root.recent" | xargs -0 ls -ldn -- | cut -c 1-10)" = \
    "$(cat "$STORE/root.recent.modes")" ]
}

quickly() {
  [ ! -e "$STORE/looked" ] || rm -f "$STORE/looked"
  # Which repositories were inside when a run began is known to the whole script alone.
  [ -n "$SINCE" ] || [ ! -s "$STORE/root.nested.begun" ] || : >"$STORE/root.nested.begun"
  [ -z "$SINCE" ] || [ ! -e "$STORE/closely" ] || return 0
  [ -f "$STORE/last" ] && [ -z "$ANEW" ] && [ ! -e "$STORE/taking" ] && [ ! -s "$STORE/at-work" ] || return 0
  {
    IFS= read -r made && IFS= read -r name && IFS= read -r snapshot && IFS= read -r tree &&
      IFS= read -r files && IFS= read -r large && IFS= read -r modes &&
      IFS= read -r repository && IFS= read -r prefix && IFS= read -r top && IFS= read -r under || return 0
    apart=
    while IFS= read -r line; do apart=$apart${"$"}{apart:+$newline}$line; done
  } <"$STORE/last"
  [ "$apart" = "$EXCLUDED" ] || return 0
  [ -z "$PLACE_TOP" ] || [ "$PLACE_TOP" = "$top" ] || return 0
  [ $((NOW - made)) -lt "$FRESH" ] && [ -f "$STORE/refs/snapshots/$name" ] || return 0
  [ ! -s "$STORE/nested" ] && [ ! -s "$STORE/root.large.whole" ] || return 0
  find_above "$FOLDER"
  [ "$above" = "$under" ] || return 0
  head=none branch=none
  if [ "$repository" = yes ]; then
    [ "$above" = "$top" ] && [ -d "$top/.git" ] && read_head || return 0
  fi
  has_old_rules && look || return 0
  if [ -z "$found" ] && have_their_modes; then
    let_modes_rest
    printf 'snapshot %s\ntree %s\ntop %s\nprefix %s\nrepository %s\nnested 0\nlarge 0\nhead %s\nbranch %s\n' \
      "$snapshot" "$tree" "$top" "$prefix" "$repository" "$head" "$branch"
    exit 0
  fi
  record_plainly
  keep_what_was_seen
}

${PLAIN_SNAPSHOT}`;

/** Ends with the code 0 where that was enough. Needs {@link QUICK_DEFINITIONS}. */
export const QUICK_SNAPSHOT = String.raw`
(
  umask 077
  unset POSIXLY_CORRECT CDPATH QUOTING_STYLE TIME_STYLE
  export LC_ALL=C GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 \
    GIT_OPTIONAL_LOCKS=0 GIT_LITERAL_PATHSPECS=1 GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1
  quickly 2>/dev/null
  exit 1
) && exit 0
`;
