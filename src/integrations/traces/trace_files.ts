/** Writes the trace to files, one for each UTC day: `{yyyy-mm-dd}.jsonl`. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { pause } from "../../core/deadline.ts";
import { describeError, FileError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Redactor } from "../../core/redaction/redact.ts";
import type { TraceRecord, TraceWriter } from "../../core/run/trace.ts";
import { ensurePrivateFolder, fileFailure, OWNER_ONLY, writeAll } from "../files/durable_files.ts";

const NEWLINE = 10;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A full disk fails each line; the log is told now and then. */
const REPORT_INTERVAL_MS = 60_000;
/** Lines are written together that come within so long of each other, in milliseconds. */
const GATHER_MS = 50;
/** Lines survive the end of the process at once, and a power cut after so long, in milliseconds. */
const SYNC_AFTER_MS = 500;

interface TraceFilesOptions {
  /** Absolute path; made when the first line is written. */
  readonly folder: string;
  /** How many full UTC days before the present one are kept, 1 to 3650. */
  readonly keepDays: number;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
}

export class TraceFiles implements TraceWriter {
  readonly #options: TraceFilesOptions;
  #queue: { readonly day: string; readonly line: string }[] = [];
  #writing: Promise<void> = Promise.resolve();
  /** When lines were written last, of the monotonic clock. */
  #wroteAtMs = -Infinity;
  /** Ends the wait for further lines. */
  #gathering: AbortController | undefined;
  /** Files with lines that a power cut may take. */
  readonly #unsynced = new Set<string>();
  #syncing: AbortController | undefined;
  #isFlushing = false;
  #lost = 0;
  #reportedAtMs: number | undefined;

  constructor(options: TraceFilesOptions) {
    this.#options = options;
  }

  redact(text: string): string {
    return this.#options.redactor.forLogs(text);
  }

  write(record: TraceRecord): void {
    const day = dayOf(this.#options.clock.now());
    this.#queue.push({ day, line: JSON.stringify(this.#options.redactor.value(record)) });
    if (this.#queue.length === 1) this.#writing = this.#writing.then(() => this.#writeGathered());
  }

  async flush(): Promise<void> {
    this.#isFlushing = true;
    this.#gathering?.abort();
    await this.#writing;
    this.#isFlushing = false;
    this.#syncing?.abort();
    await this.#sync();
  }

  /**
   * Deletes the files of days before the kept ones. Leaves everything else in the folder alone, and
   * follows no link. Never rejects: what cannot be deleted is logged.
   */
  async prune(): Promise<void> {
    const { folder, keepDays, clock, log } = this.#options;
    const oldestKept = dayOf(new Date(clock.now().getTime() - keepDays * DAY_MS));
    try {
      for (const name of await traceNames(folder)) {
        if (name < oldestKept) await this.#delete(join(folder, name));
      }
    } catch (error) {
      log.warn("trace.prune-failed", { folder, reason: describeError(error) });
    }
  }

  async #delete(file: string): Promise<void> {
    try {
      await Deno.remove(file);
    } catch (error) {
      const { message } = fileFailure("delete", file, error);
      this.#options.log.warn("trace.delete-failed", { file, reason: message });
    }
  }

  /** Writes the first line at once, and those of a busy moment together. Never rejects. */
  async #writeGathered(): Promise<void> {
    const { clock } = this.#options;
    const waitMs = this.#wroteAtMs + GATHER_MS - clock.monotonic();
    if (waitMs > 0 && !this.#isFlushing) {
      const stop = this.#gathering = new AbortController();
      await pause(clock, waitMs, stop.signal);
      this.#gathering = undefined;
    }
    this.#wroteAtMs = clock.monotonic();
    await this.#writeQueued();
  }

  /** Writes everything that was queued meanwhile. Never rejects. */
  async #writeQueued(): Promise<void> {
    const queued = this.#queue;
    this.#queue = [];
    for (const [day, lines] of Map.groupBy(queued, ({ day }) => day)) {
      const path = join(this.#options.folder, `${day}.jsonl`);
      try {
        await ensurePrivateFolder(this.#options.folder);
        await appendLines(path, lines.map(({ line }) => line));
        this.#unsynced.add(path);
        this.#syncSoon();
      } catch (error) {
        const failure = error instanceof FileError ? error : fileFailure("write", path, error);
        this.#report(failure, lines.length);
      }
    }
  }

  #syncSoon(): void {
    if (this.#syncing !== undefined) return;
    const stop = this.#syncing = new AbortController();
    void pause(this.#options.clock, SYNC_AFTER_MS, stop.signal).then((due) => {
      this.#syncing = undefined;
      return due ? this.#sync() : undefined;
    });
  }

  /** Never rejects. */
  async #sync(): Promise<void> {
    for (const path of this.#unsynced) {
      this.#unsynced.delete(path);
      try {
        await refuseLink(path);
        using file = await Deno.open(path, { append: true });
        await file.syncData();
      } catch (error) {
        // Somebody has deleted it.
        if (error instanceof Deno.errors.NotFound) continue;
        this.#report(fileFailure("write", path, error), 0);
      }
    }
  }

  #report(error: unknown, lines: number): void {
    this.#lost += lines;
    const now = this.#options.clock.monotonic();
    if (this.#reportedAtMs === undefined || now - this.#reportedAtMs >= REPORT_INTERVAL_MS) {
      this.#reportedAtMs = now;
      const fields = { reason: describeError(error), lostLines: this.#lost };
      this.#options.log.error("trace.write-failed", fields);
    }
  }
}

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  await refuseLink(path);
  using file = await Deno.open(path, { read: true, append: true, create: true, mode: OWNER_ONLY });
  // The bot and chats in the terminal write to the same file, and each may have to truncate what a
  // full disk did not let it finish. The lock ends with the file.
  await lockIfPossible(file);
  const { size } = await file.stat();
  // A crash may have left half a line; the next one must not continue it.
  const start = await endsInsideLine(file, size) ? "\n" : "";
  try {
    await writeAll(file, new TextEncoder().encode(`${start}${lines.join("\n")}\n`));
  } catch (error) {
    await cutOff(file, size);
    throw error;
  }
}

/** Some network file systems have no locks. */
async function lockIfPossible(file: Deno.FsFile): Promise<void> {
  try {
    await file.lock(true);
  } catch {
    // Lines are still appended whole; only a full disk could then mix two of them.
  }
}

async function endsInsideLine(file: Deno.FsFile, size: number): Promise<boolean> {
  if (size === 0) {
    return false;
  }
  await file.seek(-1, Deno.SeekMode.End);
  const last = new Uint8Array(1);
  await file.read(last);
  return last[0] !== NEWLINE;
}

/** Removes a part that a full disk did not let be finished. */
async function cutOff(file: Deno.FsFile, size: number): Promise<void> {
  try {
    await file.truncate(size);
  } catch {
    // Half a line stays then; the next one begins on a line of its own.
  }
}

async function refuseLink(path: string): Promise<void> {
  try {
    if (!(await Deno.lstat(path)).isFile) {
      throw new FileError(`Cannot write ${path}: it is a link or a folder, not a plain file`, {
        trouble: { kind: "storage", why: "not-a-file", path },
      });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw error;
    }
  }
}

const TRACE_NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl$/;

function dayOf(time: Date): string {
  return time.toISOString().slice(0, "yyyy-mm-dd".length);
}

/**
 * Lists the plain files that are named after a day, in no order.
 * @throws {FileError} when the folder is a link or a file
 */
export async function traceNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    if (!(await Deno.lstat(folder)).isDirectory) {
      throw new FileError(`Cannot use ${folder}: it is a link or a file, not a folder`, {
        trouble: { kind: "storage", why: "not-a-folder", path: folder },
      });
    }
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const day = TRACE_NAME.exec(name)?.[1];
      if (isFile && day !== undefined && isDay(day)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

export function isDay(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && dayOf(date) === text;
}
