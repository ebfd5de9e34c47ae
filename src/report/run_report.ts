/** Makes the report of a run for the person who asked for it, within what a chat takes. */
import type { TraceRecord } from "../core/run/trace.ts";
import type { RunReport } from "../core/run/run_reports.ts";
import { reportPage } from "./html/report_page.ts";
import { type RunHistory, runHistory, type Step } from "./run_history.ts";

export interface RunReportSource {
  readonly runId: string;
  /** Masked, in the order in which they were written; at least one. */
  readonly records: readonly TraceRecord[];
  /** Masked; oldest first. */
  readonly diffs: readonly string[];
  readonly language: "en" | "ko";
  readonly madeAt: Date;
  readonly version: string;
}

/** Characters of a page: a phone still opens it, and Telegram takes 50 MB. */
const MOST_CHARACTERS = 8_000_000;

/** Leaves out what commands printed, then the diff, where the page would be too large to be read. */
export function runReport(source: RunReportSource): RunReport {
  const { runId, records } = source;
  const run = runHistory(runId, records);
  let page = "";
  // A page takes its time: no smaller one is made where the first fits.
  for (const make of attempts(source, run)) {
    page = make();
    if (page.length <= MOST_CHARACTERS) break;
  }
  return {
    runId,
    // The id was read from a file, which may hold anything.
    fileName: `codex-run-${runId.replaceAll(/[^\w-]/g, "_").slice(0, 64)}.html`,
    bytes: new TextEncoder().encode(page),
  };
}

function attempts(source: RunReportSource, run: RunHistory): readonly (() => string)[] {
  const { diffs, language, madeAt, version } = source;
  const common = { madeAt, version, remark: "", language };
  const small = withoutOutputs(run);
  return [
    () => reportPage({ ...common, run, diffs }),
    () => reportPage({ ...common, run: small, diffs, shortened: true }),
    () => reportPage({ ...common, run: small, diffs: [], shortened: true }),
  ];
}

function withoutOutputs(run: RunHistory): RunHistory {
  return {
    ...run,
    stages: run.stages.map((stage) => ({ ...stage, steps: stage.steps.map(withoutOutput) })),
  };
}

function withoutOutput(step: Step): Step {
  return step.type === "command" || step.type === "check" ? { ...step, output: null } : step;
}
