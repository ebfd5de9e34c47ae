/** The port to commands that Codex has left running, such as a server: lists and ends them. */

export interface BackgroundTerminal {
  /** Unique within one Codex process. */
  readonly id: string;
  readonly threadId: string;
  /** The command line, secrets and all. */
  readonly command: string;
  readonly workingDirectory: string;
  /** Absent where nobody saw it start: an earlier process of this program may have. */
  readonly startedAt?: Date;
}

export interface CodexTerminals {
  /**
   * Lists those of the thread, oldest first. Starts no Codex: where none runs, there are none. The
   * connection to another machine is made, as work goes on there without it.
   * @throws {CodexError} when Codex does not answer; `unsupported` when this backend cannot tell
   */
  list(threadId: string): Promise<readonly BackgroundTerminal[]>;
  /**
   * Ends one.
   * @returns false when it has ended already
   * @throws {CodexError} as {@link list} does
   */
  stop(threadId: string, id: string): Promise<boolean>;
}
