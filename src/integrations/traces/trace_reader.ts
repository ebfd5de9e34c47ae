/** Reads the trace back: the lines of a run, or of the newest runs. */

import { join } from "node:path";
import { UserFacingError } from "../../core/errors.ts";
import type { TraceRecord } from "../../core/run/trace.ts";
import { fileFailure } from "../files/durable_files.ts";
import { traceNames } from "./trace_files.ts";
import { type ReadLine, readTraceLine } from "./trace_line.ts";

/** Lines that say nothing to this program, for it to say so. */
export type SkippedLines = Readonly<Record<Exclude<ReadLine["kind"], "record">, number>>;

export interface TracedRun {
  readonly id: string;
  /** In the order in which they were written; never empty. */
  readonly records: readonly TraceRecord[];
}

interface ReadRuns {
  /** The one that was at work last comes first. */
  readonly runs: readonly TracedRun[];
  readonly skipped: SkippedLines;
}

interface Wanted {
  /** How many are needed; older files are not opened for more. */
  readonly atLeast: number;
  /** First UTC day, `yyyy-mm-dd`. */
  readonly since?: string | undefined;
  /** The only UTC day in which they may have been at work last. */
  readonly day?: string | undefined;
  readonly fits: (run: TracedRun) => boolean;
}

export class TraceReader {
  readonly #folder: string;

  /** @param folder absolute path; it need not be there */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {UserFacingError} when the files are there and cannot be read */
  async newest({ atLeast, since, day, fits }: Wanted): Promise<ReadRuns> {
    const gathered = new Gathered();
    for (const name of (await this.#names()).reverse()) {
      const isOlder = since !== undefined && name.slice(0, 10) < since;
      const found = gathered.runs().filter((run) => inDays(run, since, day) && fits(run));
      // What began the day before must not look as if it had begun at midnight.
      const whole = found.slice(0, atLeast).every(hasBeginning);
      if ((isOlder || found.length >= atLeast) && whole) break;
      await this.#read(name, gathered);
    }
    const runs = gathered.runs().filter((run) => inDays(run, since, day) && fits(run));
    return { runs, skipped: gathered.skipped };
  }

  /** Every run whose id begins so. @throws {UserFacingError} as above */
  async withPrefix(prefix: string): Promise<ReadRuns> {
    const gathered = new Gathered((id) => id.startsWith(prefix));
    for (const name of (await this.#names()).reverse()) await this.#read(name, gathered);
    return { runs: gathered.runs(), skipped: gathered.skipped };
  }

  async #names(): Promise<string[]> {
    try {
      return [...await traceNames(this.#folder)].sort();
    } catch (error) {
      throw error instanceof UserFacingError ? error : fileFailure("read", this.#folder, error);
    }
  }

  async #read(name: string, gathered: Gathered): Promise<void> {
    const path = join(this.#folder, name);
    const ofDay: TraceRecord[] = [];
    try {
      for await (const line of fileLines(path)) {
        const read = readTraceLine(line);
        if (read.kind !== "record") gathered.skip(read.kind);
        else if (gathered.wants(read.record.run_id)) ofDay.push(read.record);
      }
    } catch (error) {
      throw fileFailure("read", path, error);
    }
    gathered.addEarlier(ofDay);
  }
}

/** Runs as they come together from the newest file to the oldest. */
class Gathered {
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

/** Version 1 had no line for it: there the end alone tells all. */
function hasBeginning({ records }: TracedRun): boolean {
  return records.some(({ type, schema_version }) =>
    schema_version < 2 ? type === "request" : type === "run"
  );
}

/** No line of ours comes near; what does is skipped without being held in memory. */
const LONGEST_LINE = 8_000_000;

/**
 * Each line without its newline; of one that is absurdly long the beginning.
 * @throws Deno's errors, but for a file that is gone: pruning may have been quicker
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

/** Makes lines of pieces of text, and keeps what has no newline yet. */
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
