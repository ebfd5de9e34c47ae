/** Counts the checks of a run as the chat does: those after its last turn. */
import type { CheckTotals } from "../core/run/run_end.ts";
import type { RunHistory } from "./run_history.ts";

/** @returns undefined where nothing was checked, or a later turn was cut short */
export function checkTotals({ stages }: Pick<RunHistory, "stages">): CheckTotals | undefined {
  const all = stages.flatMap(({ steps }) => steps).filter((step) => step.type === "check");
  const round = all.at(-1)?.round;
  const developer = stages.findLast(({ role }) => role === "developer");
  const isOutdated = developer !== undefined && developer.result !== "completed" &&
    developer.round > (round ?? 0);
  if (round === undefined || isOutdated) return undefined;
  // One that was cut short is run once more.
  const last = new Map(
    all.filter((check) => check.round === round).map((each) => [each.name, each.status] as const),
  );
  const count = (...statuses: readonly string[]): number =>
    [...last.values()].filter((status) => statuses.includes(status)).length;
  return {
    passed: count("passed"),
    failed: count("failed", "timed-out"),
    notRun: count("not-run"),
  };
}
