/**
 * The task "review": a reviewer looks at uncommitted work, a branch, a commit, a range or what the
 * latest request has changed, and nothing follows unless a person asks for it.
 */
import { z } from "../core/schema.ts";
import type { CodexBackend } from "../core/codex/codex.ts";
import type { ReviewRefusal } from "../core/codex/trouble.ts";
import { CodexError } from "../core/errors.ts";
import type { Answer, Review, RunEvent } from "../core/run/events.ts";
import type { ReviewSubject } from "../core/run/review_subject.ts";
import { readReviewWish, type ReviewWish } from "../core/run/review_wish.ts";
import { STORED_REVIEW, STORED_SUBJECT } from "../core/run/stored_review.ts";
import { type RunRequest, step, type StepOptions, type Workflow } from "../core/run/workflow.ts";
import { nearMiss } from "../core/text/near_names.ts";
import type { ComparedKind } from "../core/workspace/comparison.ts";
import { totalsOf } from "../core/workspace/recording.ts";
import type { ChangedFile, Snapshot, Workspace } from "../core/workspace/workspace.ts";
import { type AgentDependencies, askReviewer, startedCodex } from "./agents.ts";
import { openFindings } from "../core/run/findings.ts";
import { findingLine } from "./findings.ts";
import { askCodexReviewer } from "./codex_review.ts";
import { onDemandPrompt } from "./on_demand_prompt.ts";
import { noteOf, readReview } from "./review.ts";
import { readMaterial } from "./review_material.ts";
import type { Stage } from "./stage.ts";

const STAGE: Stage = { role: "reviewer", round: 1 };

/** No review where there was nothing to review, and by Codex's own reviewer. */
interface Reviewed {
  readonly subject: ReviewSubject;
  readonly review?: Review;
}

const REVIEWED = z.object({ subject: STORED_SUBJECT, review: STORED_REVIEW.exactOptional() });

const STEP: StepOptions<Reviewed> = {
  name: "review",
  ...STAGE,
  // It changes nothing.
  repeatable: true,
  parse: (recorded) => REVIEWED.parse(recorded),
};

export function createReviewWorkflow(deps: AgentDependencies): Workflow {
  return {
    async *run(request: RunRequest): AsyncGenerator<RunEvent, Answer> {
      // Whatever mode the session has: the reviewer is that of plan mode.
      const own = { ...request, mode: "plan" } as const;
      const { subject, review } = yield* step(
        request.steps,
        STEP,
        request.prompt,
        (typed) => lookAndReview(deps, own, readReviewWish(typed)),
      );
      if (review === undefined) return { text: subject.said ?? "", reviewed: subject };
      yield { type: "review.finished", round: STAGE.round, review };
      return answerOf(subject, review);
    },
  };
}

async function* lookAndReview(
  deps: AgentDependencies,
  request: RunRequest,
  wish: ReviewWish,
): AsyncGenerator<RunEvent, Reviewed> {
  const codex = yield* startedCodex(deps, request, STAGE);
  const workspace = workspaceOf(codex);
  const states = await statesOf(workspace, request, wish);
  const files = await workspace.changes(states.from, states.to);
  const about = { ...states.about, totals: totalsOf(files) };
  const nothing = { ...about, findings: [], summary: "" };
  if (files.length === 0) return { subject: nothing };
  if (wish.reviewer === "codex") {
    const asked = { stage: STAGE, parts: states };
    const said = yield* askCodexReviewer(deps, codex, request, asked);
    return { subject: { ...nothing, said } };
  }
  const text = onDemandPrompt({
    about,
    language: request.language,
    history: request.history,
    material: await materialOf(workspace, states, files),
    commits: await workspace.commits(states.from, states.to),
  });
  const review = yield* askReviewer(deps, request, {
    text,
    round: STAGE.round,
    read: (answer, first) => readReview(answer, [], STAGE.round, first),
  });
  return { subject: { ...about, findings: review.findings, summary: noteOf(review) }, review };
}

/** @throws {CodexError} where this Codex cannot */
function workspaceOf({ workspace, kind }: CodexBackend): Workspace {
  if (workspace !== undefined) return workspace;
  throw new CodexError("unsupported", "Cannot review: this backend reads no folder", {
    trouble: { kind: "unsupported", wish: "review", elsewhere: kind === "mcp" },
  });
}

/** The two states that are compared, and what they are called. */
interface States {
  readonly from: Snapshot;
  readonly to: Snapshot;
  readonly about: Pick<ReviewSubject, "kind" | "name" | "focus">;
}

/** @throws {CodexError} when what was named cannot be compared */
async function statesOf(
  workspace: Workspace,
  request: RunRequest,
  { target, focus, perhapsFocus }: ReviewWish,
): Promise<States> {
  if (target.type === "last") {
    const last = request.lastChange?.();
    if (last === undefined) throw refusal("no-change");
    return { from: last.before, to: last.after, about: aboutOf("last", undefined, focus) };
  }
  const folder = request.profile.workingDirectory;
  const comparison = await workspace.compare(folder, target);
  if (comparison.type === "compared") {
    const { kind, from, to } = comparison;
    const name = "name" in target
      ? target.name
      : target.type === "range"
      ? `${target.from}..${target.to}`
      : undefined;
    return { from, to, about: aboutOf(kind, name, focus) };
  }
  const { reason, name = "", branches = [] } = comparison;
  const near = reason === "unknown" ? nearMiss(name, branches) ?? "" : "";
  if (reason === "unknown" && near === "" && perhapsFocus !== undefined) {
    const uncommitted = { type: "uncommitted" } as const;
    return await statesOf(workspace, request, {
      reviewer: "own",
      target: uncommitted,
      focus: perhapsFocus,
    });
  }
  throw refusal(reason, name, near);
}

function aboutOf(
  kind: ComparedKind | "last",
  name: string | undefined,
  focus: string,
): States["about"] {
  return {
    kind,
    ...(name === undefined ? {} : { name }),
    ...(focus === "" ? {} : { focus }),
  };
}

function refusal(why: ReviewRefusal, name = "", near = ""): CodexError {
  if (why === "unsupported") {
    return new CodexError("unsupported", "Cannot review: Codex runs no commands for this program", {
      trouble: { kind: "unsupported", wish: "review", elsewhere: false },
    });
  }
  return new CodexError("request", `Cannot review: ${why}${name === "" ? "" : ` (${name})`}`, {
    trouble: { kind: "review", why, name, near },
  });
}

/** Of all files that are read at one time. */
const MOST_BYTES = 1_000_000;

async function materialOf(
  workspace: Workspace,
  { from, to }: States,
  files: readonly ChangedFile[],
): Promise<{ readonly files: string; readonly diff: string }> {
  return await readMaterial(
    files,
    async (paths) => (await workspace.patch(from, to, { paths, mostBytes: MOST_BYTES })).text,
  );
}

const VERDICTS: Readonly<Record<Review["verdict"], string>> = {
  approved: "Approved",
  needs_changes: "Not approved",
  unreadable: "Not reviewed",
};

function answerOf(subject: ReviewSubject, review: Review): Answer {
  const open = openFindings(review.findings);
  return {
    text: [
      `${VERDICTS[review.verdict]}. ${review.summary}`.trim(),
      ...open.map(findingLine),
    ].join("\n"),
    reviewed: subject,
    review: {
      result: review.verdict,
      rounds: STAGE.round,
      note: review.verdict === "approved" ? "" : noteOf(review),
      openFindings: open,
    },
  };
}
