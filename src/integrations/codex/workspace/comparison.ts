/** Asks the script for the two states of a comparison, and reads what it prints. */
import {
  COMPARED_KINDS,
  type ComparedKind,
  type Comparison,
  COMPARISON_REFUSALS,
  type ComparisonRefusal,
  type ComparisonTarget,
} from "../../../core/workspace/comparison.ts";
import type { Snapshot, SnapshotResult } from "../../../core/workspace/workspace.ts";

/**
 * What the record of the folder refuses already.
 * @returns undefined where the script has to tell
 */
export function refusedComparison(
  now: SnapshotResult,
  target: ComparisonTarget,
): Comparison | undefined {
  if (now.type === "taken") {
    return now.snapshot.repository ? undefined : { type: "refused", reason: "no-repository" };
  }
  if (now.reason === "unsupported") return { type: "refused", reason: "unsupported" };
  // Commits can be compared whatever the folder is like, when its store was made.
  const needsFolder = target.type === "uncommitted" || FINAL.has(now.reason);
  return needsFolder ? { type: "refused", reason: "not-recorded" } : undefined;
}

const FINAL: ReadonlySet<string> = new Set(["no-git", "missing", "git-folder", "failed"]);

export function comparisonVariables(
  now: SnapshotResult,
  target: ComparisonTarget,
  name: string,
): Readonly<Record<string, string>> {
  const [left, right] = namesOf(target);
  const snapshot = now.type === "taken" ? now.snapshot.id : "";
  return { SNAPSHOT: snapshot, KIND: target.type, LEFT: left, RIGHT: right, NAME: name };
}

function namesOf(target: ComparisonTarget): readonly [string, string] {
  switch (target.type) {
    case "uncommitted":
      return ["", ""];
    case "revision":
    case "against":
      return [target.name, ""];
    case "range":
      return [target.from, target.to];
  }
}

export function readComparison(folder: string, output: string): Comparison {
  const facts = factsIn(output);
  const [reason] = facts.get("refused") ?? [];
  if (reason !== undefined) {
    const name = facts.get("name")?.[0] ?? "";
    return {
      type: "refused",
      reason: isRefusal(reason) ? reason : "not-recorded",
      ...(name === "" ? {} : { name }),
      branches: facts.get("branch") ?? [],
    };
  }
  const kind = facts.get("kind")?.[0];
  const from = stateOf(folder, facts, "from");
  const to = stateOf(folder, facts, "to");
  if (!isKind(kind) || from === undefined || to === undefined) {
    return { type: "refused", reason: "not-recorded" };
  }
  return { type: "compared", kind, from, to };
}

function stateOf(
  folder: string,
  facts: ReadonlyMap<string, readonly string[]>,
  side: "from" | "to",
): Snapshot | undefined {
  const fact = (name: string): string => facts.get(name)?.[0] ?? "";
  const [id, tree, head] = [fact(side), fact(`${side}-tree`), fact(`${side}-head`)];
  if (id === "" || tree === "") return undefined;
  return {
    folder,
    id,
    tree,
    top: fact("top"),
    prefix: fact("prefix"),
    repository: true,
    ...(head === "none" || head === "" ? {} : { head }),
    nested: 0,
    withoutContent: 0,
  };
}

/** Reads lines of a keyword and its value; a keyword may come more than once. */
function factsIn(output: string): Map<string, string[]> {
  const facts = new Map<string, string[]>();
  for (const line of output.split("\n")) {
    const end = line.indexOf(" ");
    if (end < 0) continue;
    const keyword = line.slice(0, end);
    facts.set(keyword, [...facts.get(keyword) ?? [], line.slice(end + 1)]);
  }
  return facts;
}

function isRefusal(said: string): said is ComparisonRefusal {
  return COMPARISON_REFUSALS.some((refusal) => refusal === said);
}

function isKind(said: string | undefined): said is ComparedKind {
  return COMPARED_KINDS.some((kind) => kind === said);
}
