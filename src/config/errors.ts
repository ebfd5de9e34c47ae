/** Collects what is wrong with the configuration, to report it all at once. */
import { UserFacingError } from "../core/errors.ts";

export interface ConfigProblem {
  /** File, with line and column where they are known, or the place outside of any file. */
  readonly place: string;
  /** Dotted key, e.g. `telegram.allowed_users[1]`; absent when the whole file is meant. */
  readonly key?: string;
  /** What is wrong in the words that follow the key, e.g. `must be true or false, found "yes"`. */
  readonly detail: string;
}

/** The configuration cannot be used. Lists every problem, so that all can be fixed at once. */
export class ConfigError extends UserFacingError {
  readonly problems: readonly ConfigProblem[];
  /** Warnings, a sentence each. */
  readonly notes: readonly string[];

  constructor(problems: readonly ConfigProblem[], notes: readonly string[] = []) {
    super(
      `Cannot use the configuration: ${problems.length} problem${problems.length === 1 ? "" : "s"}`,
    );
    this.problems = problems;
    this.notes = notes;
  }
}

/** The error as text for a terminal: a heading, then one problem per line, then the notes. */
export function renderConfigError(error: ConfigError): string {
  return [
    error.message,
    ...error.problems.map((problem) => `  ${renderProblem(problem)}`),
    ...error.notes.map((note) => `  note: ${note}`),
  ].join("\n");
}

/** The problem on one line: where, which key, what. */
export function renderProblem(problem: ConfigProblem): string {
  const key = problem.key === undefined ? "" : `${problem.key} `;
  return `${problem.place}: ${key}${problem.detail}`;
}

interface Warning {
  readonly sentence: string;
  readonly keys: readonly string[];
}

export class Findings {
  readonly #file: string;
  readonly #problems: ConfigProblem[] = [];
  readonly #warnings: Warning[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  /** Without those about keys that are written, and could not be read. */
  get warnings(): readonly string[] {
    return this.#warnings
      .filter(({ keys }) => !keys.some((key) => this.#isUnread(key)))
      .map(({ sentence }) => sentence);
  }

  /** Adds a problem of the file. */
  problem(key: string | undefined, detail: string): void {
    this.problemAt(this.#file, key, detail);
  }

  /** Adds a problem at a line of the file, or outside of it. */
  problemAt(place: string, key: string | undefined, detail: string): void {
    this.#problems.push(key === undefined ? { place, detail } : { place, key, detail });
  }

  /**
   * Adds a warning; the same sentence is kept once.
   * @param keys that have to be absent, or read, for the sentence to be true
   */
  warn(sentence: string, keys: readonly string[] = []): void {
    if (!this.#warnings.some((warning) => warning.sentence === sentence)) {
      this.#warnings.push({ sentence, keys });
    }
  }

  /** Whether a problem hides the value of the key: its own, its table's, or that of the whole file. */
  #isUnread(key: string): boolean {
    return this.#problems.some(({ key: wrong }) =>
      wrong === undefined || key === wrong || key.startsWith(`${wrong}.`) ||
      wrong.startsWith(`${key}[`)
    );
  }

  /** @throws {ConfigError} with every problem, when there is any */
  throwProblems(): void {
    if (this.#problems.length > 0) {
      throw new ConfigError(this.#problems, this.warnings);
    }
  }
}
