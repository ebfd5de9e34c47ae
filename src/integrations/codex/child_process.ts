/** Runs programs: Codex itself, whose standard error goes to the log, and those that are asked once. */
import type { Clock } from "../../core/clock.ts";
import type { ProgramSettings } from "../../core/codex/codex_settings.ts";
import { pause, waitAtMost, withDeadline } from "../../core/deadline.ts";
import { CodexError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { findProgram, interpreterOf } from "./codex_program.ts";
import { startDetached } from "./start_detached.ts";

/** A program that was started, wherever. */
export interface StartedProgram {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Never rejects. */
  readonly status: Promise<ChildExit>;
  /** @throws when it has ended */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** @throws the runtime's errors: there is no such program, or it may not be run */
export type StartProgram = (
  program: ProgramSettings,
  environment: Readonly<Record<string, string>>,
) => Promise<StartedProgram>;

interface ChildSettings {
  readonly program: ProgramSettings;
  /** The whole environment of the child; nothing else is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the child may take to end after SIGTERM before SIGKILL, in milliseconds. */
  readonly terminateGraceMs?: number;
  /** Starts it; absent = from here. */
  readonly start?: StartProgram | undefined;
}

export interface ChildExit {
  readonly code: number;
  readonly signal: string | null;
}

const TERMINATE_GRACE_MS = 2_000;
const KEPT_ERROR_LINES = 20;
/** A grandchild may hold the pipe open; what matters has been written by then. */
const ERROR_OUTPUT_GRACE_MS = 500;
/** A process that is ending closes its pipes a moment before. */
const CLOSED_PIPE_GRACE_MS = 1_000;
export const INSTALL_CODEX =
  "Install Codex with `npm install -g @openai/codex`, or set codex.command";

/**
 * Starts the program.
 * @throws {CodexError} kind `not-installed` when there is no such program or it may not be run
 */
export async function startChild(settings: ChildSettings): Promise<ChildProcess> {
  const { program, environment, start = startHere } = settings;
  try {
    return new ChildProcess(await start(program, environment), settings);
  } catch (error) {
    throw await startError(program.command, environment, error);
  }
}

const startHere: StartProgram = (program, environment) =>
  new Promise((resolve) => resolve(startDetached(program.command, program.arguments, environment)));

/** Says why a program could not be started, and what to do about it. */
async function startError(
  program: string,
  environment: Readonly<Record<string, string>>,
  cause: unknown,
): Promise<CodexError> {
  if (cause instanceof Deno.errors.NotFound) {
    // The system says the same of a script whose interpreter is missing.
    const found = await findProgram(program, environment.PATH ?? environment.Path);
    if (found !== undefined) return await runnerMissing(found, cause);
    const message = `Cannot start Codex: there is no program "${program}"`;
    return new CodexError("not-installed", message, { remedy: INSTALL_CODEX, cause });
  }
  if (cause instanceof Deno.errors.NotCapable) {
    const message = `Cannot start Codex: this program has no permission to run "${program}"`;
    const remedy = "If Codex was installed just now, start codex-orchestrator again";
    return new CodexError("not-installed", message, { remedy, cause });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Cannot start Codex: "${program}" does not run: ${reason}`;
  return new CodexError("not-installed", message, { remedy: INSTALL_CODEX, cause });
}

async function runnerMissing(found: string, cause: Error): Promise<CodexError> {
  const runner = await interpreterOf(found) ?? "a part of the system that it was built for";
  const message = `Cannot start Codex: ${found} is there, and what runs it is not: ${runner}`;
  const remedy = "Install what is missing, or Codex anew with `npm install -g @openai/codex`";
  return new CodexError("not-installed", message, { remedy, cause });
}

/** A child process that never outlives this program. */
export class ChildProcess {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array<ArrayBuffer>>;
  /** Must be read to its end or cancelled by whoever uses the child. */
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Never rejects; resolves once the last lines of its standard error have been read too. */
  readonly exited: Promise<ChildExit>;
  readonly #child: StartedProgram;
  readonly #settings: ChildSettings;
  readonly #errorLines: string[] = [];
  readonly #gone = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(child: StartedProgram, settings: ChildSettings) {
    this.#child = child;
    this.#settings = settings;
    this.pid = child.pid;
    this.stdin = child.stdin;
    this.stdout = child.stdout;
    this.exited = this.#watch();
  }

  /** The last lines of its standard error, which is where Codex says why it ends. */
  get errorLines(): readonly string[] {
    return this.#errorLines;
  }

  /**
   * Sends SIGTERM, as a busy Codex does not end by a closed input alone, and SIGKILL after a grace.
   * Resolves when the process is gone; safe to call at any time.
   */
  close(): Promise<void> {
    this.#closing ??= this.#terminate();
    return this.#closing;
  }

  async #terminate(): Promise<void> {
    this.#kill("SIGTERM");
    const { clock, log, terminateGraceMs = TERMINATE_GRACE_MS } = this.#settings;
    if (await pause(clock, terminateGraceMs, this.#gone.signal)) {
      log.warn("codex.killed", { pid: this.pid, reason: "did not end after SIGTERM" });
      this.#kill("SIGKILL");
    }
    await this.exited;
  }

  #kill(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // It has ended in the meantime.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  async #watch(): Promise<ChildExit> {
    const stop = new AbortController();
    const errors = this.#readErrors(stop.signal);
    const { code, signal } = await this.#child.status;
    this.#gone.abort();
    await waitAtMost(this.#settings.clock, ERROR_OUTPUT_GRACE_MS, errors);
    stop.abort();
    await errors;
    return { code, signal };
  }

  async #readErrors(stop: AbortSignal): Promise<void> {
    const reader = this.#child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    stop.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
    let rest = "";
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        const lines = (rest + part.value).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) this.#addErrorLine(line);
      }
      this.#addErrorLine(rest);
    } catch (error) {
      this.#settings.log.debug("codex.stderr.unreadable", { pid: this.pid, error });
    }
  }

  #addErrorLine(line: string): void {
    // Codex colours its messages.
    // deno-lint-ignore no-control-regex
    const text = line.replaceAll(/\x1b\[[0-9;]*m/g, "").trimEnd();
    if (text === "") return;
    this.#settings.log.debug("codex.stderr", { pid: this.pid, line: text });
    this.#errorLines.push(text);
    if (this.#errorLines.length > KEPT_ERROR_LINES) this.#errorLines.shift();
  }
}

/** Ends a process that has closed one of its pipes, unless it ends by itself. Never rejects. */
export async function endAfterClosedPipe(
  child: ChildProcess,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  // Never rejects.
  if (await waitAtMost(clock, CLOSED_PIPE_GRACE_MS, child.exited)) return;
  log.warn("codex.silent", { pid: child.pid, reason: "it closed a pipe and did not end" });
  await child.close().catch((error) => log.error("codex.not-ended", { pid: child.pid, error }));
}

interface OutputSettings extends Pick<ChildSettings, "environment" | "clock" | "log" | "start"> {
  readonly deadlineMs: number;
  /** The error for a program that takes longer. */
  readonly late: () => Error;
}

/** In UTF-16 units; reports are longer than versions. */
const MOST_OUTPUT = 16_384;
const MOST_REPORT = 262_144;

/**
 * Runs a program for the little that it prints on its standard output, and ends it if it has not
 * ended by itself.
 * @throws {CodexError} when it cannot be started, and what `late` makes
 */
export async function programOutput(
  program: ProgramSettings,
  settings: OutputSettings,
): Promise<string> {
  return await runBriefly(program, settings, (output) => readAtMost(output, MOST_OUTPUT));
}

/**
 * Does the same, and throws what `failed` makes of its end where it printed nothing and failed.
 * @throws {CodexError} when it cannot be started, and what `late` and `failed` make
 */
export async function programOutputOrFailure(
  program: ProgramSettings,
  { failed, ...settings }: OutputSettings & {
    readonly failed: (exit: ChildExit, errorLines: readonly string[]) => Error;
  },
): Promise<string> {
  return await runBriefly(program, settings, async (reader, child) => {
    const output = await readAtMost(reader, MOST_OUTPUT);
    if (output.trim() !== "") return output;
    const exit = await child.exited;
    if (exit.code === 0 || child.errorLines.length === 0) return output;
    throw failed(exit, child.errorLines);
  });
}

export interface ProgramReport {
  readonly output: string;
  /** The last lines of its standard error. */
  readonly errorLines: readonly string[];
  readonly exit: ChildExit;
}

/**
 * Runs a program to its end for all that it says. It is ended when it takes too long.
 * @throws {CodexError} when it cannot be started, and what `late` makes
 */
export async function programReport(
  program: ProgramSettings,
  settings: OutputSettings,
): Promise<ProgramReport> {
  return await runBriefly(program, settings, async (reader, child) => {
    const output = await readAtMost(reader, MOST_REPORT);
    return { output, exit: await child.exited, errorLines: child.errorLines };
  });
}

async function runBriefly<Result>(
  program: ProgramSettings,
  { deadlineMs, late, ...settings }: OutputSettings,
  read: (output: ReadableStreamDefaultReader<string>, child: ChildProcess) => Promise<Result>,
): Promise<Result> {
  const child = await startChild({ program, ...settings });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    // It has no input; where it is gone already there is nothing to close.
    await child.stdin.close().catch(() => undefined);
    const { clock } = settings;
    return await withDeadline(read(reader, child), { clock, ms: deadlineMs, late });
  } finally {
    await child.close();
    // Something that the program left behind may hold the stream open.
    await reader.cancel().catch(() => undefined);
  }
}

/** Reads up to that many characters, or to the end. */
async function readAtMost(
  reader: ReadableStreamDefaultReader<string>,
  mostCharacters: number,
): Promise<string> {
  let text = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (text.length >= mostCharacters) break;
  }
  return text.slice(0, mostCharacters);
}
