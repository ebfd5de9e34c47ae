/** One running `codex mcp-server`: its process, its MCP client, and who gets which of its events. */
import { Client } from "@modelcontextprotocol/sdk/client";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport";
// The package maps the types of "types.js" to a file that does not exist.
// @ts-types="@modelcontextprotocol/sdk/types"
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { z } from "../../../core/schema.ts";
import { abortable } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import type { CodexProgram, LocalBackendSettings } from "../backend_parts.ts";
import {
  type ChildExit,
  type ChildProcess,
  endAfterClosedPipe,
  startChild,
} from "../child_process.ts";
import type { Connection } from "../codex_process.ts";
import { NO_MCP_SERVER_REMEDY } from "../detect.ts";
import { readJsonLines } from "../json_lines.ts";
import { isObject } from "../json_object.ts";
import {
  CALL_MARK,
  type Elicitation,
  elicitation,
  elicitationAnswer,
  EVENT_METHOD,
  type EventMessage,
  eventNotice,
  sentCall,
  sentCancellation,
  toolResult,
} from "./protocol.ts";

/** Takes the events of a tool call. */
export interface CallListener {
  /** The thread that the call works on; undefined until the call has made one. */
  readonly threadId: string | undefined;
  receive(threadId: string, turnId: string, message: EventMessage): void;
  /** @returns what to answer Codex */
  answer(asked: Elicitation): Promise<Record<string, unknown>>;
}

interface ToolCall {
  readonly tool: "codex" | "codex-reply";
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Aborting it makes Codex end the turn. */
  readonly cancelled: AbortSignal;
  /** Aborts when the turn has ended, however that became known. */
  readonly over: AbortSignal;
}

export interface ToolAnswer {
  readonly failed: boolean;
  readonly text: string;
}

export type McpConnectionSettings = Pick<
  LocalBackendSettings,
  "codex" | "clock" | "log" | "start" | "clientVersion"
>;

const HANDSHAKE_DEADLINE_MS = 30_000;
const PING_DEADLINE_MS = 10_000;
/** The longest a timer can run: the SDK's own deadline must not end a call, ours does. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** A schema of our own: the SDK's would drop the fields that matter. */
const ELICITATION_REQUEST = z.object({
  method: z.literal("elicitation/create"),
  params: z.unknown().optional(),
});

/**
 * Starts the process and exchanges greetings. Leaves no process behind when it fails.
 * @throws {CodexError} with a remedy where there is one
 */
export async function connectMcp(
  settings: McpConnectionSettings,
  signal: AbortSignal,
): Promise<McpConnection> {
  const { codex, clock, log, start } = settings;
  const child = await startChild({ ...codex, clock, log, start });
  const connection = new McpConnection(child, settings);
  try {
    await abortable(connection.introduce(), signal);
    return connection;
  } catch (error) {
    await connection.close();
    throw signal.aborted ? error : startFailed(codex, child.errorLines, error);
  }
}

export class McpConnection implements Connection {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  readonly #child: ChildProcess;
  readonly #settings: McpConnectionSettings;
  readonly #transport: ChildTransport;
  readonly #client: Client;
  readonly #byThread = new Map<string, CallListener>();
  readonly #byRequest = new Map<number | string, CallListener>();
  readonly #unsent = new Map<number, CallListener>();
  #calls = 0;
  #closed = false;

  constructor(child: ChildProcess, settings: McpConnectionSettings) {
    this.#child = child;
    this.#settings = settings;
    this.pid = child.pid;
    this.exited = child.exited;
    this.#transport = new ChildTransport(child, settings.log);
    this.#transport.maySend = (message) => this.#maySend(message);
    this.#client = new Client(
      { name: "codex-orchestrator", version: settings.clientVersion },
      { capabilities: { elicitation: {} } },
    );
    this.#transport.onbroken = () => {
      this.#closed = true;
      // Never rejects.
      void endAfterClosedPipe(child, settings);
    };
    this.#client.onerror = ({ message }) => {
      // The answer to a call whose turn had ended before.
      if (message.includes("unknown message ID")) return;
      settings.log.debug("codex.mcp.error", { message });
    };
    this.#transport.onevent = (params) => this.#event(params);
    this.#client.setRequestHandler(ELICITATION_REQUEST, ({ params }) => this.#elicit(params));
  }

  get errorLines(): readonly string[] {
    return this.#child.errorLines;
  }

  /** The process has closed a pipe, and is about to end if it has not yet. */
  get closed(): boolean {
    return this.#closed;
  }

  async introduce(): Promise<void> {
    await this.#client.connect(this.#transport, { timeout: HANDSHAKE_DEADLINE_MS });
  }

  async ping(): Promise<void> {
    await this.#client.ping({ timeout: PING_DEADLINE_MS });
  }

  /**
   * Calls a tool. The turn that it begins reports to the listener, by events.
   * @throws the SDK's error when the call is cancelled, its turn is over, or the process ends
   */
  async call(call: ToolCall, listener: CallListener): Promise<ToolAnswer> {
    const mark = ++this.#calls;
    this.#unsent.set(mark, listener);
    const stop = new AbortController();
    const onlyOnce = { once: true, signal: stop.signal };
    call.cancelled.addEventListener("abort", () => stop.abort(), onlyOnce);
    call.over.addEventListener("abort", () => {
      // Before it is stopped, as that would reach the next turn of the thread: see #maySend.
      this.#forgetRequest(listener);
      stop.abort();
    }, { once: true });
    const result = await this.#client.callTool(
      { name: call.tool, arguments: { ...call.arguments }, _meta: { [CALL_MARK]: mark } },
      undefined,
      { signal: stop.signal, timeout: LONGEST_TIMEOUT_MS },
    ).finally(() => this.#unsent.delete(mark));
    const { isError, content } = toolResult.parse(result);
    return { failed: isError === true, text: content.map(({ text }) => text ?? "").join("\n") };
  }

  /** Hands all events of this thread to the listener until the returned function is called. */
  listen(threadId: string, listener: CallListener): () => void {
    this.#byThread.set(threadId, listener);
    return () => {
      if (this.#byThread.get(threadId) === listener) this.#byThread.delete(threadId);
    };
  }

  /** Ends the process first: with a call that never ends, a closed input alone takes long. */
  async close(): Promise<void> {
    await this.#child.close();
    await this.#client.close();
    await this.#transport.close();
  }

  /**
   * Notes the ids of calls, and holds back the cancellation of one whose turn is over: Codex never
   * answers some calls, and would end whatever the thread works on by then.
   */
  #maySend(message: unknown): boolean {
    const cancellation = sentCancellation.safeParse(message);
    if (cancellation.success) return this.#byRequest.has(cancellation.data.params.requestId);
    const sent = sentCall.safeParse(message);
    if (!sent.success) return true;
    const listener = this.#unsent.get(sent.data.params._meta[CALL_MARK]);
    if (listener !== undefined) this.#byRequest.set(sent.data.id, listener);
    return true;
  }

  #forgetRequest(listener: CallListener): void {
    for (const [id, each] of this.#byRequest) {
      if (each === listener) this.#byRequest.delete(id);
    }
  }

  #event(params: unknown): void {
    const notice = eventNotice.safeParse(params);
    if (!notice.success) return;
    const { _meta: { requestId, threadId }, id, msg } = notice.data;
    // The thread counts: a cancelled call's id may still stand on the events of a later one.
    const first = requestId === undefined ? undefined : this.#byRequest.get(requestId);
    const fresh = first?.threadId === undefined ? first : undefined;
    const listener = this.#byThread.get(threadId) ?? fresh;
    try {
      listener?.receive(threadId, id, msg);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      const details = { type: msg.type, error: z.prettifyError(error) };
      this.#settings.log.warn("codex.notification.unreadable", details);
    }
  }

  /** Never throws: Codex waits for ever after an error for an answer. */
  async #elicit(params: unknown): Promise<Record<string, unknown>> {
    const asked = elicitation.safeParse(params);
    const listener = asked.success ? this.#byThread.get(asked.data.threadId) : undefined;
    if (!asked.success || listener === undefined) {
      this.#settings.log.warn("codex.question.unreadable", { method: "elicitation/create" });
      return elicitationAnswer("decline");
    }
    return await listener.answer(asked.data);
  }
}

function startFailed(
  { commandLine }: CodexProgram,
  errorLines: readonly string[],
  cause: unknown,
): CodexError {
  if (cause instanceof CodexError) return cause;
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" has no mcp-server`;
    return new CodexError("no-subcommand", message, { remedy: NO_MCP_SERVER_REMEDY });
  }
  const reason = errorLines.at(-1) ?? (cause instanceof Error ? cause.message : String(cause));
  return new CodexError(
    "handshake",
    `Cannot start Codex: "${commandLine}" did not answer: ${reason}`,
  );
}

/** A command's whole output comes in one line. */
const MOST_BYTES_PER_LINE = 32 * 1024 * 1024;

/** The SDK's transport over a child process of ours: our environment, our log, our way to end it. */
class ChildTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  /** Sees every message before it is sent; one that it refuses is dropped. */
  maySend: (message: JSONRPCMessage) => boolean = () => true;
  /**
   * Takes the events of Codex, of which there are hundreds: the SDK would look at each of them against
   * every form that a message can have, twice, and hand it on unread.
   */
  onevent: (params: unknown) => void = () => {};
  /** Told when a pipe is closed: Codex ends, or has to be ended. */
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
    if (!this.maySend(message)) return;
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

  /** Goes on reading when one event cannot be taken. */
  #tell(event: unknown): void {
    try {
      this.onevent(event);
    } catch (error) {
      this.#log.error("codex.notification.failed", { error: describeError(error) });
    }
  }

  async #read(): Promise<void> {
    const lines = readJsonLines(this.#child.stdout, {
      mostBytes: MOST_BYTES_PER_LINE,
      signal: this.#stop.signal,
      onSkipped: (reason, bytes) => this.#log.warn("codex.line.skipped", { reason, bytes }),
    });
    try {
      for await (const line of lines) {
        if (isObject(line) && line.method === EVENT_METHOD) {
          this.#tell(line.params);
          continue;
        }
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
