/** JSON-RPC over a pair of streams, as the app-server speaks it: one message per line. */
import type { Clock } from "../../../core/clock.ts";
import { pause, withDeadline } from "../../../core/deadline.ts";
import { CodexError, describeError, unreachable } from "../../../core/errors.ts";
import type { Log } from "../../../core/log.ts";
import { ForeignLinesError, readJsonLines } from "../json_lines.ts";
import { isObject } from "../json_object.ts";
import { FIRST_REQUEST_ID } from "./greeting.ts";

export type RequestId = string | number;

/** A request that Codex makes of this program. */
export interface IncomingRequest {
  readonly id: RequestId;
  readonly method: string;
  readonly params: unknown;
}

/** Codex answered a request with an error. */
export class RpcError extends CodexError {
  readonly code: number;

  constructor(code: number, message: string) {
    super("request", message);
    this.code = code;
  }
}

export const INVALID_REQUEST = -32600;
export const METHOD_NOT_FOUND = -32601;
const INTERNAL_ERROR = -32603;
/** "Server overloaded; retry later." */
export const OVERLOADED = -32001;
const OVERLOADED_PAUSES_MS = [50, 100, 200, 400, 800];
/** The app-server starts to lose requests somewhere above 200 at once. */
const MOST_IN_FLIGHT = 100;
/** Command output is capped at 1 MiB and history may be long; this only stops a runaway. */
const MOST_LINE_BYTES = 16 * 1024 * 1024;
const DEADLINE_MS = 30_000;

type RpcAnswer =
  | { readonly type: "result"; readonly id: RequestId; readonly result: unknown }
  | { readonly type: "error"; readonly id: RequestId; readonly error: RpcError };

type Incoming =
  | { readonly type: "notification"; readonly method: string; readonly params: unknown }
  | { readonly type: "request"; readonly request: IncomingRequest }
  | { readonly type: "answer"; readonly answer: RpcAnswer };

interface PeerSettings {
  /** The other machine to which the connection leads; absent = none. */
  readonly machine?: string;
  readonly input: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly output: ReadableStream<Uint8Array>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onNotification: (method: string, params: unknown) => void;
  /** Its value is the answer; {@link RpcError} and any other throw become an error answer. */
  readonly onRequest: (request: IncomingRequest) => Promise<unknown>;
}

/** One side of a JSON-RPC connection. Reads from the moment it is made. */
export class Peer {
  readonly #settings: PeerSettings;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #encoder = new TextEncoder();
  readonly #pending = new Map<RequestId, PromiseWithResolvers<unknown>>();
  readonly #inFlight = new Semaphore(MOST_IN_FLIGHT);
  readonly #stopReading = new AbortController();
  readonly #reading: Promise<void>;
  readonly #ended = Promise.withResolvers<void>();
  #nextId = FIRST_REQUEST_ID;
  #closedBy: CodexError | undefined;

  constructor(settings: PeerSettings) {
    this.#settings = settings;
    this.#writer = settings.input.getWriter();
    this.#reading = this.#read();
  }

  /** Resolves when one of the streams has ended, or the peer was closed. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /**
   * Sends a request and waits for its answer; the deadline begins when it is sent.
   * @throws {RpcError} when Codex answers with an error
   * @throws {CodexError} `unresponsive` after the deadline, `exited` when the connection ends
   */
  request(method: string, params: unknown, deadlineMs = DEADLINE_MS): Promise<unknown> {
    return this.#inFlight.run(() => this.#requestOrRetry(method, params, deadlineMs));
  }

  notify(method: string): void {
    this.#send({ method });
  }

  /** Rejects everything that waits for an answer, with this error, and lets go of both streams. */
  async close(reason: CodexError): Promise<void> {
    this.#end(reason);
    this.#stopReading.abort();
    await this.#reading;
    // The other side may have gone before: then there is nothing left to close.
    await this.#writer.close().catch(() => undefined);
  }

  async #requestOrRetry(method: string, params: unknown, deadlineMs: number): Promise<unknown> {
    for (const pauseMs of OVERLOADED_PAUSES_MS) {
      try {
        return await this.#requestOnce(method, params, deadlineMs);
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== OVERLOADED) throw error;
        this.#settings.log.debug("codex.overloaded", { method, pauseMs });
        await pause(this.#settings.clock, pauseMs, this.#stopReading.signal);
      }
    }
    return await this.#requestOnce(method, params, deadlineMs);
  }

  async #requestOnce(method: string, params: unknown, deadlineMs: number): Promise<unknown> {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#pending.set(id, answer);
    this.#send({ id, method, params });
    const late = (): Error =>
      new CodexError(
        "unresponsive",
        `Codex did not answer ${method} within ${deadlineMs / 1000} s`,
      );
    try {
      const { clock } = this.#settings;
      return await withDeadline(answer.promise, { clock, ms: deadlineMs, late });
    } finally {
      this.#pending.delete(id);
    }
  }

  #send(message: unknown): void {
    const line = this.#encoder.encode(JSON.stringify(message) + "\n");
    this.#writer.write(line).catch((error) =>
      this.#end(this.#endOf("Cannot write to Codex: it has ended", error))
    );
  }

  async #read(): Promise<void> {
    const { output, log } = this.#settings;
    const onSkipped = (reason: string, bytes: number): void =>
      log.warn("codex.line.skipped", { reason, bytes });
    const settings = { mostBytes: MOST_LINE_BYTES, onSkipped, signal: this.#stopReading.signal };
    try {
      for await (const message of readJsonLines(output, settings)) this.#receive(message);
    } catch (error) {
      log.debug("codex.output.unreadable", { error: describeError(error) });
      if (error instanceof ForeignLinesError) this.#end(foreignOutput(error));
    }
    this.#end(this.#endOf("Codex has ended"));
  }

  /** Codex elsewhere works on when the connection to it has ended. */
  #endOf(message: string, cause?: unknown): CodexError {
    const { machine } = this.#settings;
    if (machine === undefined) return new CodexError("exited", message, { cause });
    return new CodexError("exited", `The connection to Codex on ${machine} was lost`, {
      cause,
      trouble: { kind: "unreachable", machine },
    });
  }

  #receive(message: unknown): void {
    const read = readMessage(message);
    switch (read?.type) {
      case "notification":
        return this.#notice(read.method, read.params);
      case "request":
        // Cannot reject: whatever goes wrong becomes the answer.
        return void this.#answer(read.request);
      case "answer":
        return this.#settle(read.answer);
      case undefined:
        return this.#settings.log.warn("codex.line.skipped", { reason: "not a JSON-RPC message" });
      default:
        return unreachable(read);
    }
  }

  /** Goes on reading when one notification cannot be taken. */
  #notice(method: string, params: unknown): void {
    try {
      this.#settings.onNotification(method, params);
    } catch (error) {
      const fields = { method, error: describeError(error) };
      this.#settings.log.error("codex.notification.failed", fields);
    }
  }

  #settle(answer: RpcAnswer): void {
    const waiting = this.#pending.get(answer.id);
    if (waiting === undefined) this.#settings.log.debug("codex.answer.late", { id: answer.id });
    else if (answer.type === "error") waiting.reject(answer.error);
    else waiting.resolve(answer.result);
  }

  async #answer(request: IncomingRequest): Promise<void> {
    const { id, method } = request;
    try {
      this.#send({ id, result: await this.#settings.onRequest(request) });
    } catch (error) {
      const code = error instanceof RpcError ? error.code : INTERNAL_ERROR;
      this.#settings.log.warn("codex.request.refused", { method, error: describeError(error) });
      this.#send({ id, error: { code, message: describeError(error) } });
    }
  }

  #end(reason: CodexError): void {
    this.#closedBy ??= reason;
    this.#ended.resolve();
    for (const { reject } of this.#pending.values()) reject(this.#closedBy);
    this.#pending.clear();
  }
}

function foreignOutput(cause: Error): CodexError {
  const message = "What runs in place of Codex's app-server prints something else: " +
    describeError(cause);
  return new CodexError("handshake", message, {
    cause,
    remedy: "Start it by hand to see what it prints, or set codex.command",
  });
}

/** Reads the envelope by hand: there are thousands of notifications, most of which nobody reads. */
function readMessage(message: unknown): Incoming | undefined {
  if (!isObject(message)) return undefined;
  const { method, id, params, result, error } = message;
  const isNamed = typeof id === "string" || typeof id === "number";
  if (typeof method === "string") {
    return isNamed
      ? { type: "request", request: { id, method, params } }
      : { type: "notification", method, params };
  }
  if (!isNamed) return undefined;
  const failure = isObject(error) ? error : {};
  return typeof failure.code === "number" && typeof failure.message === "string"
    ? {
      type: "answer",
      answer: { type: "error", id, error: new RpcError(failure.code, failure.message) },
    }
    : { type: "answer", answer: { type: "result", id, result } };
}

/** Runs so many at a time; the others wait for their turn. */
class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
