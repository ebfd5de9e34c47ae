/** Reads a unified diff: its files, and their added and removed lines; pure. */
import { unquotedPath } from "./quoted_path.ts";

export interface LineCounts {
  readonly added: number;
  readonly removed: number;
}

export interface FileDiff extends LineCounts {
  /** As it stands in the diff, without the `a/` and `b/` of git; of a deleted file its old one. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update" | "rename";
  /** The path before a rename. */
  readonly formerPath?: string;
  /** There are no lines to count. */
  readonly binary: boolean;
}

/** Counts the added and removed lines of all files together. */
export function countLines(diff: string): LineCounts {
  return totalOf(fileDiffs(diff));
}

export function totalOf(counts: readonly LineCounts[]): LineCounts {
  return {
    added: counts.reduce((sum, { added }) => sum + added, 0),
    removed: counts.reduce((sum, { removed }) => sum + removed, 0),
  };
}

/** The files in the order of the diff, git's or a plain one. */
export function fileDiffs(diff: string): FileDiff[] {
  const files: Draft[] = [];
  let file: Draft | undefined;
  let hunk: Hunk = CLOSED;
  for (const line of diff.split("\n")) {
    const inHunk = file === undefined ? undefined : withinHunk(hunk, file, line);
    if (inHunk !== undefined) {
      hunk = inHunk;
    } else if (begins(line, file)) {
      file = newDraft(line);
      files.push(file);
      hunk = CLOSED;
    } else if (file !== undefined) {
      hunk = hunkOf(line);
      if (hunk === CLOSED) readHeader(file, line);
    }
  }
  return files.map(finished);
}

/** Splits a diff, git's or a plain one, into its files with their own headers. */
export function splitDiff(diff: string): string[] {
  const begin = diff.startsWith(GIT) || diff.includes(`\n${GIT}`)
    ? /^(?=diff --git )/m
    : /^(?=--- .*\n\+\+\+ )/m;
  return diff.split(begin).filter((part) => part.trim() !== "");
}

/** Keeps what a diff says of these files, by their paths as {@link fileDiffs} tells them. */
export function diffOfFiles(diff: string, paths: ReadonlySet<string>): string {
  return splitDiff(diff).filter((part) =>
    fileDiffs(part).some(({ path, formerPath = path }) => paths.has(path) || paths.has(formerPath))
  ).join("");
}

/** A file while its part of the diff is read. */
interface Draft {
  /** From the line `diff --git`, which a plain diff does not have. */
  readonly named: string;
  /** Its `---` has been read. */
  hasPaths: boolean;
  oldPath?: string;
  newPath?: string;
  kind?: FileDiff["kind"];
  added: number;
  removed: number;
  binary: boolean;
}

/** How many lines of the hunk are still to come, on either side. */
interface Hunk {
  readonly before: number;
  readonly after: number;
}

const CLOSED: Hunk = { before: 0, after: 0 };
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
const GIT = "diff --git ";
const FROM = "rename from ";
const TO = "rename to ";
const NO_FILE = "/dev/null";

/**
 * Counts a line of an open hunk. The hunk's own counts tell its end: a removed line that reads
 * `-- x` looks like a header.
 * @returns undefined when the line belongs to no hunk
 */
function withinHunk({ before, after }: Hunk, file: Draft, line: string): Hunk | undefined {
  if (before <= 0 && after <= 0) return undefined;
  switch (line[0]) {
    case "+":
      file.added++;
      return { before, after: after - 1 };
    case "-":
      file.removed++;
      return { before: before - 1, after };
    case " ":
    case undefined:
      return { before: before - 1, after: after - 1 };
    case "\\": // "\ No newline at end of file" stands for no line.
      return { before, after };
    default:
      return undefined;
  }
}

function hunkOf(line: string): Hunk {
  const found = HUNK.exec(line);
  if (found === null) return CLOSED;
  const [, before = "1", after = "1"] = found;
  return { before: Number(before), after: Number(after) };
}

/** In a plain diff the next file begins with its `---`; behind `diff --git` that is a header. */
function begins(line: string, file: Draft | undefined): boolean {
  if (line.startsWith(GIT)) return true;
  return line.startsWith("--- ") && file?.hasPaths !== false;
}

function newDraft(line: string): Draft {
  const draft: Draft = { named: "", hasPaths: false, added: 0, removed: 0, binary: false };
  if (line.startsWith(GIT)) return { ...draft, named: namedPath(line.slice(GIT.length)) };
  readHeader(draft, line);
  return draft;
}

const QUOTED_NAMES = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/;

/** Of `a/PATH b/PATH`, where a path may hold blanks; only a rename has two different ones. */
function namedPath(names: string): string {
  if (names.includes('"')) {
    const quoted = QUOTED_NAMES.exec(names)?.[2];
    if (quoted !== undefined) return unquotedPath(quoted).replace(/^b\//, "");
  }
  const half = names.slice((names.length + 1) / 2);
  return names === `a/${half.slice(2)} ${half}`
    ? half.slice(2)
    : / b\/(.+)$/.exec(names)?.[1] ?? "";
}

function readHeader(file: Draft, line: string): void {
  if (line.startsWith("--- ")) {
    file.oldPath = pathOf(line, "a/");
    file.hasPaths = true;
  } else if (line.startsWith("+++ ")) file.newPath = pathOf(line, "b/");
  else if (line.startsWith("new file mode ")) file.kind = "add";
  else if (line.startsWith("deleted file mode ")) file.kind = "delete";
  else if (line.startsWith(FROM)) file.oldPath = unquotedPath(line.slice(FROM.length));
  else if (line.startsWith(TO)) file.newPath = unquotedPath(line.slice(TO.length));
  else if (/^(Binary files |GIT binary patch)/.test(line)) file.binary = true;
}

/** A tab and a time may stand behind the path. */
function pathOf(line: string, prefix: "a/" | "b/"): string {
  const [written = ""] = line.slice(4).split("\t");
  const path = unquotedPath(written);
  return path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

function finished({ named, oldPath, newPath, kind, added, removed, binary }: Draft): FileDiff {
  const before = oldPath === NO_FILE ? undefined : oldPath;
  const after = newPath === NO_FILE ? undefined : newPath;
  const path = after ?? before ?? named;
  const renamed = before !== undefined && after !== undefined && before !== after;
  const guessed = renamed
    ? "rename"
    : oldPath === NO_FILE
    ? "add"
    : newPath === NO_FILE
    ? "delete"
    : "update";
  return {
    path,
    kind: kind ?? guessed,
    ...(renamed ? { formerPath: before } : {}),
    added,
    removed,
    binary,
  };
}
