/** Carries the change between two records over to a folder, merged into what it has become. */
import { unquotedPath } from "../../../core/workspace/quoted_path.ts";
import type {
  CarryOverlap,
  CarryResult,
  ChangedFile,
  Snapshot,
  SnapshotResult,
} from "../../../core/workspace/workspace.ts";
import { CARRY, MERGE, SETTLE } from "./carry_scripts.ts";
import { ScriptError } from "./script.ts";
import { PATCH } from "./scripts.ts";
import { planCarry, type RawChange, rawChange, type WantedMerge } from "./tree_changes.ts";

export interface CarryTools {
  /** Runs a script on the folder's store; rejects when it fails. */
  readonly script: (
    text: string,
    variables: Readonly<Record<string, string>>,
    options?: { readonly args?: readonly string[]; readonly writable?: readonly string[] },
  ) => Promise<string>;
  readonly take: () => Promise<SnapshotResult>;
  readonly compare: (from: Snapshot, to: Snapshot) => Promise<readonly ChangedFile[]>;
}

/** Characters of arguments that a shell is given at one time. */
const MOST_ARGUMENTS = 60_000;

/** Rejects when a script fails; what stands in the way is a result. */
export async function carryChange(
  from: Snapshot,
  to: Snapshot,
  tools: CarryTools,
): Promise<CarryResult> {
  const now = await tools.take();
  if (now.type === "refused") return { type: "failed", reason: now.reason };
  const current = now.snapshot;
  const wanted = await rawChanges(from, to, tools);
  const plan = planCarry(wanted, await rawChanges(from, current, tools));
  const told = await tools.compare(from, to);
  const { settled, merged, conflicts } = await mergeAll(plan.merges, tools);
  const overlaps: CarryOverlap[] = [
    ...plan.overlaps,
    ...[...await pathsWithoutContent(wanted, { from, current, told }, tools)]
      .map((path) => ({ path, why: "without-content" }) as const),
    ...conflicts,
  ];
  if (overlaps.length > 0) return { type: "overlaps", overlaps };
  if (wanted.length > 0 && plan.taken === 0 && merged.length === 0) return { type: "nothing" };
  await noteSettled([...plan.settled, ...settled, ...merged], tools);
  const output = await carriedOut(from, to, current, tools);
  return output === undefined
    ? { type: "failed", reason: "not-allowed", detail: to.folder }
    : await resultOf(output, { current, told }, tools);
}

/** @returns undefined where no script may write to the folder: others were run until now */
async function carriedOut(
  from: Snapshot,
  to: Snapshot,
  current: Snapshot,
  { script }: CarryTools,
): Promise<string | undefined> {
  const { top, prefix } = to;
  const variables = {
    TOP: top,
    PREFIX: prefix,
    FROM: from.id,
    TO: to.id,
    CURRENT: current.id,
  };
  try {
    return await script(CARRY, variables, { writable: [top] });
  } catch (error) {
    if (error instanceof ScriptError && error.reason === "unsupported") return undefined;
    throw error;
  }
}

/**
 * Finds what cannot be carried because its content is not known on one side, or is not known now: such a
 * file is in no tree, and would look as if it were gone.
 */
async function pathsWithoutContent(
  wanted: readonly RawChange[],
  { from, current, told }: {
    readonly from: Snapshot;
    readonly current: Snapshot;
    readonly told: readonly ChangedFile[];
  },
  { compare }: CarryTools,
): Promise<Set<string>> {
  const unknown = namesWithoutContent(told);
  if (current.withoutContent === 0) return unknown;
  const unknownNow = namesWithoutContent(await compare(from, current));
  const touched = new Set(wanted.map(({ quoted }) => unquotedPath(quoted)));
  return unknown.union(touched.intersection(unknownNow));
}

function namesWithoutContent(files: readonly ChangedFile[]): Set<string> {
  return new Set(files.filter((file) => file.withoutContent === true).map(({ path }) => path));
}

/** @param told what the change is about, for a folder that cannot be recorded with it */
async function resultOf(
  output: string,
  { current, told }: { readonly current: Snapshot; readonly told: readonly ChangedFile[] },
  { take, compare }: CarryTools,
): Promise<CarryResult> {
  const [said = "", ...more] = output.trimEnd().split("\n");
  const reason = said.startsWith("refused ") ? said.slice("refused ".length) : undefined;
  if (reason === "occupied") {
    const paths = more.map((line) => line.slice("at ".length).replaceAll("\u0001", "\n"));
    return { type: "overlaps", overlaps: paths.map((path) => ({ path, why: "in-the-way" })) };
  }
  if (reason === "gone" || reason === "moved-on") return { type: "failed", reason };
  const after = await take();
  if (after.type === "refused") {
    return reason === undefined
      ? { type: "carried", files: told }
      : { type: "failed", reason: after.reason };
  }
  const files = ofChange(told, await compare(current, after.snapshot));
  if (reason === undefined) {
    return files.length === 0 ? { type: "nothing" } : { type: "carried", files };
  }
  const [why, ...detail] = reason.split(" ");
  if (why !== "write") return { type: "failed", reason: "failed", detail: reason };
  return files.length === 0
    ? { type: "failed", reason: "write", detail: detail.join(" ") }
    : { type: "failed", reason: "torn", detail: files.map(({ path }) => path).join(", ") };
}

/**
 * Leaves out what the change is not about: where it takes a rule of what is ignored away, files that the
 * rule hid come to light.
 */
function ofChange(
  told: readonly ChangedFile[],
  files: readonly ChangedFile[],
): readonly ChangedFile[] {
  const touched = new Set(
    told.flatMap(({ path, formerPath = path }) => [path, formerPath]),
  );
  return files.flatMap((file): ChangedFile[] => {
    if (touched.has(file.path)) return [file];
    const { formerPath } = file;
    // What comes to light may be like what is gone, and look as if it were moved.
    return formerPath !== undefined && touched.has(formerPath)
      ? [{ path: formerPath, kind: "delete" }]
      : [];
  });
}

/** Without renames: a carried change is about each path of its own. */
async function rawChanges(
  from: Snapshot,
  to: Snapshot,
  { script }: CarryTools,
): Promise<RawChange[]> {
  const FORM = "--raw --no-renames --no-abbrev";
  const variables = { FROM: from.id, TO: to.id, FORM, QUOTED: "true" };
  const output = await script(PATCH, variables, { args: [to.prefix] });
  return output.split("\n").map(rawChange).filter((raw) => raw !== undefined);
}

async function mergeAll(
  merges: readonly WantedMerge[],
  { script }: CarryTools,
): Promise<{ settled: string[]; merged: string[]; conflicts: CarryOverlap[] }> {
  const results: string[] = [];
  const wanted = merges.map(({ current, base, other }) => `${current} ${base} ${other}`);
  for (const args of chunks(wanted)) {
    results.push(...(await script(MERGE, {}, { args })).trim().split("\n"));
  }
  const settled: string[] = [];
  const merged: string[] = [];
  const conflicts: CarryOverlap[] = [];
  for (const [index, { quoted, mode, current }] of merges.entries()) {
    const blob = results[index];
    if (blob === undefined || blob === "conflict") {
      conflicts.push({ path: unquotedPath(quoted), why: "same-lines" });
    } else (blob === current ? settled : merged).push(`${mode} ${blob}\t${quoted}`);
  }
  return { settled, merged, conflicts };
}

async function noteSettled(lines: readonly string[], { script }: CarryTools): Promise<void> {
  await script(SETTLE, { FIRST: "yes" });
  for (const args of chunks(lines)) await script(SETTLE, { FIRST: "" }, { args });
}

/** Cuts a list into pieces that a command line takes. */
function chunks(values: readonly string[]): string[][] {
  const pieces: string[][] = [];
  let room = 0;
  for (const value of values) {
    const last = pieces.at(-1);
    if (last === undefined || room < value.length) {
      pieces.push([value]);
      room = MOST_ARGUMENTS;
    } else last.push(value);
    room -= value.length + 1;
  }
  return pieces;
}
