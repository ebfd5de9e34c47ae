/** The MCP SDK's transport over a child process of ours: our environment, our log, our way to end it. */
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// The package maps the types of "types.js" to a file that does not exist.
// @ts-types="@modelcontextprotocol/sdk/types"
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Log } from "../../../core/log.ts";
import { readJsonLines } from "../json_lines.ts";
import type { ChildProcess } from "../child_process.ts";

/** A command's whole output comes in one line. */
const MOST_BYTES_PER_LINE = 32 * 1024 * 1024;

export class ChildTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Sees every message that wants to leave; one that it refuses is dropped. */
  mayLeave: (message: JSONRPCMessage) => boolean = () => true;
  /** Told when Codex takes no more, or says no more: it ends, or has to be ended. */
  onbroken: () => void = () => {};
  readonly #child: ChildProcess;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #encoder = new TextEncoder();
  #reading: Promise<void> | undefined;

  constructor(child: ChildProcess, log: Log) {
    this.#child = child;
    this.#log = log;
    this.#writer = child.stdin.getWriter();
  }

  start(): Promise<void> {
    this.#reading = this.#read();
    return Promise.resolve();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    if (!this.mayLeave(message)) return;
    try {
      await this.#writer.write(this.#encoder.encode(`${JSON.stringify(message)}\n`));
    } catch (error) {
      this.onbroken();
      throw error;
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#child.close();
    this.#stop.abort();
    await this.#reading;
    // The pipe may be broken already; closing it is all that is left to do.
    await this.#writer.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const lines = readJsonLines(this.#child.stdout, {
      mostBytes: MOST_BYTES_PER_LINE,
      signal: this.#stop.signal,
      onSkipped: (reason, bytes) => this.#log.warn("codex.line.skipped", { reason, bytes }),
    });
    try {
      for await (const line of lines) {
        const message = JSONRPCMessageSchema.safeParse(line);
        if (message.success) this.onmessage?.(message.data);
        else this.#log.warn("codex.line.skipped", { reason: "no JSON-RPC message" });
      }
    } catch (error) {
      this.#log.debug("codex.stdout.unreadable", { error });
    }
    this.onbroken();
    this.onclose?.();
  }
}
