/** Questions to the person at the terminal; where nobody is to be asked, each has its default. */
import type { Process } from "../process.ts";
import { Keyboard } from "./keyboard.ts";

export interface Choice<Value> {
  readonly label: string;
  readonly value: Value;
}

export interface PromptOptions {
  /** Every question that has a default is answered with it. */
  readonly assumeDefaults: boolean;
}

export class Prompt implements AsyncDisposable {
  readonly #process: Process;
  readonly #keyboard: Keyboard | undefined;
  /** Whether questions that have a default are asked at all. */
  readonly asks: boolean;

  constructor(process: Process, { assumeDefaults }: PromptOptions) {
    const { terminal, stop } = process;
    this.#process = process;
    this.#keyboard = terminal.interactive ? new Keyboard(terminal, stop) : undefined;
    this.asks = terminal.interactive && !assumeDefaults;
  }

  say(text = ""): void {
    this.#process.print(`${text}\n`);
  }

  /** @returns the default for an empty line. @throws {Cancelled} */
  async line(question: string, fallback: string): Promise<string> {
    if (!this.asks) return fallback;
    this.#process.print(`${question} [${fallback}]: `);
    return (await this.#typist().line()).trim() || fallback;
  }

  /** Nothing of it is shown. @throws {Cancelled} */
  async secret(question: string): Promise<string> {
    try {
      const ask = (): void => this.#process.print(`${question}: `);
      return (await this.#typist().secret(ask)).trim();
    } finally {
      this.say();
    }
  }

  /** @param fallback absent where a slip would matter: then it is asked until it is said. */
  async confirm(question: string, fallback?: boolean): Promise<boolean> {
    if (fallback !== undefined && !this.asks) return fallback;
    const keys = { true: "Y/n", false: "y/N", undefined: "y/n" }[`${fallback}`];
    for (;;) {
      this.#process.print(`${question} [${keys}]: `);
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
    choices.forEach(({ label }, index) => this.say(`  ${index + 1}) ${label}`));
    for (;;) {
      this.#process.print(`1 to ${choices.length} [1]: `);
      const said = (await this.#typist().line()).trim();
      const chosen = said === "" ? first : choices[Number(said) - 1];
      if (chosen !== undefined) return chosen.value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keyboard?.[Symbol.asyncDispose]();
  }

  #typist(): Keyboard {
    if (this.#keyboard === undefined) throw new Error("A question was asked of nobody");
    return this.#keyboard;
  }
}
