/**
 * Tells how far a plan run has come: its stages in their order, each done, current, failed or open.
 * Stages that an earlier process finished count as done.
 */
import type { Role } from "../session/settings.ts";
import type { StageReport } from "./events.ts";
import type { Place } from "./run_log.ts";

/** The roles of a plan run in the order of their stages. The selector stands before them. */
const STAGE_ORDER = ["planner", "developer", "reviewer"] as const;
export type PlanRole = typeof STAGE_ORDER[number];

export type StageStatus = "done" | "current" | "failed" | "open";

/** What became of the last stage of each role. */
export interface RunProgress {
  /** How many reviews there are at most; absent while no plan was decided on. */
  readonly maxRounds?: number;
  readonly last: Readonly<Partial<Record<Role, ReachedStage>>>;
}

export interface ReachedStage {
  readonly round: number;
  readonly status: Exclude<StageStatus, "open">;
}

export const NO_PROGRESS: RunProgress = { last: {} };

/** The way of a plan run as front-ends draw it. */
export interface RunWay {
  readonly stages: readonly { readonly role: PlanRole; readonly status: StageStatus }[];
  /** 0 before the developer has begun. */
  readonly round: number;
  readonly maxRounds: number;
}

export function withStageBegun(progress: RunProgress, place: Place): RunProgress {
  return reached(progress, place, "current");
}

export function withStageReplayed(progress: RunProgress, place: Place): RunProgress {
  return reached(progress, place, "done");
}

export function withStageReported(
  progress: RunProgress,
  { role, round, status }: Pick<StageReport, "role" | "round" | "status">,
): RunProgress {
  return reached(progress, { role, round }, status === "completed" ? "done" : "failed");
}

/** Marks the stage at work as failed: the run has failed without a report of it. */
export function withRunFailed(progress: RunProgress): RunProgress {
  const last = Object.entries(progress.last).map(([role, stage]) =>
    [role, stage.status === "current" ? { ...stage, status: "failed" } : stage] as const
  );
  return { ...progress, last: Object.fromEntries(last) };
}

/** @returns undefined where no plan was decided on: the run has one stage, or chooses still */
export function wayOf({ maxRounds, last }: RunProgress): RunWay | undefined {
  if (maxRounds === undefined) return undefined;
  const round = Math.max(last.developer?.round ?? 0, last.reviewer?.round ?? 0);
  const roles = STAGE_ORDER.filter((role) => role !== "reviewer" || maxRounds > 0);
  return {
    stages: roles.map((role) => {
      const stage = last[role];
      // In a later round the review is open again.
      const reachedNow = stage !== undefined && (role === "planner" || stage.round === round);
      return { role, status: reachedNow ? stage.status : "open" };
    }),
    round,
    maxRounds,
  };
}

function reached(
  progress: RunProgress,
  { role, round }: Place,
  status: ReachedStage["status"],
): RunProgress {
  return { ...progress, last: { ...progress.last, [role]: { round, status } } };
}
