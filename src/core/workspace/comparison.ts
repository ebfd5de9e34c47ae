/** Defines what of a repository can be compared for a review, and what comes of it. */
import type { Snapshot } from "./workspace.ts";

/** What a person names. */
export type ComparisonTarget =
  /** What is staged, unstaged and untracked. */
  | { readonly type: "uncommitted" }
  /** A branch, against which HEAD is held; else a commit, a tag or the like, by itself. */
  | { readonly type: "revision"; readonly name: string }
  /** HEAD against it. */
  | { readonly type: "against"; readonly name: string }
  /** What the second has and the first has not, as in a pull request. */
  | { readonly type: "range"; readonly from: string; readonly to: string };

/** What was found to compare. */
export const COMPARED_KINDS = ["uncommitted", "branch", "commit", "range"] as const;
export type ComparedKind = typeof COMPARED_KINDS[number];

export const COMPARISON_REFUSALS = [
  // The folder is in no git repository.
  "no-repository",
  // The repository has no commit yet.
  "no-commit",
  // There is no branch, commit or tag of that name.
  "unknown",
  // Both have no commit in common, as far as the repository knows.
  "unrelated",
  // The commit before it is not in a shallow repository.
  "shallow",
  // The folder cannot be recorded.
  "not-recorded",
  // Codex runs no commands for this program.
  "unsupported",
] as const;
export type ComparisonRefusal = typeof COMPARISON_REFUSALS[number];

export type Comparison =
  | {
    readonly type: "compared";
    readonly kind: ComparedKind;
    readonly from: Snapshot;
    readonly to: Snapshot;
  }
  | {
    readonly type: "refused";
    readonly reason: ComparisonRefusal;
    /** The name that is unknown, or where the history ends. */
    readonly name?: string;
    /** Branches that there are. */
    readonly branches?: readonly string[];
  };
