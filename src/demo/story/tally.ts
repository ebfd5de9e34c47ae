/** The small project of the demo, which counts words, and what the scripted Codex makes of it. */
import { join } from "node:path";
import type { FileEdit } from "../codex/edit_diff.ts";
import type { LocalShell } from "../codex/local_shell.ts";

const PROGRAM = String.raw`#!/bin/sh
# tally FILE ... counts the words of files.
set -eu
. "$(dirname "$0")/lib/report.sh"

for file in "$@"; do
  echo "reading $file" >&2
  printf '%s %s\n' "$(wc -w <"$file" | tr -d ' ')" "$file"
done | table
`;

const REPORT = String.raw`# Reads lines of "WORDS FILE", and prints a report.

table() {
  while read -r words file; do
    printf '%6d  %s\n' "$words" "$file"
  done
}
`;

const RUN = String.raw`# Runs every test, and says how many have passed.
cd "$(dirname "$0")/.." || exit 2
passed=0 failed=0

check() { # NAME EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    echo "ok    $1"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n      expected: %s\n      actual:   %s\n' "$1" "$2" "$3"
  fi
}

for file in tests/*_test.sh; do . "./$file"; done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
`;

const TABLE_TEST = String.raw`check "the table aligns the counts" "     7  docs/guide.md" \
  "$(sh ./tally docs/guide.md 2>/dev/null)"
`;

const DOCS_CHECK = String.raw`# Holds the README against the options that tally knows.
cd "$(dirname "$0")/.." || exit 2
for option in $(grep -o -e '--[a-z][a-z]*' tally | sort -u); do
  grep -q -e "$option" README.md || {
    echo "README.md does not mention $option"
    exit 1
  }
done
echo "README.md mentions every option"
`;

const FILES: Readonly<Record<string, string>> = {
  "README.md": "# tally\n\nCounts the words of files:\n\n    sh tally docs/*.md\n",
  "tally": PROGRAM,
  "lib/report.sh": REPORT,
  "docs/guide.md": "Write first, count later, and cut often.\n",
  "docs/notes.md": "Short words win every time.\n",
  "tests/run.sh": RUN,
  "tests/table_test.sh": TABLE_TEST,
  "tests/docs.sh": DOCS_CHECK,
};

/** Makes the project; with git, a repository with one commit. */
export async function makeProject(
  folder: string,
  shell: LocalShell,
  git: boolean,
): Promise<void> {
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
  if (!git) return;
  const { exitCode, errors } = await shell.run({ text: MAKE_REPOSITORY, folder });
  if (exitCode !== 0) throw new Error(`git made no repository: ${errors}`);
}

const MAKE_REPOSITORY = [
  "git init --quiet",
  "git symbolic-ref HEAD refs/heads/main",
  "git config user.name Ann",
  "git config user.email ann@example.com",
  "git add .",
  "git commit --quiet --message='feat: tally'",
].join(" && ");

/** Whether the report has been given its JSON. */
export function hasJson(report: string): boolean {
  return report.includes("\njson()");
}

/** Whether file names are written as JSON wants them. */
export function escapesNames(report: string): boolean {
  return report.includes("sed 's/");
}

/** The first patch: the report as JSON, and the option. */
export function addJson(
  { program, report }: { readonly program: string; readonly report: string },
  withTotal: boolean,
): readonly FileEdit[] {
  return [
    { path: "lib/report.sh", before: report, after: report + jsonReport(withTotal) },
    { path: "tally", before: program, after: withOption(program) },
  ];
}

function jsonReport(withTotal: boolean): string {
  const [begin, add, end] = withTotal
    ? ["total=0 ", "\n    total=$((total + words))", String.raw`printf '],"total":%d}\n' "$total"`]
    : ["", "", String.raw`printf ']}\n'`];
  return String.raw`
json() {
  ${begin}separator=
  printf '{"files":['
  while read -r words file; do
    printf '%s{"file":"%s","words":%d}' "$separator" "$file" "$words"${add}
    separator=,
  done
  ${end}
}
`;
}

const OPTION = String.raw`

report=table
if [ "$#" -gt 0 ] && [ "$1" = --json ]; then
  report=json
  shift
fi

for file`;

function withOption(program: string): string {
  return program
    .replace("tally FILE ...", "tally [--json] FILE ...")
    .replace("\n\nfor file", () => OPTION)
    .replace("done | table", () => 'done | "$report"');
}

/** Writes the tests by the shell. */
export function writeTests(withTotal: boolean): string {
  const total = withTotal ? ',"total":12' : "";
  return String.raw`cat > tests/json_test.sh <<'END'
check "--json prints one object" \
  '{"files":[{"file":"docs/guide.md","words":7},{"file":"docs/notes.md","words":5}]${total}}' \
  "$(sh ./tally --json docs/guide.md docs/notes.md 2>&1)"
END`;
}

/** Progress lines are in the way of who reads both streams: a test that fails says so. */
export function quietly(program: string): FileEdit {
  const after = program.replace(
    /^ {2}echo "reading .*\n/m,
    (line) => `  [ "$report" = json ] ||${line.replace(/^ +/, " ")}`,
  );
  return { path: "tally", before: program, after };
}

export const RUN_TESTS = "sh tests/run.sh";
export const RUN_DOCS = "sh tests/docs.sh";

/** Shows the reviewer's suspicion: a quote in a name ends the string. */
export const TRY_QUOTE = String.raw`echo 'two words' > "$TMPDIR/a\"b.md"
sh tally --json "$TMPDIR/a\"b.md"`;

/** The second patch: names are escaped. */
export function escapeNames(report: string): FileEdit {
  const line = String.raw`    file=$(printf '%s' "$file" | sed 's/[\\"]/\\&/g')` + "\n";
  const after = report.replace(/^ {4}printf '%s\{"file"/m, (found) => line + found);
  return { path: "lib/report.sh", before: report, after };
}

/** The README and a test for the finding, by the shell. */
export const WRITE_README_AND_TEST = String.raw`cat >> README.md <<'END'

For programs, as one JSON object:

    sh tally --json docs/*.md
END
cat >> tests/json_test.sh <<'END'

odd="$TMPDIR/a\"b.md"
echo 'two words' > "$odd"
check "quotes in file names are escaped" 1 \
  "$(sh ./tally --json "$odd" | grep -c 'a\\"b.md')"
END`;

/** The last step puts the program outside of the project. */
export const INSTALL = "mkdir -p ../ci && cp -R tally lib ../ci && sh ../ci/tally --json docs/*.md";
