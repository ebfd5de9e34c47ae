/** Reduces the events of checks to what a run knows of them; pure. */
import type { RunEvent } from "../run/events.ts";
import type { ReachedStage } from "../run/run_progress.ts";
import { type CheckedCommand, isFailing } from "./check.ts";

/** One check of one round. */
export type CheckState =
  & Pick<CheckedCommand, "name" | "command">
  & { readonly round: number; readonly startedAt: Date }
  & (
    | { readonly status: "running" }
    | Omit<CheckedCommand, "name" | "command">
  );

type CheckEvent = RunEvent & { readonly type: "check.started" | "check.finished" };

/** Of all rounds together. */
const MOST_CHECKS = 200;

/** Takes the last state of each check of each round, in the order in which they began. */
export function withCheck(
  checks: readonly CheckState[],
  event: CheckEvent,
  at: Date,
): readonly CheckState[] {
  const { round, name, command } = event;
  const known = checks.find((check) => check.round === round && check.name === name);
  const startedAt = known?.startedAt ?? at;
  const now: CheckState = event.type === "check.started"
    ? { round, name, command, startedAt: at, status: "running" }
    : { round, name, command, startedAt, ...event.result };
  return known === undefined
    ? [...checks, now].slice(-MOST_CHECKS)
    : checks.map((check) => check === known ? now : check);
}

/** Those of the last round that had any: what the answer is to be judged by. */
export function lastChecks(checks: readonly CheckState[]): readonly CheckState[] {
  const last = checks.at(-1)?.round;
  return checks.filter(({ round }) => round === last);
}

/**
 * Leaves out what a later turn of the developer may have undone: one that was cut short, so that
 * nothing was checked behind it.
 */
export function withNoneOutdated(
  checks: readonly CheckState[],
  developer: ReachedStage | undefined,
): readonly CheckState[] {
  const checked = checks.at(-1)?.round ?? 0;
  const isOutdated = developer !== undefined && developer.status !== "done" &&
    developer.round > checked;
  return isOutdated ? [] : checks;
}

/** The one that runs now. */
export function runningCheck(checks: readonly CheckState[]): CheckState | undefined {
  return checks.findLast(({ status }) => status === "running");
}

/** How the checks of the last round stand together; undefined where there are none. */
export function checksVerdict(
  checks: readonly CheckState[],
): "running" | "passed" | "failed" | "not-run" | undefined {
  const last = lastChecks(checks);
  if (last.length === 0) return undefined;
  if (last.some((check) => check.status === "running")) return "running";
  if (last.some((check) => check.status !== "running" && isFailing(check))) return "failed";
  return last.some(({ status }) => status === "not-run") ? "not-run" : "passed";
}

/** At the end of a run, which has cut short the one that runs. */
export function withNoneRunning(checks: readonly CheckState[]): readonly CheckState[] {
  return checks.some(({ status }) => status === "running")
    ? checks.filter(({ status }) => status !== "running")
    : checks;
}
