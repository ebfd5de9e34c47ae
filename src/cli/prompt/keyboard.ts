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
  /** A reading that is under way, whoever has begun it. */
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

  /**
   * While it goes on, nothing typed is shown; and neither that nor what was typed before answers a
   * question that comes afterwards.
   * @param work its signal aborts when it is not to go on
   * @throws {Cancelled}
   */
  async unheard<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const over = new AbortController();
    const cancelled = new AbortController();
    this.#terminal.setRaw(true);
    // It ends with the first key after the work, which is left to whoever asks then.
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
    // Where the input is gone already, there is nothing left to end.
    this.#reader.cancel().catch(() => undefined);
  };

  /** Ctrl-C is but a key here. */
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
