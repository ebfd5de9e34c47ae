/** The trace as files, one for each UTC day: `{yyyy-mm-dd}.jsonl`. */
import { join } from "node:path";
import type { Clock } from "../../core/clock.ts";
import { describeError, UserFacingError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Redactor } from "../../core/redact.ts";
import type { TraceRecord, TraceWriter } from "../../core/trace.ts";
import { writeAll } from "./atomic_write.ts";
import { ensurePrivateFolder } from "./folders.ts";

const OWNER_ONLY = 0o600;
const NEWLINE = 10;
/** A full disk fails each line; saying so once in a while is enough. */
const COMPLAINT_INTERVAL_MS = 60_000;

export interface TraceFilesOptions {
  /** Absolute path; made when the first line is written. */
  readonly folder: string;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly log: Log;
}

export class TraceFiles implements TraceWriter {
  readonly #options: TraceFilesOptions;
  #queue: { readonly day: string; readonly line: string }[] = [];
  #writing: Promise<void> = Promise.resolve();
  #lost = 0;
  #complainedAtMs: number | undefined;

  constructor(options: TraceFilesOptions) {
    this.#options = options;
  }

  write(record: TraceRecord): void {
    const day = this.#options.clock.now().toISOString().slice(0, "yyyy-mm-dd".length);
    this.#queue.push({ day, line: JSON.stringify(this.#options.redactor.value(record)) });
    if (this.#queue.length === 1) {
      this.#writing = this.#writing.then(() => this.#writeQueued());
    }
  }

  async flush(): Promise<void> {
    await this.#writing;
  }

  /** Never rejects. Takes everything that has gathered meanwhile, with one sync for each day. */
  async #writeQueued(): Promise<void> {
    const queued = this.#queue;
    this.#queue = [];
    for (const [day, lines] of Map.groupBy(queued, ({ day }) => day)) {
      try {
        await ensurePrivateFolder(this.#options.folder);
        await appendLines(
          join(this.#options.folder, `${day}.jsonl`),
          lines.map(({ line }) => line),
        );
      } catch (error) {
        this.#complain(error, lines.length);
      }
    }
  }

  #complain(error: unknown, lines: number): void {
    this.#lost += lines;
    const now = this.#options.clock.monotonic();
    if (this.#complainedAtMs === undefined || now - this.#complainedAtMs >= COMPLAINT_INTERVAL_MS) {
      this.#complainedAtMs = now;
      const fields = { reason: describeError(error), lostLines: this.#lost };
      this.#options.log.error("trace.write-failed", fields);
    }
  }
}

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  await refuseLink(path);
  using file = await Deno.open(path, { read: true, append: true, create: true, mode: OWNER_ONLY });
  // A crash may have left half a line; the next one must not grow onto it.
  const start = await endsInsideLine(file) ? "\n" : "";
  await writeAll(file, new TextEncoder().encode(`${start}${lines.join("\n")}\n`));
  await file.syncData();
}

async function endsInsideLine(file: Deno.FsFile): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) {
    return false;
  }
  await file.seek(-1, Deno.SeekMode.End);
  const last = new Uint8Array(1);
  await file.read(last);
  return last[0] !== NEWLINE;
}

async function refuseLink(path: string): Promise<void> {
  try {
    if (!(await Deno.lstat(path)).isFile) {
      throw new UserFacingError(`Cannot write ${path}: it is a link or a folder, not a plain file`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw error;
    }
  }
}
