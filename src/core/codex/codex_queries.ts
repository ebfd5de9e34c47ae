/** Asks Codex about what is no turn: models, earlier conversations, limits, files. */

export interface EffortInfo {
  /** As Codex takes it: `low`, `medium`, … */
  readonly name: string;
  /** Codex's own words about it; may be empty. */
  readonly description: string;
}

export interface ModelInfo {
  /** As Codex takes it, e.g. `gpt-5.5`. */
  readonly slug: string;
  /** For people. */
  readonly name: string;
  /** Codex's own words about it; may be empty. */
  readonly description: string;
  readonly efforts: readonly EffortInfo[];
  /** What Codex takes when nobody chooses; absent where it does not say. */
  readonly defaultEffort?: string;
  /** Whether Codex takes this one when nobody chooses. */
  readonly isDefault: boolean;
}

/** An earlier conversation that Codex has on disk. */
export interface ThreadSummary {
  readonly id: string;
  /** Its name, or how it began; one line, may be empty. */
  readonly title: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

export interface RateLimitWindow {
  /** 0 to 100. */
  readonly usedPercent: number;
  /** Length of the window; absent where Codex does not say. */
  readonly windowMinutes?: number;
  /** ISO 8601; absent where Codex does not say. */
  readonly resetsAt?: string;
}

/** What the account's plan allows; windows that Codex does not report are absent. */
export interface RateLimits {
  readonly plan?: string;
  readonly primary?: RateLimitWindow;
  readonly secondary?: RateLimitWindow;
}

export interface ReadFile {
  readonly bytes: Uint8Array;
  /** Last part of the path. */
  readonly name: string;
}

/** Every method throws a CodexError; of kind `unsupported` where this backend cannot answer. */
export interface CodexQueries {
  /** The models that a person may choose, in Codex's order; the default is that of the folder. */
  models(workingDirectory: string): Promise<readonly ModelInfo[]>;
  /** The folder's conversations, newest first, at most `limit`. */
  threads(workingDirectory: string, limit: number): Promise<readonly ThreadSummary[]>;
  /** Sets the name by which Codex lists the conversation. */
  nameThread(threadId: string, name: string): Promise<void>;
  /** Copies the conversation with all its turns. @returns the id of the copy */
  forkThread(threadId: string): Promise<string>;
  /** Undefined where the login has no limits, as with an API key. */
  rateLimits(): Promise<RateLimits | undefined>;
  /**
   * The names of the files of the folder itself, without those of the folders in it.
   * @throws {CodexError} of kind `request` when there is no such folder
   */
  fileNames(workingDirectory: string): Promise<readonly string[]>;
  /**
   * Reads a file of the folder as Codex sees it.
   * @param path absolute, or relative to the folder
   * @throws {CodexError} of kind `request` when it lies outside of the folder (also by a link), is
   * no plain file, is larger than `mostBytes`, or does not exist
   */
  readFile(workingDirectory: string, path: string, mostBytes: number): Promise<ReadFile>;
}
