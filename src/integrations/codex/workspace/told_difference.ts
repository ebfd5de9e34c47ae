/** Reads what plain_snapshot.ts tells along with a record: what differs from the one before. */
import type { Difference } from "../../../core/workspace/workspace.ts";
import { changedFiles } from "./tree_changes.ts";

export interface ToldSnapshot {
  /** Lines of a keyword and its value. */
  readonly facts: string;
  readonly difference?: Difference;
}

const COMPARED = "\ncompared\n";
const PATCH = "\npatch\n";

/** @param cut whether there may have been more */
export function readToldSnapshot(output: string, cut: boolean): ToldSnapshot {
  const facts = output.indexOf(COMPARED);
  if (facts < 0) return { facts: output };
  // A name with a line feed in it is quoted here, so that no line of the list is that one.
  const listed = output.indexOf(PATCH, facts);
  if (listed < 0 || cut) return { facts: output.slice(0, facts) };
  return {
    facts: output.slice(0, facts),
    difference: {
      files: changedFiles(output.slice(facts, listed)),
      patch: output.slice(listed + PATCH.length),
    },
  };
}
