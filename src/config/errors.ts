/** What a person must mend before the program can start. */
import { UserFacingError } from "../core/errors.ts";

export interface ConfigProblem {
  /** File, with line and column where they are known, or the place outside of any file. */
  readonly place: string;
  /** Dotted key, e.g. `telegram.allowed_users[1]`; absent when the whole file is meant. */
  readonly key?: string;
  /** What is wrong in the words that follow the key, e.g. `must be true or false, found "yes"`. */
  readonly detail: string;
}

/** The configuration cannot be used; lists every problem, so that one round of mending is enough. */
export class ConfigError extends UserFacingError {
  readonly problems: readonly ConfigProblem[];
  /** What else was noticed, one sentence each, and is worth mending on the same occasion. */
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
