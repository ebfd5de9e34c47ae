/**
 * Reads what a person types, a line at a time.
 *
 * Visible lines are left to the terminal, which knows input methods, wide characters, its own keys
 * for erasing, and Ctrl-C. Hidden lines are read key by key, and nothing is shown.
 */
import { EXIT_CODES } from "../../supervisor/exit_codes.ts";
import { CommandError, type Terminal } from "../process.ts";

export class Keyboard implements AsyncDisposable {
  readonly #terminal: Terminal;
  readonly #stop: AbortSignal;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #unread = "";
  /** A read that is under way. */
  #next: Promise<string> | undefined;

  /** @param stop ends the reading, as Ctrl-C does */
  constructor(terminal: Terminal, stop: AbortSignal) {
    this.#terminal = terminal;
    this.#stop = stop;
    this.#reader = terminal.input.getReader();
    stop.addEventListener("abort", this.#endReading, { once: true });
  }

  /** The next line, without its end. @throws {Cancelled} */
  async line(): Promise<string> {
    let end = this.#unread.indexOf("\n");
    for (; end < 0; end = this.#unread.indexOf("\n")) this.#unread += await this.#more();
    const line = this.#unread.slice(0, end).replace(/\r$/, "");
    this.#unread = this.#unread.slice(end + 1);
    return line;
  }

  /**
   * Reads a line without showing it.
   * @param ask prints the question, once typed keys are no longer shown
   * @throws {Cancelled}
   */
  async secret(ask: () => void): Promise<string> {
    this.#terminal.setRaw(true);
    try {
      ask();
      const line = new SecretLine();
      for (;;) {
        const taken = line.type(this.#unread);
        this.#unread = this.#unread.slice(taken);
        if (line.state === "cancelled") throw new Cancelled();
        if (line.state === "entered") return line.text;
        this.#unread += await this.#more();
      }
    } finally {
      this.#terminal.setRaw(false);
    }
  }

  /**
   * Runs work during which typed keys are not shown. Neither they nor keys typed before answer a
   * later question.
   * @param work its signal aborts when the person presses Ctrl-C
   * @throws {Cancelled}
   */
  async unheard<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const over = new AbortController();
    const cancelled = new AbortController();
    this.#terminal.setRaw(true);
    // It ends with the first key after the work, which is left for the next question.
    void this.#passOver(over.signal, cancelled);
    try {
      return await work(AbortSignal.any([this.#stop, cancelled.signal]));
    } finally {
      over.abort();
      this.#unread = "";
      this.#terminal.setRaw(false);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.removeEventListener("abort", this.#endReading);
    await this.#reader.cancel();
  }

  /** A read that is under way would keep the process alive. */
  readonly #endReading = (): void => {
    // If the input is gone already, there is nothing to end.
    this.#reader.cancel().catch(() => undefined);
  };

  /** In raw mode, Ctrl-C arrives as a key. */
  async #passOver(over: AbortSignal, cancelled: AbortController): Promise<void> {
    try {
      while (!over.aborted) {
        const keys = await this.#more();
        if (!over.aborted && keys.includes("\x03")) throw new Cancelled();
      }
    } catch (error) {
      cancelled.abort(error);
    }
  }

  async #more(): Promise<string> {
    this.#next ??= this.#read().finally(() => this.#next = undefined);
    return await this.#next;
  }

  async #read(): Promise<string> {
    if (this.#stop.aborted) throw new Cancelled();
    const { done, value } = await this.#reader.read();
    if (done) throw new Cancelled();
    return this.#decoder.decode(value, { stream: true });
  }
}

/** A line that is typed or pasted without being shown, from the bytes that a raw terminal sends. */

const ESCAPE_SEQUENCE =
  // deno-lint-ignore no-control-regex -- arrows, function keys, and the marks around what is pasted
  /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^[O])/;
/** The beginning of such a sequence. */
// deno-lint-ignore no-control-regex -- as above
const UNFINISHED_SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*|O)?$/;

const KEYS = {
  "\r": "enter",
  "\n": "enter",
  "\x03": "cancel",
  "\x04": "end",
  "\x08": "erase",
  "\x7f": "erase",
  "\x15": "clear",
  "\x17": "clear",
} as const;

export class SecretLine {
  #characters: string[] = [];
  #state: "typing" | "entered" | "cancelled" = "typing";

  get state(): "typing" | "entered" | "cancelled" {
    return this.#state;
  }

  get text(): string {
    return this.#characters.join("");
  }

  /** @returns how many characters were used: the line may end earlier, and a key may arrive in parts */
  type(keys: string): number {
    let at = 0;
    while (at < keys.length && this.#state === "typing") {
      const rest = keys.slice(at);
      if (UNFINISHED_SEQUENCE.test(rest)) return at;
      const sequence = ESCAPE_SEQUENCE.exec(rest)?.[0];
      const key = sequence ?? [...rest][0] ?? "";
      if (sequence === undefined) this.#press(key);
      at += key.length;
    }
    // In pasted text, Enter can be two characters.
    return keys.startsWith("\r\n", at - 1) ? at + 1 : at;
  }

  #press(key: string): void {
    const meaning = isSpecial(key) ? KEYS[key] : undefined;
    switch (meaning) {
      case "enter":
        this.#state = "entered";
        break;
      case "cancel":
        this.#state = "cancelled";
        break;
      case "end":
        if (this.#characters.length === 0) this.#state = "cancelled";
        break;
      case "erase":
        this.#characters.pop();
        break;
      case "clear":
        this.#characters = [];
        break;
      case undefined:
        if (key >= " ") this.#characters.push(key);
    }
  }
}

function isSpecial(key: string): key is keyof typeof KEYS {
  return key in KEYS;
}

/** The person pressed Ctrl-C or Ctrl-D, or the input ended. */
export class Cancelled extends CommandError {
  constructor() {
    super(EXIT_CODES.interrupted, "stopped before anything was written");
  }
}
