/** The process a command runs in: everything of the outside that the command line hands down. */
import type { Clock } from "../core/clock.ts";
import { UserFacingError } from "../core/errors.ts";

/** Where the person sits, when anybody does. */
export interface Terminal {
  /** What is typed, or piped in. */
  readonly input: ReadableStream<Uint8Array>;
  /** True when a person can be asked: input and output are both a terminal. */
  readonly interactive: boolean;
  /** Columns to write in; undefined where the output is a file or a pipe. */
  readonly columns: number | undefined;
  /** False for a file or a pipe, for a dumb terminal, and when `NO_COLOR` is set. */
  readonly colors: boolean;
  /** While true nothing typed is shown, and every key arrives at once. */
  readonly setRaw: (raw: boolean) => void;
}

/** This program, as another one would have to start it. */
export interface ProgramPlace {
  readonly os: typeof Deno.build.os;
  /** The file to start, and the arguments that come before those of the command line. */
  readonly command: readonly string[];
}

export interface Process {
  /** What follows the program's name. */
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly version: string;
  readonly program: ProgramPlace;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Aborts when nobody reads any more what is printed, which is then left unsaid. */
  readonly unread: AbortSignal;
  /** To standard output, as it is: the newline belongs to the text. */
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** A command with its options understood, ready to run. @returns the exit code */
export type Perform = (process: Process) => Promise<number>;

export class CommandError extends UserFacingError {
  /** One of `EXIT_CODES`. */
  readonly exitCode: number;

  constructor(
    exitCode: number,
    message: string,
    options: { remedy?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

const NAME = "codex-orchestrator";

/** Whoever has come by `npx` has nothing in their PATH. */
export function startLine(place: ProgramPlace): string {
  const npx = isFromNpx(place) ? "npx -y " : "";
  if (isExecutable(place)) return `${npx}${NAME}`;
  return `${npx}deno${npx === "" ? "" : `@${Deno.version.deno}`} task start`;
}

/** Whether it lies in npx's cache, which npm may empty. */
export function isFromNpx({ command }: ProgramPlace): boolean {
  return command.some((word) => /[\\/]_npx[\\/]/.test(word));
}

/** The package of npm that has it lie somewhere for good. */
export function lastingPackage(place: ProgramPlace): string {
  return isExecutable(place) ? NAME : `deno@${Deno.version.deno}`;
}

/** An executable is all of the program. */
function isExecutable({ command }: ProgramPlace): boolean {
  return command.length === 1;
}
