/** Reads the trace of this person's bot, masked again with what is secret now. */
import { join } from "node:path";
import { createRedactor, type Redactor } from "../core/redaction/redact.ts";
import { secretsIn } from "../core/redaction/secrets.ts";
import type { TraceRecord } from "../core/run/trace.ts";
import { readTraceValue } from "../integrations/traces/trace_line.ts";
import {
  type SkippedLines,
  type TracedRun,
  TraceReader,
} from "../integrations/traces/trace_reader.ts";
import { type RunHistory, runHistory } from "../report/run_history.ts";
import { moment, plural } from "../report/words.ts";
import { EXIT_CODES } from "../supervisor/exit_codes.ts";
import { CommandError, type Process } from "./process.ts";
import { environmentOf } from "./start_environment.ts";

const MOST_NAMED = 5;

export class TraceAccess {
  /** Where the lines are. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly reader: TraceReader;
  readonly redactor: Redactor;

  private constructor(stateFolder: string, redactor: Redactor) {
    this.stateFolder = stateFolder;
    this.folder = join(stateFolder, "traces");
    this.reader = new TraceReader(this.folder);
    this.redactor = redactor;
  }

  /** @throws {ConfigError} when there is no home folder */
  static async open(process: Process): Promise<TraceAccess> {
    const { stateFolder, variables } = await environmentOf(process);
    return new TraceAccess(stateFolder, createRedactor({ secrets: secretsIn(variables) }));
  }

  masked(record: TraceRecord): readonly TraceRecord[] {
    const read = readTraceValue(this.redactor.value(record));
    return read.kind === "record" ? [read.record] : [];
  }

  history({ id, records }: TracedRun): RunHistory {
    return runHistory(id, records.flatMap((record) => this.masked(record)));
  }

  /**
   * Finds the run that a person means.
   * @param wanted an id, the beginning of one, or `last`
   * @throws {CommandError} when there is no such run, or several
   */
  async find(wanted: string): Promise<{ run: RunHistory; skipped: SkippedLines }> {
    const { runs, skipped } = wanted === "last"
      ? await this.reader.newest({ atLeast: 1, fits: () => true })
      : await this.reader.withPrefix(wanted);
    const run = runs.find(({ id }) => id === wanted) ??
      (runs.length === 1 || wanted === "last" ? runs[0] : undefined);
    if (run !== undefined) return { run: this.history(run), skipped };
    throw runs.length === 0 ? noRun(wanted, this.folder) : severalRuns(wanted, runs);
  }
}

function noRun(wanted: string, folder: string): CommandError {
  return wanted === "last"
    ? new CommandError(EXIT_CODES.noInput, `No runs in ${folder} yet`, {
      remedy: "Send a request first",
    })
    : new CommandError(EXIT_CODES.noInput, `No run begins with "${wanted}" in ${folder}`, {
      remedy: "List the runs with: codex-orchestrator trace list",
    });
}

function severalRuns(wanted: string, runs: readonly TracedRun[]): CommandError {
  const named = runs.slice(0, MOST_NAMED).map(({ id, records }) =>
    `  ${id}  ${moment(Date.parse(records.at(-1)?.timestamp ?? ""))}`
  );
  const more = runs.length > MOST_NAMED ? ["  …"] : [];
  return new CommandError(
    EXIT_CODES.noInput,
    [
      `${plural(runs.length, "run")} begin with "${wanted}":`,
      ...named,
      ...more,
      "Type more of the id",
    ].join("\n"),
  );
}

/** Which lines were skipped, in a sentence; empty when there were none. */
export function skippedText({ cut, foreign, newer }: SkippedLines): string {
  const parts = [
    ...(cut === 0 ? [] : [`${cut} cut off by a crash`]),
    ...(foreign === 0 ? [] : [`${foreign} not written by this program`]),
    ...(newer === 0 ? [] : [`${newer} from a newer version`]),
  ];
  const total = cut + foreign + newer;
  return total === 0 ? "" : `${plural(total, "line")} of the trace skipped: ${parts.join(", ")}.`;
}

export function tellSkipped(process: Process, skipped: SkippedLines): void {
  const text = skippedText(skipped);
  if (text !== "") process.printError(`${text}\n`);
}
