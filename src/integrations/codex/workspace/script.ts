/** Defines a shell script that Codex runs in its sandbox, and how it ends. */

/** What of a script is always the same. */
export interface ScriptText {
  /**
   * Functions and constants that the text uses, which stand before it: a shell that stays reads them
   * once. Empty = none.
   */
  readonly definitions: string;
  readonly text: string;
}

export interface Script extends ScriptText {
  readonly args?: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Folders that it may write to; the first one is its working directory. */
  readonly writable: readonly string[];
  readonly mostBytes: number;
  readonly timeoutMs: number;
}

export interface ScriptEnd {
  readonly exitCode: number;
  /** Cut at `mostBytes`. */
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a shell script where Codex works, with `$0` = `record`.
 * @throws {ScriptError} when it was not run, or not to its end
 * @throws {CodexError} when Codex does not answer
 */
export type RunScript = (script: Script) => Promise<ScriptEnd>;

/** A script was not run, or failed. */
export class ScriptError extends Error {
  readonly reason: "unsupported" | "too-slow" | "failed";

  constructor(reason: ScriptError["reason"], message: string) {
    super(message);
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** The records were deleted. */
export class GoneError extends ScriptError {
  constructor() {
    super("failed", "The records were deleted");
  }
}
