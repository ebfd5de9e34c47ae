/** Follows the trace while it is written: past midnight, cut lines, and a folder that is yet to come. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { FileError } from "../../core/errors.ts";
import type { TraceRecord } from "../../core/run/trace.ts";
import { fileFailure } from "../files/durable_files.ts";
import { traceNames } from "./trace_files.ts";
import { readTraceLine } from "./trace_line.ts";

/** Soon enough for a person who watches; asking the disk costs next to nothing. */
const LOOK_EVERY_MS = 300;

interface FollowOptions {
  readonly folder: string;
  readonly clock: Clock;
  /** How many of the existing lines come first. */
  readonly last: number;
  readonly stop: AbortSignal;
}

/**
 * Yields each new line until the signal aborts.
 * @throws {FileError} when a file cannot be read
 */
export async function* followTrace(options: FollowOptions): AsyncGenerator<TraceRecord, void> {
  const { folder, clock, last, stop } = options;
  let known = (await namesIn(folder)).at(-1);
  let tail = known === undefined ? undefined : new FileTail(join(folder, known));
  if (tail !== undefined && !stop.aborted) {
    const there = await tail.news();
    yield* last === 0 ? [] : there.slice(-last);
  }
  while (!stop.aborted) {
    yield* await tail?.news() ?? [];
    const next = (await namesIn(folder)).find((name) => known === undefined || name > known);
    if (next !== undefined) {
      // What was written since, before midnight, comes first.
      yield* await tail?.news() ?? [];
      known = next;
      tail = new FileTail(join(folder, next));
      continue;
    }
    await quietSleep(clock, stop);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return [...await traceNames(folder)].sort();
  } catch (error) {
    throw error instanceof FileError ? error : fileFailure("read", folder, error);
  }
}

async function quietSleep(clock: Clock, stop: AbortSignal): Promise<void> {
  try {
    await clock.sleep(LOOK_EVERY_MS, stop);
  } catch {
    // Stopped: the loop sees it.
  }
}

const NEWLINE = 0x0a;

/** Reads the whole lines that one file has grown by since the last call. */
class FileTail {
  readonly #path: string;
  /** Where the first line begins that has no end yet. */
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async news(): Promise<TraceRecord[]> {
    try {
      const text = await this.#newLines();
      return text.split("\n").flatMap((line) => {
        const read = readTraceLine(line);
        return read.kind === "record" ? [read.record] : [];
      });
    } catch (error) {
      // Pruned while it was followed.
      if (error instanceof Deno.errors.NotFound) return [];
      throw fileFailure("read", this.#path, error);
    }
  }

  /**
   * Leaves half a line for the next call: where a full disk has left it, the writer truncates it and
   * may have written another one in its place by then.
   */
  async #newLines(): Promise<string> {
    using file = await Deno.open(this.#path);
    const { size } = await file.stat();
    // It was truncated.
    this.#offset = Math.min(this.#offset, size);
    await file.seek(this.#offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(size - this.#offset);
    let filled = 0;
    for (let read: number | null = 0; read !== null && filled < bytes.length; filled += read ?? 0) {
      read = await file.read(bytes.subarray(filled));
    }
    const whole = bytes.subarray(0, filled).lastIndexOf(NEWLINE) + 1;
    this.#offset += whole;
    return new TextDecoder().decode(bytes.subarray(0, whole));
  }
}
