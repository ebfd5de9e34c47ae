/** Links to an app-server on another machine: by a WebSocket over the network or a local socket. */
import type { Clock } from "../../../core/clock.ts";
import type { Endpoint, MachineSettings } from "../../../core/codex/codex_settings.ts";
import { abortable, waitAtMost, withDeadline } from "../../../core/deadline.ts";
import { CodexError, describeError } from "../../../core/errors.ts";
import type { AppServerLink } from "../app_server/connection.ts";
import { RpcError } from "../app_server/json_rpc.ts";
import { SOCKET_HOST } from "../../../core/codex/codex_settings.ts";
import type { ConnectionEnd } from "../codex_process.ts";
import {
  connectFailure,
  loggedOutThere,
  noAnswer,
  noGreeting,
  notPermitted,
  tooOldThere,
  wrongProtocol,
} from "./machine_failures.ts";

/** Long enough for a slow network, short enough for somebody who waits in a chat. */
const CONNECT_DEADLINE_MS = 15_000;
const CLOSE_DEADLINE_MS = 1_000;

/**
 * Connects.
 * @throws {CodexError} `unreachable`, `refused`, `tls` or `wrong-protocol`, with a remedy
 */
export async function openMachineLink(
  machine: MachineSettings,
  clock: Clock,
  signal: AbortSignal,
): Promise<AppServerLink> {
  const link = new MachineLink(machine, newSocket(machine), clock);
  try {
    await abortable(
      withDeadline(link.opened, {
        clock,
        ms: CONNECT_DEADLINE_MS,
        late: () => noAnswer(machine, CONNECT_DEADLINE_MS / 1_000),
      }),
      signal,
    );
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}

function newSocket(machine: MachineSettings): OpenSocket {
  const { endpoint, token } = machine;
  const headers = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
  try {
    const proxy = directRoute(endpoint);
    const url = endpoint.type === "network" ? endpoint.url : `ws://${SOCKET_HOST}/`;
    if (proxy === undefined) return { socket: new WebSocket(url, headers) };
    const client = Deno.createHttpClient({ proxy });
    return { socket: new WebSocket(url, { ...headers, client }), client };
  } catch (error) {
    throw notPermitted(machine, error);
  }
}

/**
 * Leads past every proxy of the environment, which without TLS would see the token and all the rest.
 * @returns undefined where TLS protects the connection
 */
function directRoute(endpoint: Endpoint): Deno.Proxy | undefined {
  if (endpoint.type === "unix") return { transport: "unix", path: endpoint.path };
  if (!/^ws:/i.test(endpoint.url)) return undefined;
  return { transport: "tcp", hostname: endpoint.host, port: endpoint.port };
}

interface OpenSocket {
  readonly socket: WebSocket;
  readonly client?: Deno.HttpClient;
}

class MachineLink implements AppServerLink {
  readonly machine: string;
  readonly exited: Promise<ConnectionEnd>;
  readonly errorLines: readonly string[] = [];
  /** Rejects when it does not open. */
  readonly opened: Promise<void>;
  readonly #lines: SocketLines;
  readonly #settings: MachineSettings;
  readonly #socket: WebSocket;
  readonly #clock: Clock;

  constructor(settings: MachineSettings, { socket, client }: OpenSocket, clock: Clock) {
    this.#settings = settings;
    this.#socket = socket;
    this.#clock = clock;
    this.machine = settings.name;
    this.#lines = socketLines(socket);
    const opened = Promise.withResolvers<void>();
    const exited = Promise.withResolvers<ConnectionEnd>();
    this.opened = opened.promise;
    this.exited = exited.promise;
    let said = "the connection was closed";
    socket.addEventListener("open", () => opened.resolve());
    socket.addEventListener("error", (event) => {
      if (event instanceof ErrorEvent && event.message !== "") said = event.message;
    });
    // Follows every error, and comes once.
    socket.addEventListener("close", () => {
      client?.close();
      this.#lines.end();
      opened.reject(connectFailure(settings, said));
      exited.resolve({ lost: `The connection to Codex on ${settings.name} was lost` });
    });
  }

  get input(): AppServerLink["input"] {
    return this.#lines.input;
  }

  get output(): AppServerLink["output"] {
    return this.#lines.output;
  }

  failureAtStart(error: unknown, end?: ConnectionEnd): unknown {
    if (end !== undefined) {
      return wrongProtocol(this.#settings, "it closed the connection instead of a greeting");
    }
    if (error instanceof CodexError && error.kind === "too-old") {
      return tooOldThere(this.#settings, error);
    }
    if (error instanceof CodexError && error.kind === "not-logged-in") {
      return loggedOutThere(this.#settings, error);
    }
    // A machine that hangs, or a way that is cut just then, says nothing of what listens there.
    if (error instanceof CodexError && error.kind === "unresponsive") {
      return noGreeting(this.#settings, describeError(error));
    }
    return error instanceof RpcError ? wrongProtocol(this.#settings, describeError(error)) : error;
  }

  async finish(): Promise<void> {
    await this.close();
  }

  /** Does not wait long: the other side may never confirm the end. */
  async close(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.close();
    await waitAtMost(this.#clock, CLOSE_DEADLINE_MS, this.exited);
  }
}

const encoder = new TextEncoder();

/** A WebSocket as a pair of streams of lines: one message is one line. */
interface SocketLines {
  readonly input: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly output: ReadableStream<Uint8Array>;
  /** The socket is gone: nothing more comes. Safe to call twice. */
  end(): void;
}

/** Must be called before the first message can arrive. */
function socketLines(socket: WebSocket): SocketLines {
  const messages = new ReadableStreamSource();
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    // JSON has line breaks between its parts only; the app-server sends no other kind of message.
    if (typeof data === "string") messages.add(`${data.replaceAll(/[\r\n]/g, " ")}\n`);
  });
  return {
    input: new WritableStream({
      write(line): void {
        if (socket.readyState !== WebSocket.OPEN) throw new Error("The connection is closed");
        socket.send(new TextDecoder().decode(line).trimEnd());
      },
    }),
    output: messages.stream,
    end: () => messages.end(),
  };
}

class ReadableStreamSource {
  readonly stream: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  constructor() {
    this.stream = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      // Whoever read it has gone.
      cancel: () => {
        this.#controller = undefined;
      },
    });
  }

  add(line: string): void {
    this.#controller?.enqueue(encoder.encode(line));
  }

  end(): void {
    this.#controller?.close();
    this.#controller = undefined;
  }
}
