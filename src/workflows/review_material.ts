/** Chooses what a reviewer is shown of a change that may be larger than an input; pure. */
import type { FileChange } from "../core/codex/codex.ts";
import type { ChangedFile } from "../core/workspace/workspace.ts";

export interface ReviewMaterial {
  /** One line for each changed file, and what is left out of the diff. */
  readonly files: string;
  readonly diff: string;
  /** Commands and checks with their exit codes, one a line. */
  readonly evidence: string;
}

/** Of one file, and of all together; lines of a diff. */
const FILE_LINES = 1_200;
const ALL_LINES = 4_000;
/** Longest diff in an input, in UTF-16 units; the reviewer can read the files for the rest. */
export const DIFF_LIMIT = 150_000;

/** Written by programs, so that reading them says little: they come last. */
const GENERATED =
  /(?:^|\/)(?:[^/]*[.-]lock(?:file)?(?:\.json|\.ya?ml)?|package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]*\.(?:min\.(?:js|css)|map|snap|svg|pb\.go))$|(?:^|\/)(?:dist|vendor|node_modules|generated|__snapshots__)\//i;

export interface ChosenFiles {
  /** Whose diff is shown, in this order. */
  readonly shown: readonly ChangedFile[];
  /** Whose diff is not: binary, without content, or too large for what room is left. */
  readonly leftOut: readonly ChangedFile[];
}

/** Shows people's files before generated ones, and small changes before large ones. */
export function chooseFiles(files: readonly ChangedFile[]): ChosenFiles {
  const ordered = files.toSorted((one, other) =>
    Number(isGenerated(one)) - Number(isGenerated(other)) || linesOf(one) - linesOf(other)
  );
  const shown: ChangedFile[] = [];
  const leftOut: ChangedFile[] = [];
  let room = ALL_LINES;
  for (const file of ordered) {
    const lines = linesOf(file);
    if (file.lines === undefined || lines > FILE_LINES || lines > room) leftOut.push(file);
    else {
      shown.push(file);
      room -= lines;
    }
  }
  return { shown, leftOut };
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

function fileLine({ path, formerPath, kind, lines, size, mode }: ChangedFile): string {
  const from = formerPath === undefined ? "" : ` from ${formerPath}`;
  const numbers = lines === undefined
    ? `, ${size?.before ?? 0} to ${size?.after ?? 0} bytes`
    : `, +${lines.added} -${lines.deleted}`;
  const permissions = mode === undefined ? "" : `, mode ${mode.before} to ${mode.after}`;
  return `- ${path} (${kind}${from}${numbers}${permissions})`;
}

/** Where the folder was not recorded: what Codex told of its own patches. */
export function toldFiles(files: readonly FileChange[]): string {
  const lines = files.map(({ path, kind }) => `- ${path} (${kind})`);
  return [
    ...lines,
    "These are the patches that Codex reported. The folder itself could not be recorded: look at it for changes that commands made.",
  ].join("\n");
}

export function shortenedDiff(text: string): string {
  if (text.length <= DIFF_LIMIT) return text;
  return `${text.slice(0, DIFF_LIMIT)}\n[${text.length - DIFF_LIMIT} more characters left out]`;
}
