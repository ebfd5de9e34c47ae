/** Lists the processes that carry a mark in their environment, and the ancestors of this process. */

export interface MarkedProcesses {
  /** Ids of the processes that carry the mark. */
  readonly marked: readonly number[];
  /** Ids of the process that asked, its parent, and so on. */
  readonly ancestors: ReadonlySet<number>;
}

/**
 * Lists processes, as far as this system allows it.
 *
 * The runtime may not read /proc, and macOS has none, so a child process does. It is given no
 * environment, so that it does not find itself.
 * @param mark `NAME=` and the value, or its beginning
 * @param pid the asking process
 */
export async function listMarked(mark: string, pid: number): Promise<MarkedProcesses> {
  switch (Deno.build.os) {
    case "linux":
    case "android":
      return parseProc(await outputOf("sh", ["-c", PROC_SCRIPT, "sh", mark, String(pid)]));
    case "darwin":
      return parsePs(await outputOf("ps", ["-axwwE", "-o", "pid=,ppid=,command="]), mark, pid);
    default:
      // Windows shows no other process's environment; there Codex ends with its input.
      return { marked: [], ancestors: new Set() };
  }
}

/** A shell function: sets `parent` to the parent of the process, or to 0. */
export const PARENT_OF = `
parent_of() {
  parent=0
  while read -r name value rest; do
    [ "$name" = PPid: ] && parent=$value && break
  done 2>/dev/null < "/proc/$1/status"
}
`;

/** Lines `a PID` for the process and its ancestors, then `/proc/PID/environ` for each marked one. */
const PROC_SCRIPT = `${PARENT_OF}
pid=$2
while [ "\${pid:-0}" -gt 0 ]; do
  echo "a $pid"
  parent_of "$pid"
  pid=$parent
done
exec grep -lsaF -- "$1" /proc/[0-9]*/environ
`;

/** Parses what the script above prints. */
export function parseProc(output: string): MarkedProcesses {
  const numbers = (pattern: RegExp): number[] =>
    [...output.matchAll(pattern)].map(([, digits]) => Number(digits));
  return {
    marked: numbers(/^\/proc\/(\d+)\/environ$/gm),
    ancestors: new Set(numbers(/^a (\d+)$/gm)),
  };
}

/** Parses lines of `PID PPID COMMAND ENVIRONMENT`, as `ps -E` prints them. */
export function parsePs(output: string, mark: string, pid: number): MarkedProcesses {
  const rows = [...output.matchAll(/^\s*(\d+)\s+(\d+)\s(.*)$/gm)]
    .map(([, id, parent, text = ""]) => ({ id: Number(id), parent: Number(parent), text }));
  const parents = new Map(rows.map(({ id, parent }) => [id, parent]));
  const ancestors = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at)) {
    if (ancestors.has(at)) break;
    ancestors.add(at);
  }
  const marked = rows.filter(({ text }) => text.split(" ").some((word) => word.startsWith(mark)))
    .map(({ id }) => id);
  return { marked, ancestors };
}

/** What the program prints. Its exit code only says whether grep has found anything. */
async function outputOf(program: string, words: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, {
    args: words,
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}
