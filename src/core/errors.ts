/** Defines errors whose messages a person reads. */
import type { Trouble } from "./codex/trouble.ts";

export interface ErrorDetails {
  readonly remedy?: string;
  readonly cause?: unknown;
  readonly trouble?: Trouble;
}

/** Says what happened; `remedy` says what to do next. */
export class UserFacingError extends Error {
  readonly remedy: string | undefined;
  /** Set where front-ends say it in sentences of their own. */
  readonly trouble: Trouble | undefined;

  constructor(message: string, options: ErrorDetails = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.remedy = options.remedy;
    this.trouble = options.trouble;
  }
}

export type CodexErrorKind =
  | "not-installed"
  | "wrong-program" // the configured command is not OpenAI's Codex
  | "too-old"
  | "no-subcommand"
  | "not-logged-in"
  | "handshake"
  | "unresponsive"
  | "exited"
  | "unreachable" // nobody listens where another machine's Codex should be
  | "refused" // another machine's Codex does not know the token
  | "tls" // the encryption to another machine cannot be trusted
  | "wrong-protocol" // something else answers there
  | "unsupported" // this backend has no such thing
  | "request"; // Codex answered a request with an error

/** Codex could not do what was asked of the process itself (a failed turn is a result, not this). */
export class CodexError extends UserFacingError {
  readonly kind: CodexErrorKind;

  constructor(
    kind: CodexErrorKind,
    message: string,
    options: ErrorDetails = {},
  ) {
    super(message, options);
    this.kind = kind;
  }
}

/** A turn was started on a thread whose turn is still running. */
export class ThreadBusyError extends UserFacingError {}

/** A stage's turn did not complete; the run cannot go on without it. */
export class StageError extends UserFacingError {}

/** State cannot be written or read; nothing was begun that depends on it. */
export class StorageError extends UserFacingError {}

/** A newer version has written the state, which this one cannot read. */
export class NewerStateError extends UserFacingError {}

/** The person stopped the run, by `/cancel` or by an approval's `cancel`. */
export class RunCancelledError extends UserFacingError {}

/** A recorded step does not match the workflow's next one: the workflow was changed in between. */
export class StepMismatchError extends UserFacingError {}

/** Any thrown value as one line for a person, the remedy included; never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof UserFacingError && error.remedy !== undefined) {
    return `${error.message}. ${error.remedy}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/**
 * Ends a switch over a closed union: a variant that nobody handles does not compile.
 * @throws {TypeError} when a value evades the types
 */
export function unreachable(value: never): never {
  throw new TypeError(`Not handled: ${JSON.stringify(value)}`);
}
