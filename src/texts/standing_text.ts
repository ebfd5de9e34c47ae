/** Words where a run stands: the way of a plan run, its stage, or the round of a goal. */
import {
  type RunProgress,
  type RunWay,
  type StageStatus,
  wayOf,
} from "../core/run/run_progress.ts";
import { awaitsGo } from "../core/run/plan_state.ts";
import type { RunTask } from "../core/run/run.ts";
import { currentStage, type RunGoal, type RunState, workingMode } from "../core/run/run_state.ts";
import type { Mode, Role } from "../core/session/settings.ts";
import type { CheckTexts } from "./check_texts.ts";
import type { CodexTexts } from "./codex_texts.ts";
import type { GoalTexts } from "./goal_texts.ts";
import type { ReviewTexts } from "./review_texts.ts";
import type { PlanTexts } from "./plan_texts.ts";
import type { RunTexts } from "./run_texts.ts";

/** Formats a stage, as in `Developing · round 1`. */
export function stageName(
  { role, round }: { readonly role: Role; readonly round: number },
  { run }: { readonly run: Pick<RunTexts["run"], "role" | "round"> },
): string {
  return run.role[role] + (round > 0 ? ` · ${run.round(round)}` : "");
}

const STAGE_SIGNS: Readonly<Record<StageStatus, string>> = {
  done: "✓",
  current: "●",
  failed: "✗",
  open: "○",
};

/** Formats how far a plan run has come: `Plan ✓ › Build ● › Review ○ · 2/3`. */
export function wayText(
  { stages, round, maxRounds }: RunWay,
  { run }: { readonly run: Pick<RunTexts["run"], "stage"> },
): string {
  const row = stages.map(({ role, status }) => `${run.stage[role]} ${STAGE_SIGNS[status]}`);
  const rounds = round > 0 && maxRounds > 0 ? ` · ${round}/${maxRounds}` : "";
  return row.join(" › ") + rounds;
}

/** What tells where a run stands. */
interface Standing {
  readonly mode: Mode;
  readonly progress: RunProgress;
  /** Absent before the first. */
  readonly stage?: { readonly role: Role; readonly round: number };
  /** Set where the run works on a goal. */
  readonly goal?: RunGoal;
  /** Absent = a request, or the work on a goal. */
  readonly task?: RunTask;
  /** It waits for a person to agree to its plan. */
  readonly awaitsGo?: true;
}

/** Formats where a run stands: the way of a plan run, else the one stage at work. */
export function standingText(
  { mode, progress, stage, goal, task, awaitsGo }: Standing,
  texts: {
    readonly run: Pick<RunTexts["run"], "role" | "round" | "stage" | "starting">;
    readonly goals: Pick<GoalTexts, "title" | "round">;
    readonly plans: Pick<PlanTexts, "waiting">;
    readonly compaction: Pick<CodexTexts["compaction"], "running">;
    readonly review: Pick<ReviewTexts["review"], "running">;
    readonly checks: Pick<CheckTexts, "running">;
  },
): string {
  if (awaitsGo === true) return texts.plans.waiting;
  if (task !== undefined) return taskText(task, texts);
  if (goal !== undefined) {
    return stage === undefined ? texts.goals.title : texts.goals.round(stage.round);
  }
  const way = wayOf(progress);
  if (way !== undefined) return wayText(way, texts);
  if (stage === undefined) return texts.run.starting;
  // The one turn of a single run is no round of anything.
  return mode === "single" ? texts.run.role[stage.role] : stageName(stage, texts);
}

/** Gathers what {@link standingText} formats from the state of a run. */
export function standingOf(state: RunState): Standing {
  const stage = currentStage(state);
  const { progress, goal, task } = state;
  const standing = {
    mode: workingMode(state),
    progress,
    ...(goal === undefined ? {} : { goal }),
    ...(task === undefined ? {} : { task }),
    ...(awaitsGo(state) ? { awaitsGo: true as const } : {}),
  };
  return stage === undefined ? standing : { ...standing, stage };
}

function taskText(task: RunTask, texts: Parameters<typeof standingText>[1]): string {
  switch (task) {
    case "compact":
      return texts.compaction.running;
    case "review":
      return texts.review.running;
    case "checks":
      return texts.checks.running;
  }
}
