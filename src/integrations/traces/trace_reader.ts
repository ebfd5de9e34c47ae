/** Reads the trace back: the lines of a run, or of the newest runs. */
import { join } from "node:path";
import { FileError } from "../../core/errors.ts";
import type { TraceRecord } from "../../core/run/trace.ts";
import { fileFailure } from "../files/durable_files.ts";
import { traceNames } from "./trace_files.ts";
import { type ReadLine, readTraceLine } from "./trace_line.ts";

/** How many lines this program could not read, by the reason. */
export type SkippedLines = Readonly<Record<Exclude<ReadLine["kind"], "record">, number>>;

export interface TracedRun {
  readonly id: string;
  /** In the order in which they were written; never empty. */
  readonly records: readonly TraceRecord[];
}

interface ReadRuns {
  /** The one that was active last comes first. */
  readonly runs: readonly TracedRun[];
  readonly skipped: SkippedLines;
}

interface RunQuery {
  /** How many runs are needed; older files are not opened for more. */
  readonly atLeast: number;
  /** First UTC day, `yyyy-mm-dd`. */
  readonly since?: string | undefined;
  /** The UTC day on which they were active last. */
  readonly day?: string | undefined;
  readonly fits: (run: TracedRun) => boolean;
}

export class TraceReader {
  readonly #folder: string;

  /** @param folder absolute path; it need not be there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {FileError} when the files are there and cannot be read */
  async newest({ atLeast, since, day, fits }: RunQuery): Promise<ReadRuns> {
    const collected = new CollectedRuns();
    for (const name of (await this.#names()).reverse()) {
      const isOlder = since !== undefined && name.slice(0, 10) < since;
      const found = collected.runs().filter((run) => inDays(run, since, day) && fits(run));
      // A run that began the day before must not look as if it had begun at midnight.
      const whole = found.slice(0, atLeast).every(hasBeginning);
      if ((isOlder || found.length >= atLeast) && whole) break;
      await this.#read(name, collected);
    }
    const runs = collected.runs().filter((run) => inDays(run, since, day) && fits(run));
    return { runs, skipped: collected.skipped };
  }

  /**
   * Finds every run whose id begins so.
   * @throws {FileError} when the files are there and cannot be read
   */
  async withPrefix(prefix: string): Promise<ReadRuns> {
    const collected = new CollectedRuns((id) => id.startsWith(prefix));
    for (const name of (await this.#names()).reverse()) await this.#read(name, collected);
    return { runs: collected.runs(), skipped: collected.skipped };
  }

  async #names(): Promise<string[]> {
    try {
      return [...await traceNames(this.#folder)].sort();
    } catch (error) {
      throw error instanceof FileError ? error : fileFailure("read", this.#folder, error);
    }
  }

  async #read(name: string, collected: CollectedRuns): Promise<void> {
    const path = join(this.#folder, name);
    const ofDay: TraceRecord[] = [];
    try {
      for await (const line of fileLines(path)) {
        const read = readTraceLine(line);
        if (read.kind !== "record") collected.skip(read.kind);
        else if (collected.wants(read.record.run_id)) ofDay.push(read.record);
      }
    } catch (error) {
      throw fileFailure("read", path, error);
    }
    collected.addEarlier(ofDay);
  }
}

/** Collects the records of runs, from the newest file to the oldest. */
class CollectedRuns {
  readonly #runs = new Map<string, TraceRecord[]>();
  readonly #counts = { cut: 0, foreign: 0, newer: 0 };
  readonly wants: (id: string) => boolean;

  constructor(wants: (id: string) => boolean = () => true) {
    this.wants = wants;
  }

  get skipped(): SkippedLines {
    return this.#counts;
  }

  skip(kind: keyof SkippedLines): void {
    this.#counts[kind]++;
  }

  addEarlier(records: readonly TraceRecord[]): void {
    for (const [id, earlier] of Map.groupBy(records, ({ run_id }) => run_id)) {
      this.#runs.set(id, [...earlier, ...this.#runs.get(id) ?? []]);
    }
  }

  runs(): TracedRun[] {
    return [...this.#runs].map(([id, records]) => ({ id, records }))
      .sort((one, other) => lastTime(other).localeCompare(lastTime(one)));
  }
}

function lastTime({ records }: TracedRun): string {
  return records.at(-1)?.timestamp ?? "";
}

function inDays(run: TracedRun, since: string | undefined, day: string | undefined): boolean {
  const last = lastTime(run).slice(0, 10);
  return (since === undefined || last >= since) && (day === undefined || last === day);
}

/** Version 1 has no line for the beginning of a run, and tells everything with its end. */
function hasBeginning({ records }: TracedRun): boolean {
  return records.some(({ type, schema_version }) =>
    schema_version < 2 ? type === "request" : type === "run"
  );
}

/** Far longer than any line of ours; the rest of a longer one is not held in memory. */
const LONGEST_LINE = 8_000_000;

/**
 * Yields each line without its newline, and only the beginning of an absurdly long one.
 * @throws Deno's errors, except for a missing file: it may just have been pruned
 */
async function* fileLines(path: string): AsyncGenerator<string, void> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  const pieces = new LinePieces();
  for await (const text of file.readable.pipeThrough(new TextDecoderStream())) {
    yield* pieces.add(text);
  }
  if (pieces.rest !== "") yield pieces.rest;
}

async function openIfThere(path: string): Promise<Deno.FsFile | undefined> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes lines of pieces of text; the rest waits for its newline. */
class LinePieces {
  #rest = "";

  get rest(): string {
    return this.#rest;
  }

  add(text: string): readonly string[] {
    const [first = "", ...more] = text.split("\n");
    if (this.#rest.length < LONGEST_LINE) this.#rest += first;
    if (more.length === 0) return [];
    const lines = [this.#rest, ...more];
    this.#rest = lines.pop() ?? "";
    return lines.filter((line) => line.trim() !== "");
  }
}
