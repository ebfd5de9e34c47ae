/** The stages of a run with everything that happened in them; pure. */
import type { TurnStatus } from "../core/codex/codex.ts";
import type { TokenUsage } from "../core/codex/token_usage.ts";
import type { Mode, Role } from "../core/session/settings.ts";
import { endOf, type Step, tidySteps } from "./steps.ts";
import type { ReviewTrace, StageStartTrace, StageTrace, TraceRecord } from "../core/run/trace.ts";

/** One turn of one role. */
export interface Stage {
  readonly role: Role;
  readonly round: number;
  readonly startedAt: number;
  /** Of a stage that has no end, when it was heard of last. */
  readonly endedAt: number;
  /** Absent while it is at work, and when the program ended under it. */
  readonly result?: TurnStatus;
  readonly mode?: Mode;
  /** As it was asked for; absent = Codex's own choice. */
  readonly model?: string;
  readonly reasoningEffort?: string;
  readonly threadId?: string;
  readonly tokens?: TokenUsage;
  readonly checklist: StageTrace["checklist"];
  readonly changes: StageTrace["changes"];
  readonly error?: string;
  readonly steps: readonly Step[];
  /** What the reviewer of this stage decided. */
  readonly review?: Pick<ReviewTrace, "verdict" | "summary" | "findings">;
}

/** The last thing that a planner or a developer said in it, which is its result. */
export function resultText({ steps, role, result }: Stage): string | undefined {
  if (role !== "planner" && role !== "developer") return undefined;
  if (result !== "completed") return undefined;
  return steps.filter((step) => step.type === "message").findLast(({ commentary }) => !commentary)
    ?.text;
}

/** The plan that was worked by. */
export function planOf(stages: readonly Stage[]): string | undefined {
  const planner = stages.findLast(({ role, result }) => role === "planner" && result !== undefined);
  return planner === undefined ? undefined : resultText(planner);
}

interface Draft {
  start?: StageStartTrace;
  end?: StageTrace;
  review?: ReviewTrace;
  readonly steps: Step[];
}

/**
 * A cut line may have taken the beginning or the end of a stage with it.
 * @param folder in which the run works; paths in it are told from there
 */
export function stagesOf(records: readonly TraceRecord[], folder: string | undefined): Stage[] {
  const drafts: Draft[] = [];
  for (const record of records) {
    switch (record.type) {
      case "stage_start":
        drafts.push({ start: record, steps: [] });
        break;
      case "stage":
        openDraft(drafts, record).end = record;
        break;
      case "review": {
        const reviewed = drafts.findLast((draft) => roleOf(draft) === "reviewer");
        if (reviewed !== undefined) reviewed.review = record;
        break;
      }
      case "command":
      case "files":
      case "tool":
      case "message":
      case "approval":
        openDraft(drafts, record).steps.push(record);
        break;
      case "notice":
        // What comes between two stages, such as one taken from the record, makes none.
        drafts.at(-1)?.steps.push(record);
    }
  }
  return drafts.map((draft) => finished(draft, folder));
}

/** The stage at work that it belongs to, or a new one. */
function openDraft(drafts: Draft[], { stage, round }: Step | StageTrace): Draft {
  const last = drafts.at(-1);
  const known = last?.start ?? last?.steps[0];
  if (last !== undefined && last.end === undefined) {
    if (known?.stage === stage && known.round === round) return last;
  }
  const draft: Draft = { steps: [] };
  drafts.push(draft);
  return draft;
}

function roleOf({ start, end, steps }: Draft): Role | undefined {
  return (start ?? end ?? steps[0])?.stage;
}

function finished(draft: Draft, folder: string | undefined): Stage {
  const { start, end, review } = draft;
  const steps = tidySteps(draft.steps, folder);
  const known = start ?? end ?? steps[0];
  const [firstStep] = steps;
  const startedAt = Date.parse(
    end?.started_at ?? start?.timestamp ?? firstStep?.timestamp ?? "",
  );
  const model = end?.model ?? start?.model ?? undefined;
  const effort = end?.reasoning_effort ?? start?.reasoning_effort ?? undefined;
  return {
    role: known?.stage ?? "developer",
    round: known?.round ?? 0,
    startedAt,
    endedAt: end === undefined
      ? Math.max(startedAt, ...steps.map(endOf))
      : Date.parse(end.timestamp),
    ...(end === undefined ? {} : { result: end.result, mode: end.mode }),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { reasoningEffort: effort }),
    ...(end === undefined || end.thread_id === null ? {} : { threadId: end.thread_id }),
    ...(end === undefined || end.tokens === null ? {} : { tokens: end.tokens }),
    checklist: end?.checklist ?? [],
    changes: end?.changes ?? [],
    ...(end === undefined || end.error_message === null ? {} : { error: end.error_message }),
    steps,
    ...(review === undefined ? {} : {
      review: { verdict: review.verdict, summary: review.summary, findings: review.findings },
    }),
  };
}
