/** Defines the terminal, as the chat needs it. */

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Terminal {
  /** To standard output, as it is. */
  readonly write: (text: string) => void;
  /** To standard error, as it is. */
  readonly writeError: (text: string) => void;
  readonly size: () => TerminalSize;
  /** Calls back when the window has got another size, until the signal aborts. */
  readonly onResize: (changed: () => void, signal: AbortSignal) => void;
  /** While true nothing typed is shown, and every key arrives at once. */
  readonly setRaw: (raw: boolean) => void;
  /** What is typed; ends when it does, or when the signal aborts. */
  readonly input: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}
