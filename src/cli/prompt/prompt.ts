/** Asks the person at the terminal; without a terminal, every question has its default. */
import type { Process } from "../process.ts";
import { Keyboard } from "./keyboard.ts";
import { explained, fitted } from "./layout.ts";

export interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
}

interface PromptOptions {
  /** Answers every question that has a default with it. */
  readonly assumeDefaults: boolean;
}

/** Where a label begins. */
const CHOICE_INDENT = "  1) ".length;

export class Prompt implements AsyncDisposable {
  readonly #process: Process;
  readonly #keyboard: Keyboard | undefined;
  /** Whether questions that have a default are asked. */
  readonly asks: boolean;

  constructor(process: Process, { assumeDefaults }: PromptOptions) {
    const { terminal, stop } = process;
    this.#process = process;
    this.#keyboard = terminal.interactive ? new Keyboard(terminal, stop) : undefined;
    this.asks = terminal.interactive && !assumeDefaults;
  }

  /** @param hang hanging indent of a line that does not fit; defaults to the line's own indent */
  say(text = "", hang?: number): void {
    this.#process.print(`${fitted(text, this.#columns, hang)}\n`);
  }

  /** Prints names with their meanings, such as commands. */
  explain(rows: readonly (readonly [name: string, meaning: string])[]): void {
    this.#process.print(`${explained(rows, this.#columns)}\n`);
  }

  /** @returns the default for an empty line. @throws {Cancelled} */
  async line(question: string, fallback: string): Promise<string> {
    if (!this.asks) return fallback;
    this.#ask(`${question} [${fallback}]:`);
    return (await this.#typist().line()).trim() || fallback;
  }

  /** Asks for a text that is not shown. @throws {Cancelled} */
  async secret(question: string): Promise<string> {
    try {
      const ask = (): void => this.#ask(`${question}:`);
      return (await this.#typist().secret(ask)).trim();
    } finally {
      this.say();
    }
  }

  /**
   * Runs work; what is typed meanwhile, or was typed before, answers no later question.
   * @param work its signal aborts when the person presses Ctrl-C
   * @throws {Cancelled}
   */
  async unheard<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    return await this.#typist().unheard(work);
  }

  /** @param fallback absent where a typo would matter: then it asks until it gets an answer. */
  async confirm(question: string, fallback?: boolean): Promise<boolean> {
    if (fallback !== undefined && !this.asks) return fallback;
    const keys = { true: "Y/n", false: "y/N", undefined: "y/n" }[`${fallback}`];
    for (;;) {
      this.#ask(`${question} [${keys}]:`);
      const said = (await this.#typist().line()).trim().toLowerCase();
      if (["y", "yes", "ㅛ", "예", "네"].includes(said)) return true;
      if (["n", "no", "ㅜ", "아니요"].includes(said)) return false;
      if (said === "" && fallback !== undefined) return fallback;
    }
  }

  /** The first one is the default. @throws {Cancelled} */
  async choose<Value>(
    question: string,
    choices: readonly [Choice<Value>, ...Choice<Value>[]],
  ): Promise<Value> {
    const [first] = choices;
    if (!this.asks) return first.value;
    this.say(question);
    choices.forEach(({ label }, index) => this.say(`  ${index + 1}) ${label}`, CHOICE_INDENT));
    for (;;) {
      this.#ask(`1 to ${choices.length} [1]:`);
      const said = (await this.#typist().line()).trim();
      const chosen = said === "" ? first : choices[Number(said) - 1];
      if (chosen !== undefined) return chosen.value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard?.[Symbol.asyncDispose]();
  }

  /** Prints the question; the answer is typed after it. */
  #ask(question: string): void {
    this.#process.print(`${fitted(question, this.#columns)} `);
  }

  get #columns(): number {
    return this.#process.terminal.columns ?? Infinity;
  }

  #typist(): Keyboard {
    if (this.#keyboard === undefined) throw new Error("There is no terminal to ask at");
    return this.#keyboard;
  }
}
