/** Has Codex's own reviewer look at a change, which answers in words of its own. */
import type { CodexBackend, CodexReviewTarget } from "../core/codex/codex.ts";
import { CodexError } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import type { ReviewSubject } from "../core/run/review_subject.ts";
import type { RunRequest } from "../core/run/workflow.ts";
import type { Snapshot } from "../core/workspace/workspace.ts";
import { type AgentDependencies, threadOptions } from "./agents.ts";
import { completedOrThrow, runTurn, type Stage } from "./stage.ts";

export interface CodexReviewParts {
  readonly about: Pick<ReviewSubject, "kind" | "name" | "focus">;
  readonly from: Snapshot;
  readonly to: Snapshot;
}

/**
 * Asks in a thread of its own.
 * @throws {CodexError} where this Codex, or its reviewer, cannot
 */
export async function* askCodexReviewer(
  { clock }: Pick<AgentDependencies, "clock">,
  codex: CodexBackend,
  request: RunRequest,
  { stage, parts }: { readonly stage: Stage; readonly parts: CodexReviewParts },
): AsyncGenerator<RunEvent, string> {
  const target = codexTarget(parts);
  // Its reviewer has instructions of its own.
  const thread = codex.startThread({
    ...threadOptions(request, "reviewer"),
    developerInstructions: "",
  });
  const begin = thread.review?.bind(thread);
  if (begin === undefined) {
    throw new CodexError("unsupported", "Cannot review: this backend has no reviewer of its own", {
      trouble: { kind: "unsupported", wish: "review", elsewhere: codex.kind === "mcp" },
    });
  }
  const result = yield* runTurn(stage, (options) => begin(target, options), request, clock);
  return completedOrThrow(stage, result).answer;
}

/** @throws {CodexError} for what the latest request has changed, which no commit names */
function codexTarget({ about, from, to }: CodexReviewParts): CodexReviewTarget {
  const { kind, name = "", focus } = about;
  if (kind === "last") {
    throw new CodexError("request", "Codex's own reviewer cannot look at the latest request", {
      trouble: { kind: "review", why: "codex-target", name: "", near: "" },
    });
  }
  if (focus === undefined) {
    if (kind === "uncommitted") return { type: "uncommittedChanges" };
    if (kind === "branch") return { type: "baseBranch", branch: name };
    if (kind === "commit") return { type: "commit", sha: to.head ?? name };
  }
  const what = kind === "uncommitted"
    ? "the uncommitted changes (staged, unstaged and untracked files)"
    : `the changes that \`git diff ${from.head ?? ""} ${to.head ?? ""}\` shows`;
  return {
    type: "custom",
    instructions: `Review ${what}.${focus === undefined ? "" : `\n\nLook at this: ${focus}`}`,
  };
}
