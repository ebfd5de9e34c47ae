/** The conversations that the present MCP processes know, and which of them are at work. */
import { ThreadBusyError } from "../../../core/errors.ts";
import { ThreadUnavailable } from "../turn_failure.ts";
import type { McpConnection } from "./connection.ts";

interface KnownThread {
  readonly connection: McpConnection;
  /** The options it was begun with, as JSON: a reply cannot change them. */
  readonly options: string;
  tainted: boolean;
}

export class McpThreads {
  readonly #known = new Map<string, KnownThread>();
  readonly #busy = new Set<string>();

  add(threadId: string, connection: McpConnection, options: string): void {
    this.#known.set(threadId, { connection, options, tainted: false });
  }

  taint(threadId: string): void {
    const thread = this.#known.get(threadId);
    if (thread !== undefined) thread.tainted = true;
  }

  /** The process has ended, and its conversations with it. */
  forget(connection: McpConnection): void {
    for (const [threadId, thread] of this.#known) {
      if (thread.connection === connection) this.#known.delete(threadId);
    }
  }

  /**
   * One call per thread: a second one would be mixed into the first.
   * @throws {ThreadBusyError} when a turn of the thread is running
   */
  occupy(threadId: string, until: AbortSignal): void {
    if (this.#busy.has(threadId)) {
      throw new ThreadBusyError("Codex is still at work on this conversation", {
        remedy: "Wait for its answer, or stop it with /cancel",
      });
    }
    this.#busy.add(threadId);
    until.addEventListener("abort", () => this.#busy.delete(threadId), { once: true });
  }

  /** @throws {ThreadUnavailable} when the thread cannot be continued in this process */
  requireUsable(threadId: string, connection: McpConnection, options: string): void {
    const thread = this.#known.get(threadId);
    if (thread === undefined || thread.connection !== connection) {
      throw new ThreadUnavailable("the Codex process that knew it has ended");
    }
    if (thread.tainted) throw new ThreadUnavailable("its last turn failed");
    if (thread.options !== options) throw new ThreadUnavailable("it has other settings");
  }
}
