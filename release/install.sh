#!/bin/sh
# Installs codex-orchestrator for one user: no root, nothing outside of the home folder, nothing that
# was not checked against SHA256SUMS. Everything is a function, so that a script that arrives
# incomplete does nothing.
set -eu

# The page of the releases; the release writes it here.
published_at=""

program=codex-orchestrator

usage() {
  cat <<EOF
Install $program for this user, or remove it

Usage: install.sh [--version VERSION] [--dir FOLDER] [--uninstall]

Options:
  --version VERSION  this version instead of the latest, such as 0.1.0
  --dir FOLDER       where the program goes, instead of ~/.local/bin
  --from URL         the page of the releases, for a mirror
  --uninstall        remove what was installed; your settings stay
  -h, --help         show this text

Variables, where no option is given:
  CODEX_ORCHESTRATOR_VERSION, CODEX_ORCHESTRATOR_DIR, CODEX_ORCHESTRATOR_RELEASES
EOF
}

main() {
  version=${CODEX_ORCHESTRATOR_VERSION:-}
  dir=${CODEX_ORCHESTRATOR_DIR:-}
  releases=${CODEX_ORCHESTRATOR_RELEASES:-$published_at}
  uninstall=false
  while [ $# -gt 0 ]; do
    case $1 in
      --version | --dir | --from)
        [ $# -ge 2 ] && [ -n "$2" ] || misused "$1 needs a value"
        case $1 in
          --version) version=$2 ;;
          --dir) dir=$2 ;;
          --from) releases=$2 ;;
        esac
        shift
        ;;
      --uninstall) uninstall=true ;;
      -h | --help) usage && return ;;
      *) misused "it does not know $1" ;;
    esac
    shift
  done
  [ -n "${HOME:-}" ] || fail "HOME is not set" "Set it to your home folder"
  dir=${dir:-$HOME/.local/bin}
  case $dir in
    /*) ;;
    *) dir=$PWD/$dir ;;
  esac
  data=${XDG_DATA_HOME:-$HOME/.local/share}
  if $uninstall; then remove; else install_program; fi
}

install_program() {
  releases=${releases%/}
  [ -n "$releases" ] || fail "this script does not know where the releases are" \
    "Take the install.sh of a release, or name their page: --from URL"
  case $releases in
    https://* | http://127.0.0.1:* | http://localhost:*) ;;
    *) fail "$releases is not fetched, because it is not https" "Use an https address" ;;
  esac
  version=${version#v}
  case $version in
    *[!0-9A-Za-z.+-]*) misused "\"$version\" is no version, such as 0.1.0" ;;
  esac
  target=$(target_here)
  for tool in tar mktemp awk; do
    command -v "$tool" >/dev/null || fail "$tool is not installed" "Install it and run this again"
  done
  sum_tool >/dev/null
  refuse_link

  work=$(mktemp -d "${TMPDIR:-/tmp}/$program-install.XXXXXX")
  staged=
  trap clean EXIT
  trap 'clean; exit 130' INT
  trap 'clean; exit 143' TERM HUP
  fetch_checked
  tar -xzf "$work/$archive" -C "$work" || fail "$archive cannot be unpacked" "Try it again"
  unpacked=$work/${archive%.tar.gz}
  before=$(installed_version)
  stage "$unpacked/$program" "$dir/$program" 755
  try_out
  put "$dir/$program"
  put_beside
  report
}

# --- which executable ---------------------------------------------------------------------------

target_here() {
  kernel=$(uname -s)
  machine=$(uname -m)
  case $machine in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
    *) unsupported "processors of the kind $machine" ;;
  esac
  case $kernel in
    Linux)
      require_glibc
      [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" = 64 ] || unsupported "32-bit systems"
      echo "$machine-unknown-linux-gnu"
      ;;
    Darwin)
      # A shell that Rosetta translates says x86_64 on an Apple processor.
      [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || echo 0)" = 1 ] && machine=aarch64
      echo "$machine-apple-darwin"
      ;;
    MINGW* | MSYS* | CYGWIN*)
      fail "this script is not for Windows" \
        "Take the .zip from the page of the releases${releases:+: $releases}"
      ;;
    *) unsupported "$kernel" ;;
  esac
}

unsupported() {
  fail "there is no executable for $1" "Run it from its source, with a Deno of your system: see the README"
}

# The runtime was built against it.
least_glibc=2.27

require_glibc() {
  if found=$(getconf GNU_LIBC_VERSION 2>/dev/null) && [ -n "$found" ]; then
    found=${found#glibc }
    older=$(printf '%s\n%s\n' "$found" "$least_glibc" | sort -t . -k 1,1n -k 2,2n | head -n 1)
    [ "$older" = "$least_glibc" ] ||
      fail "this system has glibc $found, and the executables need $least_glibc or newer" \
        "Use a newer system, as a container if need be"
    return 0
  fi
  case $(ldd --version 2>&1 || :) in
    *musl*)
      fail "this system has musl, and the executables need glibc $least_glibc or newer" \
        "Use a system with glibc, such as Debian or Fedora (a container will do), or your system's own Deno with the source: see the README"
      ;;
  esac
}

# --- fetching -----------------------------------------------------------------------------------

# Sets archive and version; the archive lies in $work and is what SHA256SUMS says.
fetch_checked() {
  if [ -n "$version" ]; then page=$releases/download/v$version; else page=$releases/latest/download; fi
  fetch "$page/SHA256SUMS" "$work/SHA256SUMS" ||
    fail "${version:+version $version }was not found: $page/SHA256SUMS could not be fetched" \
      "Check the network and the version; all versions: $releases"
  line=$(awk -v begin="$program-" -v end="-$target.tar.gz" '
    index($2, begin) == 1 && substr($2, length($2) - length(end) + 1) == end { print; exit }
  ' "$work/SHA256SUMS")
  wanted=${line%% *}
  archive=${line##* }
  case $archive in
    "") fail "$page has no archive for $target" "All versions: $releases" ;;
    */*) fail "$page/SHA256SUMS names a strange file: $archive" "Report this where you found the address" ;;
  esac
  found=${archive#"$program-"}
  found=${found%"-$target.tar.gz"}
  [ -z "$version" ] || [ "$version" = "$found" ] ||
    fail "$page holds version $found instead of $version" "All versions: $releases"
  version=$found
  say "Fetching $program $version for $target"
  # By its own version, so that a release that is made in this moment changes nothing.
  fetch "$releases/download/v$version/$archive" "$work/$archive" ||
    fail "$releases/download/v$version/$archive could not be fetched" "Check the network and try it again"
  got=$(sum_of "$work/$archive")
  [ "$got" = "$wanted" ] ||
    fail "the checksum of $archive is wrong: $got instead of $wanted" \
      "It was damaged or replaced on the way: try it again, and trust no copy with another checksum"
}

# fetch ADDRESS FILE
fetch() {
  case $1 in https://*) scheme="=https" ;; *) scheme="=http" ;; esac
  if command -v curl >/dev/null; then
    progress=--silent
    [ ! -t 2 ] || progress=--progress-bar
    curl --fail --location --show-error $progress --retry 2 --proto "$scheme" \
      --proto-redir "$scheme" --output "$2" "$1"
  elif command -v wget >/dev/null; then
    # The wget of BusyBox does not look at certificates.
    [ "$scheme" = "=http" ] || wget --version 2>/dev/null | grep -q "GNU Wget" ||
      fail "this wget does not check certificates" "Install curl and run this again"
    wget -q -O "$2" "$1"
  else
    fail "neither curl nor wget is installed" "Install curl and run this again"
  fi
}

sum_tool() {
  for tool in sha256sum shasum openssl; do
    if command -v "$tool" >/dev/null; then
      echo "$tool"
      return 0
    fi
  done
  fail "no tool for checksums is installed" "Install sha256sum, shasum or openssl and run this again"
}

sum_of() {
  case $(sum_tool) in
    sha256sum) sha256sum <"$1" ;;
    shasum) shasum -a 256 <"$1" ;;
    openssl) openssl dgst -sha256 -r <"$1" ;;
  esac | awk '{ print $1 }'
}

# --- putting it in place ------------------------------------------------------------------------

# npm's command is a link; replacing it would leave npm with half a package.
refuse_link() {
  [ ! -L "$dir/$program" ] ||
    fail "$dir/$program is a link, of npm or another tool" \
      "Uninstall it there first, or choose another folder with --dir"
  [ ! -d "$dir/$program" ] || fail "$dir/$program is a folder" "Choose another folder with --dir"
}

# Starts the copy beside its place, as the folder of temporary files may not allow programs to start.
try_out() {
  said=$("$staged" --version 2>&1) || fail "the executable does not start here: $said" \
    "Nothing was installed. On Linux it needs glibc $least_glibc or newer, at its usual place"
  [ "$said" = "$program $version" ] ||
    fail "the executable says \"$said\" instead of \"$program $version\"" "Nothing was installed"
}

installed_version() {
  [ -x "$dir/$program" ] || return 0
  "$dir/$program" --version 2>/dev/null | awk 'NR == 1 { print $2 }' || :
}

# stage FROM TO MODE, then put TO: the file is whole or not there, also when this is interrupted.
stage() {
  folder=$(dirname "$2")
  mkdir -p "$folder" || fail "$folder cannot be created" "Choose another folder with --dir"
  staged=$(mktemp "$folder/.$program.XXXXXX") ||
    fail "$folder cannot be written" "Choose another folder with --dir"
  { cp "$1" "$staged" && chmod "$3" "$staged"; } ||
    fail "$2 could not be written" "Look whether the disk is full"
}

put() {
  mv -f "$staged" "$1" || fail "$1 could not be written" "Look at who may write there"
  staged=
}

# Files beside the program: in the archive, and where a shell and man look for them.
beside() {
  cat <<EOF
man/$program.1 $data/man/man1/$program.1
completions/$program.bash $data/bash-completion/completions/$program
completions/$program.fish $data/fish/vendor_completions.d/$program.fish
completions/$program.zsh $data/zsh/site-functions/_$program
EOF
}

put_beside() {
  beside >"$work/beside"
  while read -r from to; do
    [ -f "$unpacked/$from" ] || continue
    stage "$unpacked/$from" "$to" 644
    put "$to"
  done <"$work/beside"
}

report() {
  case $before in
    "") say "Installed $program $version: $dir/$program" ;;
    "$version") say "Installed $program $version again: $dir/$program" ;;
    *)
      say "Installed $program $version in place of $before: $dir/$program"
      say "Where it runs, restart it; what is to know before going on: docs/upgrading.md"
      ;;
  esac
  case :$PATH: in
    *":$dir:"*)
      first=$(command -v "$program" || :)
      [ "$first" = "$dir/$program" ] || [ -z "$first" ] ||
        say "Another one comes first in your PATH: $first"
      ;;
    *)
      shell=${SHELL:-sh}
      say "$dir is not in your PATH. Add it, and open a new terminal:"
      case ${shell##*/} in
        fish) say "  fish_add_path $dir" ;;
        zsh) say "  echo 'export PATH=\"$dir:\$PATH\"' >> ~/.zshrc" ;;
        *) say "  echo 'export PATH=\"$dir:\$PATH\"' >> ~/.profile" ;;
      esac
      ;;
  esac
  [ -n "$before" ] || say "Next: $program init"
}

remove() {
  for service in "${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user/$program.service" \
    "$HOME/Library/LaunchAgents/$program.plist"; do
    [ ! -f "$service" ] || fail "it is installed as a service: $service" \
      "Run \`$dir/$program service uninstall\` first"
  done
  if [ ! -e "$dir/$program" ] && [ ! -L "$dir/$program" ]; then
    say "$program is not installed in $dir"
    return
  fi
  refuse_link
  rm -f "$dir/$program"
  beside | while read -r from to; do rm -f "$to"; done
  say "Removed $dir/$program"
  [ ! -d "$HOME/.$program" ] ||
    say "Settings, the bot token and conversations are still in $HOME/.$program"
}

clean() {
  [ -z "${staged:-}" ] || rm -f "$staged"
  [ -z "${work:-}" ] || rm -rf "$work"
  trap - EXIT
}

say() {
  printf '%s\n' "$1"
}

# fail WHAT-HAPPENED WHAT-TO-DO
fail() {
  printf 'install.sh: %s. %s.\n' "$1" "${2%.}" >&2
  exit 1
}

misused() {
  printf 'install.sh: %s (see --help)\n' "$1" >&2
  exit 64
}

main "$@"
