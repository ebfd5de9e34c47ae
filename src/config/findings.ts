/** Collects everything that reading the configuration brings to light, to tell it all at once. */
import { ConfigError, type ConfigProblem } from "./errors.ts";

export class Findings {
  readonly #file: string;
  readonly #problems: ConfigProblem[] = [];
  readonly #warnings: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get problems(): readonly ConfigProblem[] {
    return this.#problems;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Something in the file that must be mended. */
  problem(key: string | undefined, detail: string): void {
    this.problemAt(this.#file, key, detail);
  }

  /** Something that must be mended at a line of the file or outside of it. */
  problemAt(place: string, key: string | undefined, detail: string): void {
    this.#problems.push(key === undefined ? { place, detail } : { place, key, detail });
  }

  /** Something to look at; the same sentence is kept once. */
  warn(sentence: string): void {
    if (!this.#warnings.includes(sentence)) {
      this.#warnings.push(sentence);
    }
  }

  /** @throws {ConfigError} with every problem, when there is any */
  throwProblems(): void {
    if (this.#problems.length > 0) {
      throw new ConfigError(this.#problems, this.#warnings);
    }
  }
}
