/**
 * What the person types, a line at a time.
 *
 * Lines that may be seen are left to the terminal: it knows input methods, wide characters, its own
 * keys for erasing, and Ctrl-C. Hidden ones are read key by key, with the terminal shown nothing.
 */
import type { Terminal } from "../process.ts";
import { Cancelled } from "./cancelled.ts";
import { SecretLine } from "./secret_line.ts";

export class Keyboard implements AsyncDisposable {
  readonly #terminal: Terminal;
  readonly #stop: AbortSignal;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #unread = "";

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
   * A line of which nothing is shown.
   * @param ask prints the question, once nothing typed is shown any more
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

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.removeEventListener("abort", this.#endReading);
    await this.#reader.cancel();
  }

  /** A read that is under way would keep the process alive. */
  readonly #endReading = (): void => {
    // Where the input is gone already, there is nothing left to end.
    this.#reader.cancel().catch(() => undefined);
  };

  async #more(): Promise<string> {
    if (this.#stop.aborted) throw new Cancelled();
    const { done, value } = await this.#reader.read();
    if (done) throw new Cancelled();
    return this.#decoder.decode(value, { stream: true });
  }
}
