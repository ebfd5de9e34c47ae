/** Reads what the scripts print about two records, and plans how a change is carried over. */
import { unquotedPath } from "../../../core/workspace/quoted_path.ts";
import type { CarryOverlap, ChangedFile } from "../../../core/workspace/workspace.ts";

/** One line of `git diff-tree --raw`. Blobs and modes are all zeros where there is no file. */
export interface RawChange {
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldBlob: string;
  readonly newBlob: string;
  /** `A`, `D`, `M`, `T`, `R100`, … */
  readonly status: string;
  /** As git quotes it. */
  readonly quoted: string;
  /** Of a renamed one, the path that it has now. */
  readonly quotedNow?: string;
}

const RAW = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z]\d*)\t([^\t]+)(?:\t([^\t]+))?$/;

/** @returns undefined for any other line */
export function rawChange(line: string): RawChange | undefined {
  const [, oldMode, newMode, oldBlob, newBlob, status, quoted, quotedNow] = RAW.exec(line) ?? [];
  if (
    oldMode === undefined || newMode === undefined || oldBlob === undefined ||
    newBlob === undefined || status === undefined || quoted === undefined
  ) return undefined;
  const change = { oldMode, newMode, oldBlob, newBlob, status, quoted };
  return quotedNow === undefined ? change : { ...change, quotedNow };
}

/** Reads all that the comparing script prints. */
export function changedFiles(output: string): ChangedFile[] {
  const lines = output.split("\n");
  const facts = {
    sizes: sizes(lines),
    modes: { before: sideFacts(lines, "-mode"), after: sideFacts(lines, "+mode") },
  };
  const files = new Map<string, ChangedFile>();
  // Git prints both kinds of lines in the same order, and writes renames in the second one's names.
  const numbers = numstat(lines);
  const raws = lines.map(rawChange).filter((raw) => raw !== undefined);
  for (const [index, raw] of raws.entries()) {
    const file = changedFile(raw, numbers[index], facts);
    // Names that are no UTF-8 may read alike.
    files.set(files.has(file.path) ? `${file.path}\0${index}` : file.path, file);
  }
  addWithoutContent(files, sideFacts(lines, "-large"), sideFacts(lines, "+large"));
  addModes(files, facts.modes);
  return [...files.values()].sort((one, other) => one.path < other.path ? -1 : 1);
}

type Lines = NonNullable<ChangedFile["lines"]>;

interface Facts {
  readonly sizes: ReadonlyMap<string, number>;
  readonly modes: Modes;
}

interface Modes {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

function changedFile(
  raw: RawChange,
  lines: Lines | undefined,
  { sizes, modes }: Facts,
): ChangedFile {
  const former = unquotedPath(raw.quoted);
  const path = unquotedPath(raw.quotedNow ?? raw.quoted);
  const size = {
    ...sized("before", sizes.get(raw.oldBlob)),
    ...sized("after", sizes.get(raw.newBlob)),
  };
  const mode = {
    before: modes.before.get(former) ?? permissions(raw.oldMode),
    after: modes.after.get(path) ?? permissions(raw.newMode),
  };
  const bothThere = !isNone(raw.oldMode) && !isNone(raw.newMode);
  return {
    path,
    kind: kindOf(raw.status),
    ...(raw.quotedNow === undefined ? {} : { formerPath: former }),
    ...(lines === undefined ? {} : { lines }),
    ...(Object.keys(size).length === 0 ? {} : { size }),
    ...(bothThere && mode.before !== mode.after ? { mode } : {}),
  };
}

function kindOf(status: string): ChangedFile["kind"] {
  switch (status[0]) {
    case "A":
      return "add";
    case "D":
      return "delete";
    case "R":
      return "rename";
    default:
      return "update";
  }
}

function sized<Key extends string>(key: Key, bytes: number | undefined): { [K in Key]?: number } {
  const sizes: { [K in Key]?: number } = {};
  if (bytes !== undefined) sizes[key] = bytes;
  return sizes;
}

function isNone(mode: string): boolean {
  return /^0+$/.test(mode);
}

/** The permissions in git's word for a mode: `100755` has 755, a link has none of its own. */
function permissions(mode: string): string {
  return mode.startsWith("100") ? mode.slice(3) : mode;
}

const NUMSTAT = /^(\d+|-)\t(\d+|-)\t/;

/** Lines added and deleted, in the order of the raw lines; undefined for a binary file. */
function numstat(lines: readonly string[]): (Lines | undefined)[] {
  return lines.flatMap((line) => {
    const [, added, deleted] = NUMSTAT.exec(line) ?? [];
    if (added === undefined || deleted === undefined) return [];
    return [added === "-" ? undefined : { added: Number(added), deleted: Number(deleted) }];
  });
}

function sizes(lines: readonly string[]): Facts["sizes"] {
  const sizes = new Map<string, number>();
  for (const line of lines) {
    const [, blob, bytes] = /^size ([0-9a-f]+) (\d+)$/.exec(line) ?? [];
    if (blob !== undefined) sizes.set(blob, Number(bytes));
  }
  return sizes;
}

/** `KEYWORD FACT<tab>PATH` of one side, by path. */
function sideFacts(lines: readonly string[], keyword: string): Map<string, string> {
  const facts = new Map<string, string>();
  for (const line of lines) {
    if (!line.startsWith(`${keyword} `)) continue;
    const [fact, ...rest] = line.slice(keyword.length + 1).split("\t");
    const path = rest.length === 0 ? undefined : rest.join("\t");
    // The scripts write a line feed within a name as the byte 1.
    if (fact !== undefined && path !== undefined) facts.set(path.replaceAll("\u0001", "\n"), fact);
  }
  return facts;
}

/** Adds files whose size and time differ, while their content was never kept. */
function addWithoutContent(
  files: Map<string, ChangedFile>,
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): void {
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const was = bytesOf(before.get(path));
    const is = bytesOf(after.get(path));
    const known = files.get(path);
    // One side may be in the tree: a small file that has grown.
    const existed = was !== undefined || known?.kind === "delete";
    const exists = is !== undefined || known?.kind === "add";
    const size = {
      ...sized("before", was ?? known?.size?.before),
      ...sized("after", is ?? known?.size?.after),
    };
    const kind = !existed ? "add" : exists ? "update" : "delete";
    files.set(path, { path, kind, size, withoutContent: true });
  }
}

function bytesOf(fact: string | undefined): number | undefined {
  return fact === undefined ? undefined : Number(fact.split(" ")[0]);
}

/** Adds files that differ in nothing but permissions that git does not keep. */
function addModes(files: Map<string, ChangedFile>, { before, after }: Modes): void {
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const known = files.get(path);
    // Added, removed and renamed files bring theirs along.
    if (known !== undefined) continue;
    const [was, is] = [before.get(path), after.get(path)];
    const mode = { before: was ?? plainMode(is), after: is ?? plainMode(was) };
    if (mode.before !== mode.after) files.set(path, { path, kind: "update", mode });
  }
}

/** What git would keep of permissions: whether the owner may execute the file. */
function plainMode(permissions = ""): string {
  const owner = Number(permissions.padStart(3, "0").at(-3));
  return (owner & 1) === 1 ? "755" : "644";
}

/** A path that both the change and somebody else touched, and that can only be merged. */
export interface WantedMerge {
  readonly quoted: string;
  readonly mode: string;
  readonly current: string;
  readonly base: string;
  readonly other: string;
}

export interface CarryPlan {
  readonly merges: readonly WantedMerge[];
  /** Paths that have the wanted state already, or another one's that stays; as index lines. */
  readonly settled: readonly string[];
  readonly overlaps: readonly CarryOverlap[];
  /** Paths that become what they are in the second record. */
  readonly taken: number;
}

/**
 * Plans how the change from one record to another is brought onto a third state.
 * @param wanted raw changes between the two records, renames as two changes
 * @param since raw changes from the first record to the present state
 */
export function planCarry(
  wanted: readonly RawChange[],
  since: readonly RawChange[],
): CarryPlan {
  const present = new Map(since.map((each) => [each.quoted, each]));
  const merges: WantedMerge[] = [];
  const settled: string[] = [];
  const overlaps: CarryOverlap[] = [];
  let taken = 0;
  for (const { quoted, newMode, newBlob, oldMode, oldBlob } of wanted) {
    const now = present.get(quoted);
    if (now === undefined) taken++;
    else if (now.newBlob === newBlob && now.newMode === newMode) {
      settled.push(`${now.newMode} ${now.newBlob}\t${quoted}`);
    } else if ([oldMode, newMode, now.newMode].every((mode) => mode.startsWith("100"))) {
      const mode = now.newMode === oldMode ? newMode : now.newMode;
      merges.push({ quoted, mode, current: now.newBlob, base: oldBlob, other: newBlob });
    } else overlaps.push({ path: unquotedPath(quoted), why: "replaced" });
  }
  return { merges, settled, overlaps, taken };
}
