/** Chooses what a reviewer is shown of a change that may be larger than an input; pure. */
import type { FileChange } from "../core/codex/codex.ts";
import { onOneLine } from "../core/text/short_text.ts";
import type { ChangedFile } from "../core/workspace/workspace.ts";

export interface ReviewMaterial {
  /** One line for each changed file, and what is left out of the diff. */
  readonly files: string;
  readonly diff: string;
  /** Commands and checks with their exit codes, one a line. */
  readonly evidence: string;
}

/** Says that not every change is the run's own, where others worked in the folder at the same time. */
export function withSharers(material: ReviewMaterial, sharers: number): ReviewMaterial {
  if (sharers === 0) return material;
  const who = sharers === 1 ? "Another request" : `${sharers} other requests`;
  const note =
    `${who} worked in this folder at the same time, so that some of these changes are not the developer's. Judge what belongs to this request, and do not ask for the rest to be taken back.`;
  return { ...material, files: `${note}\n\n${material.files}` };
}

/** Reads the unified diff of these paths. */
export type ReadPatch = (paths: readonly string[]) => Promise<string>;

/** Lines of a file's diff that are read along with others; a larger one is read on its own. */
const FILE_LINES = 1_200;
/** Of all that are read together. */
const ALL_LINES = 6_000;
/** How many large ones are read, and how many lines a generated file may have. */
const MOST_LARGE = 12;
const GENERATED_LINES = 200;
/** Longest diff in an input, in UTF-16 units; the reviewer can read the files for the rest. */
const DIFF_LIMIT = 150_000;
/** Of that, for what programs write. */
const GENERATED_LIMIT = 15_000;
/** Less of a larger diff says nothing. */
const LEAST_SHOWN = 1_000;
/** Longest list of files, in UTF-16 units: what an input may hold is limited, too. */
const LIST_LIMIT = 150_000;

/** Written by programs, so that reading them says little: they come last. */
const GENERATED =
  /(?:^|\/)(?:[^/]*[.-]lock(?:file)?(?:\.json|\.ya?ml|b)?|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]*\.(?:min\.(?:js|css)|map|snap|svg|pb\.go|g\.dart|designer\.cs))$|(?:^|\/)(?:dist|vendor|node_modules|generated|__generated__|__snapshots__)\//i;

export interface ChosenFiles {
  /** Whose diffs are read together, people's files before generated ones. */
  readonly together: readonly ChangedFile[];
  /** Whose diff is read on its own, and cut. */
  readonly large: readonly ChangedFile[];
  /** Of which the list says all: only renamed, empty, or with other permissions. */
  readonly told: readonly ChangedFile[];
  /** Whose diff is not: binary, without content, or too large for what room is left. */
  readonly leftOut: readonly ChangedFile[];
}

/** Shows people's files before generated ones, and small changes before large ones. */
export function chooseFiles(files: readonly ChangedFile[]): ChosenFiles {
  const ordered = files.toSorted((one, other) =>
    Number(isGenerated(one)) - Number(isGenerated(other)) || linesOf(one) - linesOf(other)
  );
  const together: ChangedFile[] = [];
  const large: ChangedFile[] = [];
  const told: ChangedFile[] = [];
  const leftOut: ChangedFile[] = [];
  let room = ALL_LINES;
  for (const file of ordered) {
    const lines = linesOf(file);
    const most = isGenerated(file) ? GENERATED_LINES : FILE_LINES;
    if (file.lines === undefined) leftOut.push(file);
    else if (lines === 0) told.push(file);
    else if (lines <= Math.min(most, room)) {
      together.push(file);
      room -= lines;
    } else if (!isGenerated(file) && large.length < MOST_LARGE) large.push(file);
    else leftOut.push(file);
  }
  return { together, large, told, leftOut };
}

/** Reads and cuts the diffs of the files that there is room for. */
export async function readMaterial(
  files: readonly ChangedFile[],
  patch: ReadPatch,
): Promise<Pick<ReviewMaterial, "files" | "diff">> {
  const { together, large, told, leftOut } = chooseFiles(files);
  const own = together.filter((file) => !isGenerated(file));
  const generated = together.filter(isGenerated);
  const parts = await partsOf(own, patch);
  for (const file of large) parts.push(...await partsOf([file], patch));
  const last = await partsOf(generated, patch);
  const first = fitted(parts, DIFF_LIMIT - (last.length === 0 ? 0 : GENERATED_LIMIT));
  const diff = [...first, ...fitted(last, GENERATED_LIMIT)].join("");
  const isRead = together.length + large.length > 0;
  const ordered = files.length <= FEW ? files : [...together, ...large, ...leftOut, ...told];
  return {
    files: fileList(ordered, leftOut),
    diff: diff !== "" ? diff : isRead ? NOT_READ : NO_DIFF,
  };
}

/** So many are listed in the order of their names, whatever becomes of their diffs. */
const FEW = 500;

const NO_DIFF =
  "(no lines of text: what changed is in the list of files, such as binary files, permissions, renames)";

const NOT_READ = "(the diff could not be read: read the listed files in the folder)";

/**
 * Reads the diffs of files, a part each. One that is cut lacks the files at its end: then they are read in
 * halves.
 */
async function partsOf(files: readonly ChangedFile[], patch: ReadPatch): Promise<string[]> {
  if (files.length === 0) return [];
  const text = await patch(pathsOf(files));
  const parts = fileParts(text);
  if (text === "" || files.length === 1 || parts.length >= files.length) return parts;
  const half = Math.ceil(files.length / 2);
  const [one, other] = [files.slice(0, half), files.slice(half)];
  return [...await partsOf(one, patch), ...await partsOf(other, patch)];
}

/** A renamed file's diff needs both of its names. */
function pathsOf(files: readonly ChangedFile[]): string[] {
  return files.flatMap(({ path, formerPath }) =>
    formerPath === undefined ? [path] : [formerPath, path]
  );
}

/** Cuts a diff into those of its files; no line of a file's content begins like a heading. */
function fileParts(diff: string): string[] {
  return diff.split(/^(?=diff --git )/m).filter((part) => part.trim() !== "")
    .map((part) => part.endsWith("\n") ? part : `${part}\n`);
}

/**
 * Gives each part the same room; what small ones leave goes to the large ones. Where that would be too
 * little to say anything, the smallest ones are left out, and counted.
 */
export function fitted(parts: readonly string[], limit: number): string[] {
  let room = limit;
  const bySize = [...parts.entries()].toSorted(([, one], [, other]) => one.length - other.length);
  const shown = bySize.slice(-shownOf(bySize.map(([, part]) => part), limit));
  let left = shown.length;
  const shares = new Map<number, number>();
  for (const [index, part] of shown) {
    const share = Math.min(part.length, Math.floor(room / left));
    shares.set(index, share);
    room -= share;
    left--;
  }
  const texts = [...parts.entries()].flatMap(([index, part]) => {
    const share = shares.get(index);
    return share === undefined ? [] : [cutDiff(part, share)];
  });
  const leftOut = parts.length - shown.length;
  return leftOut === 0 ? texts : [...texts, leftOutLine(leftOut)];
}

/** Counts the parts, from the largest down, of which each can have enough room; at least one. */
function shownOf(bySize: readonly string[], limit: number): number {
  let room = limit;
  let shown = 0;
  for (const { length } of bySize.toReversed()) {
    room -= Math.min(length, LEAST_SHOWN);
    if (room < 0) break;
    shown++;
  }
  return Math.max(1, shown);
}

function leftOutLine(count: number): string {
  return `[… the changes of ${count} smaller files are left out; read the files for them …]\n`;
}

/** Of a cut file two thirds of what is shown are its beginning. */
const HEAD = 2 / 3;

function cutDiff(part: string, room: number): string {
  if (part.length <= room) return part;
  const head = atLineEnd(part.slice(0, Math.floor(room * HEAD)));
  const tail = atLineStart(part.slice(part.length - Math.floor(room * (1 - HEAD))));
  const left = part.length - head.length - tail.length;
  return `${head}[… ${left} characters of this file's change are left out; read the file for them …]\n${tail}`;
}

/** A single line may be longer than all the room. */
function atLineEnd(text: string): string {
  const end = text.lastIndexOf("\n");
  return end < text.length / 2 ? `${text}\n` : text.slice(0, end + 1);
}

function atLineStart(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 || end > text.length / 2 ? text : text.slice(end + 1);
}

function isGenerated({ path }: ChangedFile): boolean {
  return GENERATED.test(path);
}

function linesOf({ lines }: ChangedFile): number {
  return (lines?.added ?? 0) + (lines?.deleted ?? 0);
}

/** Lists the files in this order, as far as there is room, and counts the rest. */
export function fileList(files: readonly ChangedFile[], leftOut: readonly ChangedFile[]): string {
  const without = new Set(leftOut);
  const lines: string[] = [];
  let room = LIST_LIMIT;
  for (const file of files) {
    const line = `${fileLine(file)}${without.has(file) ? ", not in the diff" : ""}`;
    room -= line.length + 1;
    if (room < 0) break;
    lines.push(line);
  }
  return [...lines, ...restLines(files.slice(lines.length))].join("\n");
}

/** Folders that are named for the files that are not listed. */
const MOST_FOLDERS = 20;

/** Counts files by what became of them and by their folders. */
function restLines(rest: readonly ChangedFile[]): string[] {
  if (rest.length === 0) return [];
  const kinds = counted(rest.map(({ kind }) => kind));
  const folders = counted(rest.map(({ path }) => folderOf(path)));
  const more = folders.length - MOST_FOLDERS;
  return [
    `${rest.length} more files are not listed (${
      kinds.map(([kind, count]) => `${kind} ${count}`).join(", ")
    }); look at the folder for them:`,
    ...folders.slice(0, MOST_FOLDERS).map(([folder, count]) => `- ${plainPath(folder)}: ${count}`),
    ...(more > 0 ? [`- ${more} more folders`] : []),
  ];
}

/** The first two folders of a path. */
function folderOf(path: string): string {
  const folders = path.split("/").slice(0, -1).slice(0, 2);
  return folders.length === 0 ? "./" : `${folders.join("/")}/`;
}

/** How often each value is there, the most frequent one first. */
function counted(values: readonly string[]): [value: string, count: number][] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

function fileLine(file: ChangedFile): string {
  const { path, formerPath, kind, mode, withoutContent } = file;
  const from = formerPath === undefined ? "" : ` from ${plainPath(formerPath)}`;
  const permissions = mode === undefined ? "" : `, mode ${mode.before} to ${mode.after}`;
  const unknown = withoutContent === true ? ", its content is not kept" : "";
  return `- ${plainPath(path)} (${kind}${from}${numbers(file)}${permissions}${unknown})`;
}

function numbers({ lines, size }: ChangedFile): string {
  if (lines !== undefined) return `, +${lines.added} -${lines.deleted}`;
  if (size === undefined) return "";
  const { before, after } = size;
  return `, ${before ?? 0} to ${after ?? 0} bytes`;
}

/** A name with signs that end a line or are not seen could look like another line of the list. */
function plainPath(path: string): string {
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(path)
    ? JSON.stringify(path).replaceAll(
      /[\p{C}\p{Zl}\p{Zp}]/gu,
      (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ""}}`,
    )
    : path;
}

/** Where the folder was not recorded: what Codex told of its own patches. */
export function toldFiles(files: readonly FileChange[]): string {
  const lines = files.map(({ path, kind }) => `- ${plainPath(path)} (${kind})`);
  return [
    ...lines,
    "These are the patches that Codex reported. The folder itself could not be recorded: look at it for changes that commands made.",
  ].join("\n");
}

export function shortenedDiff(text: string): string {
  return fitted(fileParts(text), DIFF_LIMIT).join("");
}

/** Longest command that is told. */
const COMMAND_LIMIT = 500;

/** One line for a command, whatever stands in it. */
export function ranLine(command: string, exitCode: number | undefined): string {
  return `- exit ${exitCode ?? "unknown"}: ${onOneLine(command, COMMAND_LIMIT)}`;
}
