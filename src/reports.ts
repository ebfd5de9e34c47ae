/** Makes the reports of runs from what is kept of them: their traces and what they changed. */
import { join } from "node:path";
import type { Clock } from "./core/clock.ts";
import type { Redactor } from "./core/redaction/redact.ts";
import { REPORTS_FOLDER, type RunReport, type RunReports } from "./core/run/run_reports.ts";
import type { TraceRecord } from "./core/run/trace.ts";
import { sessionId, type SessionKey } from "./core/session/session.ts";
import type { ChangeStore } from "./core/workspace/changes.ts";
import { type SessionDiffDependencies, SessionDiffs } from "./core/workspace/session_diff.ts";
import type { TraceFiles } from "./integrations/traces/trace_files.ts";

export interface ReportDependencies extends SessionDiffDependencies {
  readonly stateFolder: string;
  readonly tracesFolder: string;
  readonly traces: Pick<TraceFiles, "flush">;
  readonly changes: Pick<ChangeStore, "of">;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly version: string;
}

export class KeptRunReports implements RunReports {
  readonly #deps: ReportDependencies;
  readonly #changes: SessionDiffs;

  constructor(deps: ReportDependencies) {
    this.#deps = deps;
    this.#changes = new SessionDiffs(deps);
  }

  async make(
    session: SessionKey,
    { runId, language }: Parameters<RunReports["make"]>[1],
  ): Promise<RunReport | undefined> {
    const { tracesFolder, traces, clock, version } = this.#deps;
    // What has happened a moment ago may wait to be written.
    await traces.flush();
    const asked = sessionId(session);
    const { TraceReader } = await import("./integrations/traces/trace_reader.ts");
    const { runs: [run] } = await new TraceReader(tracesFolder).newest({
      atLeast: 1,
      fits: ({ id, records }) =>
        (runId === undefined || id === runId) && records[0]?.session_id === asked,
    });
    if (run === undefined) return undefined;
    const { runReport } = await import("./report/run_report.ts");
    return runReport({
      runId: run.id,
      records: await this.#masked(run.records),
      diffs: await this.#diffs(session, run.id),
      language,
      madeAt: clock.now(),
      version,
    });
  }

  async save(report: RunReport): Promise<string> {
    const { saveReport } = await import("./integrations/files/report_files.ts");
    return await saveReport(join(this.#deps.stateFolder, REPORTS_FOLDER), report);
  }

  /** Masks again: more may be known as secret today. */
  async #masked(records: readonly TraceRecord[]): Promise<readonly TraceRecord[]> {
    const { redactor } = this.#deps;
    const { readTraceValue } = await import("./integrations/traces/trace_line.ts");
    return records.flatMap((record) => {
      const read = readTraceValue(redactor.value(record));
      return read.kind === "record" ? [read.record] : [];
    });
  }

  /** Takes the change of all rounds together, where the folder was recorded. */
  async #diffs(session: SessionKey, runId: string): Promise<readonly string[]> {
    const { changes, redactor } = this.#deps;
    const wanted = { type: "run", runId } as const;
    const { sections } = await this.#changes.read(session, changes.of(session), wanted);
    return sections.map(({ diff }) => diff).filter((diff) => diff.trim() !== "")
      .map((diff) => redactor.forPeople(diff));
  }
}
