/** Defines what a command is given of the outside world, and how it says that it cannot go on. */
import type { Clock } from "../core/clock.ts";
import { UserFacingError } from "../core/errors.ts";
import { type Language, languageOf } from "../texts/language.ts";
import type { Launch } from "./launch/wanted.ts";

/** The terminal, if there is one. */
export interface Terminal {
  /** What is typed or piped in. */
  readonly input: ReadableStream<Uint8Array>;
  /** True when a person can be asked: input and output are both a terminal. */
  readonly interactive: boolean;
  /** Columns to write in; undefined where the output is a file or a pipe. */
  readonly columns: number | undefined;
  /** False for a file or a pipe, for a dumb terminal, and when `NO_COLOR` is set. */
  readonly colors: boolean;
  /** While true, typed keys are not shown and arrive one by one. */
  readonly setRaw: (raw: boolean) => void;
}

/** How another program would start this one. */
export interface ProgramPlace {
  readonly os: typeof Deno.build.os;
  /** The file to start, and the arguments that come before those of the command line. */
  readonly command: readonly string[];
  /** The npm package that brings the executable; undefined until it is published. */
  readonly npmPackage?: string | undefined;
}

/** What a command is given that this process does itself. */
export interface OwnProcess {
  /** What follows the program's name. */
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly workingDirectory: string;
  readonly version: string;
  /** The page of the releases; undefined until there are any. */
  readonly releases?: string | undefined;
  readonly program: ProgramPlace;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
  /** Aborts when nobody reads standard output any more; printing then does nothing. */
  readonly unread: AbortSignal;
  /** Writes to standard output as it is: the newline belongs to the text. */
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

export interface Process extends OwnProcess {
  /** Runs the bot or the chat to its end. @returns the exit code */
  readonly launch: (wanted: Launch) => Promise<number>;
}

/** Runs a command whose options were understood. @returns the exit code */
export type Perform = (process: Process) => Promise<number>;

/** A command cannot do what was asked, and the person can fix it; with its own exit code. */
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

/** The language of the terminal, by the first of its variables that is set. */
export function terminalLanguage(variables: Readonly<Record<string, string>>): Language {
  const { LC_ALL, LC_MESSAGES, LANG } = variables;
  return languageOf((LC_ALL || LC_MESSAGES || LANG || "").split(/[_.@]/)[0]);
}

const NAME = "codex-orchestrator";

/** What a person types to start this program; with `npx`, nothing is in their PATH. */
export function startLine(place: ProgramPlace): string {
  const { command: [program = NAME], npmPackage } = place;
  if (!isFromNpx(place)) return isExecutable(place) ? NAME : "deno task start";
  if (!isExecutable(place)) return `npx -y deno@${Deno.version.deno} task start`;
  // Without a scope, npx would fetch the package of another project.
  return npmPackage === undefined ? program : `npx -y ${npmPackage}`;
}

/** Whether it runs from npx's cache, which npm may empty. */
export function isFromNpx({ command }: ProgramPlace): boolean {
  return command.some((word) => /[\\/]_npx[\\/]/.test(word));
}

/** How to install it so that it stays. */
export function lastingInstallation(place: ProgramPlace): string {
  if (!isExecutable(place)) return `npm install -g deno@${Deno.version.deno}`;
  const { npmPackage } = place;
  return npmPackage === undefined ? "npm install -g PACKAGE.tgz" : `npm install -g ${npmPackage}`;
}

/** An executable is started without further arguments. */
function isExecutable({ command }: ProgramPlace): boolean {
  return command.length === 1;
}
