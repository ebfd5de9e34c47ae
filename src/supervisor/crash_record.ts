/**
 * Records crashes for the doctor: `crashes.jsonl` in the state folder. While the program runs, the
 * last line says so; a start that finds such a line has found a crash that could not be recorded.
 */
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { describeError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Redactor } from "../core/redaction/redact.ts";
import { writeAll } from "../integrations/files/durable_files.ts";

/**
 * `restarted`: the application died and was started again; `gave-up`: it died too often; `ended`: it
 * ended itself with an exit code; `unheard`: the whole program ended without a word.
 */
const HOW = ["restarted", "gave-up", "ended", "unheard"] as const;

export interface Crash {
  /** When it was noted, as an ISO time. */
  readonly at: string;
  readonly how: typeof HOW[number];
  /** One line, secrets masked. */
  readonly reason: string;
  readonly code?: number;
}
export type CrashNote = Omit<Crash, "at">;

interface Running {
  readonly at: string;
  readonly how: "running";
  readonly pid: number;
}

interface CrashHistory {
  /** Oldest first. */
  readonly crashes: readonly Crash[];
  /** Written by a program that runs, or ended without being able to say so. */
  readonly running: Running | undefined;
}

/** Enough to see a pattern, few enough to rewrite the file each time. */
const MOST_CRASHES = 20;
const LONGEST_REASON = 300;
const OWNER_ONLY = 0o600;

interface CrashRecordParts {
  readonly pid: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Masks the secrets in the reasons. */
  readonly redactor: Redactor;
}

export class CrashRecord implements AsyncDisposable {
  readonly #parts: CrashRecordParts;
  readonly #file: Deno.FsFile | undefined;
  readonly #crashes: Crash[];
  readonly #since: string;
  #written: Promise<void> = Promise.resolve();

  private constructor(
    file: Deno.FsFile | undefined,
    before: CrashHistory,
    parts: CrashRecordParts,
  ) {
    this.#parts = parts;
    this.#file = file;
    this.#since = parts.clock.now().toISOString();
    this.#crashes = [...before.crashes];
    if (before.running !== undefined) this.#crashes.push(unheard(before.running, this.#since));
    this.#write(true);
  }

  /**
   * Opens the record, while files may still be opened. Where it cannot be kept, that is logged: it is
   * no reason not to start.
   */
  static async open(stateFolder: string, parts: CrashRecordParts): Promise<CrashRecord> {
    const path = crashRecordPath(stateFolder);
    try {
      const before = await readCrashes(stateFolder);
      const options = { create: true, write: true, mode: OWNER_ONLY };
      return new CrashRecord(await Deno.open(path, options), before, parts);
    } catch (error) {
      parts.log.warn("crashes.not-kept", { path, reason: describeError(error) });
      return new CrashRecord(undefined, NONE, parts);
    }
  }

  /** Returns at once; the note is on disk when the record has been disposed of, at the latest. */
  note(crash: CrashNote): void {
    const { clock, redactor } = this.#parts;
    const [firstLine = ""] = redactor.forLogs(crash.reason).split("\n", 1);
    const reason = firstLine.slice(0, LONGEST_REASON);
    this.#crashes.push({ at: clock.now().toISOString(), ...crash, reason });
    this.#write(true);
  }

  /** Records that the program ended by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#write(false);
    await this.#written;
    this.#file?.close();
  }

  /** Writes one text after the other; a failure is logged and does not prevent the next write. */
  #write(running: boolean): void {
    const { pid, log } = this.#parts;
    const lines: (Crash | Running)[] = this.#crashes.slice(-MOST_CRASHES);
    if (running) lines.push({ at: this.#since, how: "running", pid });
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    this.#written = this.#written.then(() => this.#replace(text)).catch((error) =>
      log.warn("crashes.not-kept", { reason: describeError(error) })
    );
  }

  async #replace(text: string): Promise<void> {
    if (this.#file === undefined) return;
    await this.#file.truncate();
    await this.#file.seek(0, Deno.SeekMode.Start);
    await writeAll(this.#file, new TextEncoder().encode(text));
    await this.#file.syncData();
  }
}

export function crashRecordPath(stateFolder: string): string {
  return join(stateFolder, "crashes.jsonl");
}

const NONE: CrashHistory = { crashes: [], running: undefined };

/**
 * Reads the record; lines that cannot be read are skipped.
 * @throws the file system's error when there is a file that cannot be read
 */
export async function readCrashes(stateFolder: string): Promise<CrashHistory> {
  const lines = (await textOf(crashRecordPath(stateFolder))).split("\n").map(jsonOf);
  return {
    crashes: lines.flatMap((line) => crashOf(line) ?? []),
    running: lines.map(runningOf).findLast((line) => line !== undefined),
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a line without a library: the launcher, which may do everything, loads none. */
function crashOf({ at, how, reason, code }: Fields): Crash | undefined {
  const known = HOW.find((each) => each === how);
  if (!isTime(at) || known === undefined || typeof reason !== "string") return undefined;
  if (code !== undefined && !isWhole(code)) return undefined;
  return { at, how: known, reason, ...(code === undefined ? {} : { code }) };
}

function runningOf({ at, how, pid }: Fields): Running | undefined {
  return isTime(at) && how === "running" && isWhole(pid) ? { at, how, pid } : undefined;
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) &&
    !Number.isNaN(Date.parse(value));
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** A crash in the middle of writing leaves half a line. */
function jsonOf(line: string): Fields {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function unheard({ at, pid }: Running, noticedAt: string): Crash {
  const reason =
    `process ${pid}, started ${at}, ended without a word: killed, or the computer went off`;
  return { at: noticedAt, how: "unheard", reason };
}
