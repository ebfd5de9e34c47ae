/** One running app-server: the link to it, its handshake, and who gets which of its messages. */
import { abortable } from "../../../core/deadline.ts";
import { CodexError, unreachable } from "../../../core/errors.ts";
import { KeyedMutex } from "../../../core/keyed_queue.ts";
import type { BackendSettings } from "../backend_parts.ts";
import type { Connection, ConnectionEnd } from "../codex_process.ts";
import { APP_SERVER_SINCE, isAtLeast, tooOld, versionIn } from "../detect.ts";
import { type Answers, type Ask, readAnswer } from "./answers.ts";
import { introduction } from "./greeting.ts";
import {
  type IncomingRequest,
  INVALID_REQUEST,
  Peer,
  type RequestId,
  RpcError,
} from "./json_rpc.ts";
import { type AppServerNews, newsOf } from "./news.ts";
import {
  type Address,
  addressOf,
  type Notification,
  readNotification,
  readServerRequest,
  type ServerRequest,
} from "./protocol.ts";
import type { RateLimitSnapshot } from "./protocol_shapes.ts";

/**
 * The link to an app-server: the pipes of a process of ours, or a socket of somebody else's.
 * Messages go both ways as lines of JSON.
 */
export interface AppServerLink {
  /** Of the process; absent where it is not ours. */
  readonly pid?: number;
  /** The machine it leads to; absent = this one. */
  readonly machine?: string;
  /** Takes one whole line at a time. */
  readonly input: WritableStream<Uint8Array<ArrayBuffer>>;
  readonly output: ReadableStream<Uint8Array>;
  /** Never rejects. */
  readonly exited: Promise<ConnectionEnd>;
  /** The last lines that the process wrote before it ended. */
  readonly errorLines: readonly string[];
  /**
   * Explains a handshake that failed.
   * @param end how the link ended; absent when it did not end by itself
   */
  failureAtStart(error: unknown, end?: ConnectionEnd): unknown;
  /** Ends all of the link after one of its streams has ended. Never rejects. */
  finish(): Promise<void>;
  /** Safe to call at any time; resolves when the link is gone. */
  close(): Promise<void>;
}

/** @throws {CodexError} when the app-server cannot be reached; nothing is left open then */
export type OpenLink = (signal: AbortSignal) => Promise<AppServerLink>;

export interface ConnectionSettings
  extends Pick<BackendSettings, "clock" | "log" | "clientVersion"> {
  readonly open: OpenLink;
  /** Handed the connection as soon as Codex has greeted; its login is looked at meanwhile. */
  readonly onGreeted?: (connection: AppServerConnection) => void;
  /** Told of the account's limits, which Codex sends with each answer of the model. */
  readonly onRateLimits?: (snapshot: RateLimitSnapshot) => void;
  /** Takes what a person has to know of it. */
  readonly news?: Pick<AppServerNews, "add" | "addIgnored" | "note">;
  /** Told of everything about any thread, whoever works on it. */
  readonly onThread?: (
    threadId: string,
    turnId: string | undefined,
    notification: Notification,
  ) => void;
}

/** Takes the messages of threads. */
export interface ThreadListener {
  receive(notification: Notification, address: Address): void;
  /** @returns what to answer Codex; {@link RpcError} and any other throw become an error answer */
  answer(id: RequestId, request: ServerRequest, address: Address): Promise<unknown>;
}

/** What an app-server says of itself in its handshake. */
interface Introduction {
  /** E.g. `0.169.0`; absent where it does not say. */
  readonly version?: string;
  /** Codex's own folder on its machine; absent where it does not say. */
  readonly codexHome?: string;
}

/** A brand-new CODEX_HOME and a cold disk take their time. */
const HANDSHAKE_DEADLINE_MS = 30_000;
const PING_DEADLINE_MS = 10_000;

/**
 * Opens the link and exchanges greetings. Leaves nothing open when it fails.
 * @throws {CodexError} with a remedy where there is one
 */
export async function connectAppServer(
  settings: ConnectionSettings,
  signal: AbortSignal,
): Promise<AppServerConnection> {
  const link = await settings.open(signal);
  const connection = new AppServerConnection(link, settings);
  try {
    await abortable(connection.introduce(settings.clientVersion), signal);
    return connection;
  } catch (error) {
    const ended = !signal.aborted && error instanceof CodexError && error.kind === "exited";
    const end = ended ? await link.exited : undefined;
    await connection.close();
    throw signal.aborted ? error : link.failureAtStart(error, end);
  }
}

/** How a thread was loaded. */
export interface LoadedOptions {
  /** The options that were asked for, to be compared. */
  readonly wanted: string;
  /** What its turns have to name, as no earlier one has. */
  readonly effort?: string;
}

export class AppServerConnection implements Connection {
  readonly pid?: number;
  readonly machine?: string;
  readonly exited: Promise<ConnectionEnd>;
  /** Threads that this process has in memory. */
  readonly loadedThreads = new Map<string, LoadedOptions>();
  /** Held while a thread is being loaded: who wants the same one waits, and finds it there. */
  readonly loading = new KeyedMutex<string>();
  readonly #link: AppServerLink;
  readonly #peer: Peer;
  readonly #settings: ConnectionSettings;
  readonly #listeners = new Map<string, ThreadListener>();
  readonly #outputs = new Map<
    string,
    (stream: "stdout" | "stderr", bytes: Uint8Array) => void
  >();
  #others: ThreadListener | undefined;
  /** Why Codex goes by its defaults, and not by its own file; held back until it is logged in. */
  #ignoredConfig: string | undefined;
  #introduced = false;
  #introduction: Introduction = {};

  constructor(link: AppServerLink, settings: ConnectionSettings) {
    this.#link = link;
    this.#settings = settings;
    if (link.pid !== undefined) this.pid = link.pid;
    if (link.machine !== undefined) this.machine = link.machine;
    this.exited = link.exited;
    this.#peer = new Peer({
      ...(link.machine === undefined ? {} : { machine: link.machine }),
      input: link.input,
      output: link.output,
      clock: settings.clock,
      log: settings.log,
      onNotification: (method, params) => this.#notify(method, params),
      onRequest: (request) => this.#answer(request),
    });
    // Neither rejects.
    void this.#peer.ended.then(() => link.finish());
  }

  get errorLines(): readonly string[] {
    return this.#link.errorLines;
  }

  get introduction(): Introduction {
    return this.#introduction;
  }

  /**
   * Shakes hands, and checks that Codex is logged in where it has to be.
   * @throws {CodexError} `too-old` or `not-logged-in`, or when Codex does not answer
   */
  async introduce(clientVersion: string): Promise<void> {
    const params = introduction(clientVersion);
    this.#introduction = introductionOf(
      await this.ask("initialize", params, HANDSHAKE_DEADLINE_MS),
    );
    this.#peer.notify("initialized");
    this.#settings.onGreeted?.(this);
    await this.#checkLogin();
    this.#introduced = true;
    await this.#tellIgnoredConfig();
  }

  /** Asks whether it is so still: the app-server of another machine tells it for as long as it runs. */
  async #tellIgnoredConfig(): Promise<void> {
    const { machine } = this;
    const reason = this.#ignoredConfig;
    if (reason === undefined) return;
    const isRead = await this.ask("config/read", { includeLayers: false })
      .then(() => true, () => false);
    if (isRead) return;
    const where = machine === undefined ? {} : { machine };
    this.#settings.news?.addIgnored({ type: "config.ignored", reason, ...where });
  }

  /**
   * Makes a request whose answer says nothing.
   * @throws {RpcError} when Codex answers with an error
   * @throws {CodexError} when it does not answer in time
   */
  async request(method: string, params: unknown, deadlineMs?: number): Promise<void> {
    await this.#peer.request(method, params, deadlineMs);
  }

  readonly ask: Ask = async <Method extends keyof Answers>(
    method: Method,
    params: unknown,
    deadlineMs?: number,
  ) => readAnswer(method, await this.#peer.request(method, params, deadlineMs));

  async ping(): Promise<void> {
    await this.request("thread/loaded/list", {}, PING_DEADLINE_MS);
  }

  /** Hands all messages of this thread to `listener` until the returned function is called. */
  listen(threadId: string, listener: ThreadListener): () => void {
    this.#listeners.set(threadId, listener);
    return () => {
      if (this.#listeners.get(threadId) === listener) this.#listeners.delete(threadId);
    };
  }

  /** Hands the output of this command of `command/exec` on until the returned function is called. */
  listenToOutput(
    processId: string,
    listener: (stream: "stdout" | "stderr", bytes: Uint8Array) => void,
  ): () => void {
    this.#outputs.set(processId, listener);
    return () => this.#outputs.delete(processId);
  }

  /** Hands the messages of all threads without a listener to this one. */
  listenToOthers(listener: ThreadListener): void {
    this.#others = listener;
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.#peer.close(new CodexError("exited", "Codex was shut down"));
  }

  /** A custom model provider needs no login, and Codex says so here (`requiresOpenaiAuth`). */
  async #checkLogin(): Promise<void> {
    const answer = await this.ask("account/read", { refreshToken: false }).catch((error) => {
      if (error instanceof RpcError) return undefined;
      throw error;
    });
    if (answer?.requiresOpenaiAuth !== true) return;
    if (answer.account !== null && answer.account !== undefined) return;
    if (this.#ignoredConfig !== undefined) throw ignoredConfig(this.#ignoredConfig, this.machine);
    throw new CodexError("not-logged-in", "Codex is not logged in", {
      remedy: "Run `codex login` on the machine on which Codex works",
    });
  }

  #notify(name: string, params: unknown): void {
    const address = addressOf(params);
    const notification = readNotification(name, params);
    const { threadId, turnId } = address;
    if (threadId !== undefined) this.#settings.onThread?.(threadId, turnId, notification);
    this.#settings.news?.note(notification, params);
    const listener = this.#listenerOf(address);
    if (listener !== undefined) listener.receive(notification, address);
    else this.#takeOfNoThread(notification, params);
  }

  #listenerOf({ threadId }: Address): ThreadListener | undefined {
    return threadId === undefined ? undefined : this.#listeners.get(threadId) ?? this.#others;
  }

  /** Takes a notification of no thread. */
  #takeOfNoThread(notification: Notification, params: unknown): void {
    const { log, news, onRateLimits } = this.#settings;
    switch (notification.method) {
      case "account/rateLimits/updated":
        return onRateLimits?.(notification.params);
      case "command/exec/outputDelta": {
        const { processId, stream, deltaBase64: bytes } = notification.params;
        return this.#outputs.get(processId)?.(stream, bytes);
      }
      case "news":
      case "mcpServer/startupStatus/updated": {
        const told = newsOf(notification);
        if (told === undefined) return;
        log.info("codex.notice", { news: told.type, params });
        if (!this.#introduced && told.type === "config-warning" && IGNORES_CONFIG.test(told.text)) {
          this.#ignoredConfig = told.details ?? told.text;
          return;
        }
        return news?.add(told);
      }
      case "unknown":
        return log.debug("codex.notice.unknown", { method: notification.name });
      case "ignored":
        // Harmless ones are told to nobody else.
        if (notification.name === "configWarning") log.info("codex.notice", { params });
        return;
      case "unreadable":
        return log.warn("codex.notification.unreadable", {
          method: notification.name,
          error: notification.reason,
        });
      case "error":
      case "item/agentMessage/delta":
      case "item/completed":
      case "item/fileChange/patchUpdated":
      case "item/started":
      case "serverRequest/resolved":
      case "thread/goal/cleared":
      case "thread/goal/updated":
      case "thread/started":
      case "thread/tokenUsage/updated":
      case "turn/completed":
      case "turn/diff/updated":
      case "turn/plan/updated":
      case "turn/started":
        return;
      default:
        return unreachable(notification);
    }
  }

  async #answer({ id, method, params }: IncomingRequest): Promise<unknown> {
    const address = addressOf(params);
    const listener = this.#listenerOf(address) ?? this.#others;
    if (listener === undefined) {
      throw new RpcError(INVALID_REQUEST, `Nobody here works on the thread of ${method}`);
    }
    return await listener.answer(id, readServerRequest(method, params), address);
  }
}

/** With it, Codex knows neither the provider nor the login that its file names. */
const IGNORES_CONFIG = /^invalid configuration\b.*\busing defaults\b/i;

/** A login would not help: Codex does not read its file for that either. */
function ignoredConfig(reason: string, machine: string | undefined): CodexError {
  const where = machine === undefined ? "" : ` (on ${machine})`;
  return new CodexError("handshake", `Codex cannot read its configuration: ${reason}${where}`, {
    remedy: machine === undefined ? "Correct that file" : "Correct that file there",
  });
}

/** @throws {CodexError} `too-old` */
function introductionOf({ userAgent = "", codexHome }: Answers["initialize"]): Introduction {
  const version = versionIn(userAgent);
  if (version !== undefined && !isAtLeast(version, APP_SERVER_SINCE)) {
    throw tooOld(version, APP_SERVER_SINCE);
  }
  return {
    ...(version === undefined ? {} : { version: version.text }),
    ...(codexHome === undefined ? {} : { codexHome }),
  };
}
