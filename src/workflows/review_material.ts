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

/** Written by programs, so that reading them says little: they come last. */
const GENERATED =
  /(?:^|\/)(?:[^/]*[.-]lock(?:file)?(?:\.json|\.ya?ml|b)?|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]*\.(?:min\.(?:js|css)|map|snap|svg|pb\.go|g\.dart|designer\.cs))$|(?:^|\/)(?:dist|vendor|node_modules|generated|__generated__|__snapshots__)\//i;

export interface ChosenFiles {
  /** Whose diffs are read together, people's files before generated ones. */
  readonly together: readonly ChangedFile[];
  /** Whose diff is read on its own, and cut. */
  readonly large: readonly ChangedFile[];
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
  const leftOut: ChangedFile[] = [];
  let room = ALL_LINES;
  for (const file of ordered) {
    const lines = linesOf(file);
    const most = isGenerated(file) ? GENERATED_LINES : FILE_LINES;
    if (file.lines === undefined) leftOut.push(file);
    else if (lines <= Math.min(most, room)) {
      together.push(file);
      room -= lines;
    } else if (!isGenerated(file) && large.length < MOST_LARGE) large.push(file);
    else leftOut.push(file);
  }
  return { together, large, leftOut };
}

/** Reads and cuts the diffs of the files that there is room for. */
export async function readMaterial(
  files: readonly ChangedFile[],
  patch: ReadPatch,
): Promise<Pick<ReviewMaterial, "files" | "diff">> {
  const { together, large, leftOut } = chooseFiles(files);
  const own = together.filter((file) => !isGenerated(file));
  const generated = together.filter(isGenerated);
  const parts = own.length === 0 ? [] : fileParts(await patch(pathsOf(own)));
  for (const file of large) parts.push(...fileParts(await patch(pathsOf([file]))));
  const last = generated.length === 0 ? [] : fileParts(await patch(pathsOf(generated)));
  const first = fitted(parts, DIFF_LIMIT - (last.length === 0 ? 0 : GENERATED_LIMIT));
  const diff = [...first, ...fitted(last, GENERATED_LIMIT)].join("");
  return { files: fileList(files, leftOut), diff: diff === "" ? NO_DIFF : diff };
}

const NO_DIFF =
  "(no lines of text: what changed is in the list of files, such as binary files, permissions, renames)";

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

/** Gives each part the same room; what small ones leave goes to the large ones. */
export function fitted(parts: readonly string[], limit: number): string[] {
  let room = limit;
  let left = parts.length;
  const shares = new Map<number, number>();
  const bySize = [...parts.entries()].toSorted(([, one], [, other]) => one.length - other.length);
  for (const [index, part] of bySize) {
    const share = Math.min(part.length, Math.floor(room / left));
    shares.set(index, share);
    room -= share;
    left--;
  }
  return parts.map((part, index) => cutDiff(part, shares.get(index) ?? 0));
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

export function fileList(files: readonly ChangedFile[], leftOut: readonly ChangedFile[]): string {
  const without = new Set(leftOut);
  return files.map((file) => `${fileLine(file)}${without.has(file) ? ", not in the diff" : ""}`)
    .join("\n");
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
