/** Defines errors whose messages a person reads. */
import type { SaidTrouble, Trouble } from "./codex/trouble.ts";

export interface ErrorDetails {
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * Says what happened, in English: for the command line and the log. `remedy` says what to do next.
 * What may reach a chat is a {@link TroubleError}.
 */
export class UserFacingError extends Error {
  readonly remedy: string | undefined;

  constructor(message: string, options: ErrorDetails = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.remedy = options.remedy;
  }
}

export interface TroubleDetails extends ErrorDetails {
  readonly trouble: Trouble;
}

/** May reach a chat: front-ends say its trouble in sentences of their own, in two languages. */
export abstract class TroubleError extends UserFacingError {
  readonly trouble: Trouble;

  constructor(message: string, options: TroubleDetails) {
    super(message, options);
    this.trouble = options.trouble;
  }
}

export type CodexErrorKind =
  | keyof typeof TROUBLE_OF_KIND
  | "unlisted" // the configuration has no such machine any more
  | "unreachable" // nobody listens where another machine's Codex should be
  | "refused" // another machine's Codex does not know the token
  | "tls" // the encryption to another machine cannot be trusted
  | "wrong-protocol" // something else answers there
  | "unsupported"; // this backend has no such thing

/** What a kind means for a person, unless the error tells it more closely. */
const TROUBLE_OF_KIND = {
  "not-installed": "not-installed",
  "wrong-program": "wrong-program",
  "too-old": "outdated",
  "no-subcommand": "no-server",
  "not-logged-in": "login",
  handshake: "not-working",
  unresponsive: "unresponsive",
  exited: "exited",
  request: "request", // Codex answered a request with an error
} as const satisfies Record<string, SaidTrouble>;
const troubleOfKind: ReadonlyMap<string, SaidTrouble> = new Map(Object.entries(TROUBLE_OF_KIND));

/** Codex could not do what was asked of the process itself (a failed turn is a result, not this). */
export class CodexError extends TroubleError {
  readonly kind: CodexErrorKind;

  constructor(kind: keyof typeof TROUBLE_OF_KIND, message: string, options?: ErrorDetails);
  constructor(kind: CodexErrorKind, message: string, options: TroubleDetails);
  constructor(
    kind: CodexErrorKind,
    message: string,
    options: ErrorDetails & Partial<TroubleDetails> = {},
  ) {
    super(message, { ...options, trouble: options.trouble ?? ownTrouble(kind, message, options) });
    this.kind = kind;
  }
}

function ownTrouble(kind: CodexErrorKind, message: string, { remedy }: ErrorDetails): Trouble {
  const meaning = troubleOfKind.get(kind) ?? "request";
  // The sentence for it says what to do.
  if (meaning === "login" || meaning === "no-server" || remedy === undefined) {
    return { kind: meaning, said: asSentence(message) };
  }
  return { kind: meaning, said: asSentence(`${message}. ${remedy}`) };
}

/** A turn was started on a thread whose turn is still running. */
export class ThreadBusyError extends TroubleError {
  constructor() {
    super("Codex is still at work on this conversation", {
      remedy: "Wait for its answer, or stop it with /cancel",
      trouble: { kind: "busy-thread" },
    });
  }
}

/** A stage's turn did not complete; the run cannot go on without it. */
export class StageError extends TroubleError {}

/** State cannot be written or read; nothing was begun that depends on it. */
export class StorageError extends TroubleError {}

/** A file or a folder of this program cannot be used. */
export class FileError extends TroubleError {}

/** A newer version has written the state, which this one cannot read. */
export class NewerStateError extends TroubleError {}

/** Standard output takes nothing more. */
export class OutputError extends UserFacingError {
  constructor(cause: unknown) {
    super(`Standard output cannot be written: ${describeError(cause)}`, { cause });
  }
}

/** The person stopped the run, by `/cancel` or by an approval's `cancel`. */
export class RunCancelledError extends UserFacingError {}

/** A recorded step does not match the workflow's next one: the workflow was changed in between. */
export class StepMismatchError extends TroubleError {
  constructor(message: string, options: Required<Pick<ErrorDetails, "remedy">> & ErrorDetails) {
    const said = asSentence(`${message}. ${options.remedy}`);
    super(message, { ...options, trouble: { kind: "record", said } });
  }
}

/** The profile with which a run was begun is in the configuration no longer. */
export class ProfileGoneError extends TroubleError {
  constructor(name: string) {
    const message = `This was begun with the profile "${name}", which is not in conf.toml any more`;
    const remedy = "Send the request again, or put the profile back and restart the program";
    super(message, { remedy, trouble: { kind: "record", said: `${message}. ${remedy}.` } });
  }
}

/** Any thrown value as one line for a person, the remedy included; never a stack trace. */
export function describeError(error: unknown): string {
  if (error instanceof UserFacingError && error.remedy !== undefined) {
    return `${error.message}. ${error.remedy}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** What any thrown value means for a person. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof TroubleError) return error.trouble;
  return { kind: "unforeseen", said: asSentence(describeError(error)) };
}

export function asSentence(message: string): string {
  return /[.!?][)"'”’]?$/.test(message) ? message : `${message}.`;
}

/**
 * Ends a switch over a closed union: a variant that nobody handles does not compile.
 * @throws {TypeError} when a value evades the types
 */
export function unreachable(value: never): never {
  throw new TypeError(`Not handled: ${JSON.stringify(value)}`);
}
