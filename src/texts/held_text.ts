/** Words how the usage limit holds requests. */
import type { HeldUntil } from "../core/run/queue_holds.ts";
import { localTime } from "../core/text/local_time.ts";
import type { RunTexts } from "./run_texts.ts";

/** Says as in `Usage limit reached. Continues at 2026-12-02 21:09 (UTC).` */
export function heldText(
  { until }: HeldUntil,
  { run }: { readonly run: Pick<RunTexts["run"], "held" | "heldOpen"> },
): string {
  if (until === undefined) return run.heldOpen;
  return run.held.before + localTime(new Date(until)) + run.held.after;
}

/** Says, under a failure, how long other requests wait. */
export function othersHeldText(
  { until }: HeldUntil,
  { run }: { readonly run: Pick<RunTexts["run"], "othersHeld" | "othersHeldOpen"> },
): string {
  return until === undefined ? run.othersHeldOpen : run.othersHeld;
}
