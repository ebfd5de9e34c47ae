/** Writes the unified diff of an edit that changes one place of a file, as Codex tells it of a patch. */

export interface FileEdit {
  /** Relative to the folder. */
  readonly path: string;
  /** Absent = the file is new. */
  readonly before?: string;
  readonly after: string;
}

const CONTEXT_LINES = 3;

export function editDiff({ path, before, after }: FileEdit): string {
  const [old, now] = [linesOf(before ?? ""), linesOf(after)];
  const start = sameLines(old, now);
  const rest = [old.slice(start).toReversed(), now.slice(start).toReversed()] as const;
  const end = sameLines(...rest);
  const from = Math.max(0, start - CONTEXT_LINES);
  const until = Math.min(end, CONTEXT_LINES);
  const lead = old.slice(from, start);
  const removed = old.slice(start, old.length - end);
  const added = now.slice(start, now.length - end);
  const tail = old.slice(old.length - end, old.length - end + until);
  const range = (count: number): string => `${count === 0 ? 0 : from + 1},${count}`;
  const around = lead.length + tail.length;
  return [
    `diff --git a/${path} b/${path}`,
    ...(before === undefined ? ["new file mode 100644", "--- /dev/null"] : [`--- a/${path}`]),
    `+++ b/${path}`,
    `@@ -${range(removed.length + around)} +${range(added.length + around)} @@`,
    ...lead.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...tail.map((line) => ` ${line}`),
    "",
  ].join("\n");
}

function linesOf(text: string): string[] {
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** How many lines both begin with. */
function sameLines(one: readonly string[], other: readonly string[]): number {
  const first = one.findIndex((line, index) => line !== other[index]);
  return Math.min(first < 0 ? one.length : first, other.length);
}
