/**
 * The second part of a snapshot: records what has changed since the last one with few programs, where
 * all of it is plain. The whole script, which stands behind this, starts many times as many.
 *
 * Plain are at most some hundred files and links with names that git does not quote, none of them too
 * large or unreadable, while no rules of what is ignored have changed and no repository is inside.
 * Everything else is left to the whole script, with what was looked at so far. It would record the same
 * tree: `tests/integrations/codex/workspace/plain_snapshot_test.ts` compares the two.
 *
 * Is a part of {@link QUICK_DEFINITIONS}; by then the last record is read, and the folder looked at.
 */
export const PLAIN_SNAPSHOT = String.raw`
tab='${"\t"}' newline='
'
most_plain=300

# Whether what the person ignores is what it was: the rules are read again, as a run may change them.
has_the_same_rules() {
  own=$(
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM
    git -c safe.directory='*' config --path core.excludesFile
  ) || own=${"$"}{XDG_CONFIG_HOME:-${"$"}{HOME:-}/.config}/git/ignore
  set --
  [ ! -f "$own" ] || set -- "$own"
  [ "$repository" = no ] || [ ! -f "$top/.git/info/exclude" ] || set -- "$@" "$top/.git/info/exclude"
  [ $# -gt 0 ] || { [ ! -s "$STORE/root.ignored" ]; return; }
  for each; do cat "$each" && echo; done 2>/dev/null | cmp -s - "$STORE/root.ignored"
}

# Whether the folder is where it was, also for a repository that may ignore a part of itself now.
has_the_same_place() {
  [ "$repository" = yes ] || { [ -z "$above" ]; return; }
  [ ! -e "$top/.git/commondir" ] || return 1
  [ "$prefix" != . ] || return 0
  (
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_LITERAL_PATHSPECS
    cd "$FOLDER" && git -c safe.directory='*' -c core.fsmonitor=false check-ignore -q .
  )
  [ $? = 1 ]
}

# Sets changed and gone to the names that were found, one a line; fails where one is not plain.
name_changes() {
  changed= gone=
  # A name with a quotation mark, a control character or a backslash in it comes quoted.
  case $found in *'"'*) return 1 ;; esac
  set -f
  IFS=$newline
  set -- $found
  unset IFS
  set +f
  [ $# -le "$most_plain" ] && [ $# -le "$MOST_FILES" ] || return 1
  for each; do
    case $each in
      *.gitignore) return 1 ;;
      D"$tab"*) gone=$gone${"$"}{each#*"$tab"}$newline; continue ;;
      [MT]"$tab"*) each=${"$"}{each#*"$tab"} ;;
      *"$tab"*|*/) return 1 ;;
    esac
    [ -L "./$each" ] || [ -r "./$each" ] || return 1
    changed=$changed$each$newline
  done
}

# Looks at kinds, sizes and permissions, also of what was recorded last (see keep_modes), and writes what
# keep_modes and odd_modes would write. Ends with 0 where permissions are as they were, 3 where not.
note_modes() {
  recent=
  [ ! -s "$STORE/root.recent" ] || recent=$(cat "$STORE/root.recent")
  set -f
  IFS=$newline
  set -- $changed $recent
  unset IFS
  set +f
  if [ $# = 0 ]; then : | described; else ls -ldn -- "$@" 2>/dev/null | described; fi
}

described() {
  export changed gone
  awk '
function lines_of(text, into, count, all, at, found) {
  count = split(text, all, "\n")
  for (at = 1; at <= count; at++) if (all[at] != "") { into[all[at]]; found++ }
  return found + 0
}
function digit(part, special, value) {
  value = (substr(part, 1, 1) == "r" ? 4 : 0) + (substr(part, 2, 1) == "w" ? 2 : 0)
  if (substr(part, 3, 1) ~ /[xst]/) value++
  if (substr(part, 3, 1) ~ /[sStT]/) specials += special
  return value
}
function octal(mode, digits) {
  specials = 0
  digits = digit(substr(mode, 2, 3), 4) digit(substr(mode, 5, 3), 2) digit(substr(mode, 8, 3), 1)
  digits = specials digits
  sub(/^0+/, "", digits)
  return digits == "" ? "0" : digits
}
function keep(line) { kept[++keptCount] = line }
BEGIN { wanted = lines_of(ENVIRON["changed"], changed); lines_of(ENVIRON["gone"], gone) }
FILENAME == ARGV[1] { recent[$0]; wanted++; next }
FILENAME == ARGV[2] { modes[++modeCount] = $0; next }
!match($0, /^[-l][-rwxsStT]+[.+@]? +[0-9]+ +[0-9]+ +[0-9]+ +[0-9]+ +[^ ]+ +[^ ]+ +[^ ]+ /) { odd = 1; exit }
{
  listed++
  name = substr($0, RLENGTH + 1)
  if ($0 ~ /^l/) name = substr(name, 1, index(name, " -> ") - 1)
  if (!(name in changed) && !(name in recent)) { odd = 1; exit }
  if (name in mode) next
  mode[name] = substr($0, 1, 10)
  order[++count] = name
  split($0, field, / +/)
  if (!(name in changed) || $0 ~ /^l/) next
  bytes += field[5]
  if (field[5] + 0 > ENVIRON["LARGEST"] + 0) { odd = 1; exit }
}
END {
  if (odd || bytes > ENVIRON["MOST_BYTES"] + 0) exit 1
  for (name in changed) if (!(name in mode)) exit 1
  for (name in recent) if (!(name in mode)) { if (name in gone) wanted--; else exit 1 }
  # A link may lead to a name of several lines.
  if (listed + 0 != wanted) exit 1
  for (at = 1; at <= modeCount; at++) {
    name = substr(modes[at], index(modes[at], "\t") + 1)
    if (!(name in mode) && !(name in gone)) keep(modes[at])
  }
  known = split("664 775 600 700 640 750 660 770 444 555 400 500 440 550 666 777 604 705", usual, " ")
  for (at = 1; at <= count; at++) {
    name = order[at]
    if (mode[name] ~ /^-/ && !(name in gone)) number[name] = octal(mode[name])
  }
  for (which = 1; which <= known + 1; which++) for (at = 1; at <= count; at++) {
    name = order[at]
    if (!(name in number) || number[name] == 644 || number[name] == 755) continue
    if (which <= known && number[name] != usual[which]) continue
    keep(number[name] "\t" name)
    delete number[name]
  }
  store = ENVIRON["STORE"]
  printf "" >(store "/root.recent")
  printf "" >(store "/root.recent.modes")
  for (at = 1; at <= count; at++) if (order[at] in changed) {
    print order[at] >(store "/root.recent")
    print mode[order[at]] >(store "/root.recent.modes")
  }
  same = keptCount == modeCount
  for (at = 1; same && at <= keptCount; at++) same = kept[at] == modes[at]
  if (same) exit 0
  printf "" >(store "/root.modes")
  for (at = 1; at <= keptCount; at++) print kept[at] >(store "/root.modes")
  exit 3
}' "$STORE/root.recent" "$STORE/root.modes" -
}

# Records the folder and prints the record as the whole script does; returns where it has to do it.
record_plainly() {
  [ -f "$STORE/root.modes" ] && [ -f "$STORE/root.recent" ] && [ ! -s "$STORE/nested" ] &&
    [ ! -s "$STORE/root.large.whole" ] || return 0
  name_changes && has_the_same_place && has_the_same_rules || return 0
  # The index, the permissions and the last record belong together until they are all written.
  echo plainly >"$STORE/at-work"
  note_modes
  case $? in
    0) noted=same ;;
    3) noted=other ;;
    *) : >"$STORE/at-work"; return 0 ;;
  esac
  write_plainly || exit 1
  print_plainly
  exit 0
}

# Notes whether something is gone that git would not name, should it come back.
note_ignored() {
  [ -n "$SINCE" ] || return 0
  [ -z "$(
    unset GIT_LITERAL_PATHSPECS
    printf %s "$gone" | git -c core.excludesFile="$STORE/root.ignored" check-ignore --no-index --stdin
  )" ] || echo yes >"$STORE/closely"
}

# Sets commit and whole, and makes them the last record. What fails here is recorded anew.
write_plainly() {
  export GIT_AUTHOR_NAME=record GIT_AUTHOR_EMAIL=record@invalid \
    GIT_COMMITTER_NAME=record GIT_COMMITTER_EMAIL=record@invalid
  # One that git ignores and keeps may come back.
  [ -z "$gone" ] || { rm -f "$STORE/tracked" && note_ignored && printf %s "$gone" | git update-index --force-remove --stdin; } || return 1
  [ -z "$changed" ] ||
    printf %s "$changed" | git update-index --add --remove --replace --stdin || return 1
  files_before=$files
  files=$(git write-tree --missing-ok) || return 1
  compared=no
  if [ "$SINCE" = "$snapshot" ] && [ "$noted" = same ]; then
    compared=yes
    git -c core.quotePath=false diff-tree -r -p -M -l2000 --no-ext-diff --no-textconv \
      "$files_before" "$files" -- "$prefix" >"$STORE/plain.patch" &
  fi
  [ "$noted" = same ] || modes=$(git hash-object -w "$STORE/root.modes") || return 1
  whole=$(printf '040000 tree %s\tfiles\n100644 blob %s\tlarge\n100644 blob %s\tmodes\n' \
    "$files" "$large" "$modes" | git mktree --missing) || return 1
  commit=$(git commit-tree "$whole" -m "$NAME") || return 1
  git update-ref "refs/snapshots/$NAME" "$commit" || return 1
  keep_last
  : >"$STORE/at-work"
}

print_plainly() {
  printf 'snapshot %s\ntree %s\ntop %s\nprefix %s\nrepository %s\nnested 0\nlarge 0\nhead %s\nbranch %s\n' \
    "$commit" "$whole" "$top" "$prefix" "$repository" "$head" "$branch"
  [ "$compared" = yes ] || return 0
  raw=$(git diff-tree -r -M -l2000 --raw --numstat --no-abbrev --no-ext-diff --no-textconv \
    "$files_before" "$files" -- "$prefix") && wait "$!" || return 0
  printf 'compared\n%s\n' "$raw"
  print_sizes
  echo patch
  cat "$STORE/plain.patch"
}

print_sizes() {
  set -f
  IFS=$newline
  set -- $raw
  unset IFS
  for each; do
    case $each in :*) printf '%s\n' "$each" ;; esac
  done | while read -r _ _ before after _; do
    printf '%s\n%s\n' "$before" "$after"
  done | git cat-file --batch-check='size %(objectname) %(objectsize)'
}
`;
