/** One running app-server: the way to it, its handshake, and who gets which of its messages. */

import { z } from "zod";
import { abortable } from "../../../core/deadline.ts";
import { CodexError } from "../../../core/errors.ts";
import type { BackendCommons } from "../backend_parts.ts";
import type { Connection, ConnectionEnd } from "../codex_process.ts";
import { APP_SERVER_SINCE, isAtLeast, tooOld, versionIn } from "../detect.ts";
import type { AppServerParts } from "./backend.ts";
import { type IncomingRequest, Peer, RpcError } from "./json_rpc.ts";
import { accountAnswer, address, maybe } from "./protocol.ts";

/** Whoever runs a turn on a thread. */
export interface ThreadListener {
  receive(method: string, params: unknown, turnId: string | undefined): void;
  answer(request: IncomingRequest, turnId: string | undefined): Promise<unknown>;
}

/** Takes a notification that belongs to no thread at work. */
export type TakeNotice = (method: string, params: unknown) => void;

/** A brand-new CODEX_HOME and a cold disk take their time. */
const HANDSHAKE_DEADLINE_MS = 30_000;
const PING_DEADLINE_MS = 10_000;
const INVALID_REQUEST = -32600;

/**
 * Opens the way and introduces us. Leaves nothing open when it fails.
 * @throws {CodexError} with a remedy where there is one
 */
export async function connectAppServer(
  parts: AppServerParts,
  signal: AbortSignal,
  takeNotice: TakeNotice = () => {},
): Promise<AppServerConnection> {
  const link = await parts.open(signal);
  const connection = new AppServerConnection(link, parts, takeNotice);
  try {
    await abortable(connection.introduce(parts.clientVersion), signal);
    return connection;
  } catch (error) {
    const ended = !signal.aborted && error instanceof CodexError && error.kind === "exited";
    const end = ended ? await link.exited : undefined;
    await connection.close();
    throw signal.aborted ? error : link.failureAtStart(error, end);
  }
}

export class AppServerConnection implements Connection {
  readonly pid?: number;
  readonly machine?: string;
  readonly exited: Promise<ConnectionEnd>;
  /** Threads that this process has in memory, with the options that they were loaded with. */
  readonly loadedThreads = new Map<string, string>();
  readonly #link: AppServerLink;
  readonly #peer: Peer;
  readonly #parts: BackendCommons;
  readonly #takeNotice: TakeNotice;
  readonly #listeners = new Map<string, ThreadListener>();
  #introduction: Introduction = {};

  constructor(link: AppServerLink, parts: BackendCommons, takeNotice: TakeNotice) {
    this.#link = link;
    this.#parts = parts;
    this.#takeNotice = takeNotice;
    if (link.pid !== undefined) this.pid = link.pid;
    if (link.machine !== undefined) this.machine = link.machine;
    this.exited = link.exited;
    this.#peer = new Peer({
      input: link.input,
      output: link.output,
      clock: parts.clock,
      log: parts.log,
      onNotification: (method, params) => this.#notify(method, params),
      onRequest: (request) => this.#answer(request),
    });
    // Neither rejects.
    void this.#peer.ended.then(() => link.finish());
  }

  get errorLines(): readonly string[] {
    return this.#link.errorLines;
  }

  /** What the app-server has said of itself. */
  get introduction(): Introduction {
    return this.#introduction;
  }

  /** The handshake, and a look at whether Codex is logged in where it has to be. */
  async introduce(clientVersion: string): Promise<void> {
    const clientInfo = {
      name: "codex_orchestrator",
      title: "Codex Orchestrator",
      version: clientVersion,
    };
    // Cleaning up after an interrupted turn is an experiment still, as is `excludeTurns` in 0.140.
    const capabilities = { experimentalApi: true, requestAttestation: false };
    const params = { clientInfo, capabilities };
    const answer = await this.#peer.request("initialize", params, HANDSHAKE_DEADLINE_MS);
    this.#introduction = readIntroduction(answer);
    this.#peer.notify("initialized");
    await this.#checkAccount();
  }

  request(method: string, params: unknown, deadlineMs?: number): Promise<unknown> {
    return this.#peer.request(method, params, deadlineMs);
  }

  async ping(): Promise<void> {
    await this.#peer.request("thread/loaded/list", {}, PING_DEADLINE_MS);
  }

  /** All messages of this thread go to `listener` until the returned function is called. */
  listen(threadId: string, listener: ThreadListener): () => void {
    this.#listeners.set(threadId, listener);
    return () => {
      if (this.#listeners.get(threadId) === listener) this.#listeners.delete(threadId);
    };
  }

  async close(): Promise<void> {
    await this.#link.close();
    await this.#peer.close(new CodexError("exited", "Codex was shut down"));
  }

  /** A custom model provider needs no login, and says so here (`requiresOpenaiAuth`). */
  async #checkAccount(): Promise<void> {
    const answer = await this.#peer.request("account/read", { refreshToken: false })
      .catch((error) => {
        if (error instanceof RpcError) return undefined;
        throw error;
      });
    const read = accountAnswer.safeParse(answer);
    if (!read.success || !read.data.requiresOpenaiAuth) return;
    if (read.data.account !== null && read.data.account !== undefined) return;
    throw new CodexError("not-logged-in", "Codex is not logged in", {
      remedy: "Run `codex login` on the machine on which Codex works",
    });
  }

  #notify(method: string, params: unknown): void {
    const { threadId, turnId } = addressOf(params);
    const listener = threadId === undefined ? undefined : this.#listeners.get(threadId);
    if (listener !== undefined) listener.receive(method, params, turnId);
    else if (LOGGED.has(method)) this.#parts.log.info("codex.notice", { method, params });
    else this.#takeNotice(method, params);
  }

  async #answer(request: IncomingRequest): Promise<unknown> {
    const { threadId, turnId } = addressOf(request.params);
    const listener = threadId === undefined ? undefined : this.#listeners.get(threadId);
    if (listener !== undefined) return await listener.answer(request, turnId);
    throw new RpcError(INVALID_REQUEST, `Nobody here works on the thread of ${request.method}`);
  }
}

/** For the operator; nobody in a chat can do anything about them. */
const LOGGED = new Set(["warning", "configWarning", "deprecationNotice"]);

function addressOf(params: unknown): { threadId?: string; turnId?: string } {
  const parsed = address.safeParse(params);
  if (!parsed.success) return {};
  const { threadId, conversationId, turnId, turn } = parsed.data;
  const thread = threadId ?? conversationId;
  const ofTurn = turnId ?? turn?.id;
  return {
    ...(thread === undefined ? {} : { threadId: thread }),
    ...(ofTurn === undefined ? {} : { turnId: ofTurn }),
  };
}

/** Messages go both ways as lines of JSON. */
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
   * What it means that the app-server did not introduce itself.
   * @param end how the link ended; absent when it did not end by itself
   */
  failureAtStart(error: unknown, end?: ConnectionEnd): unknown;
  /** One of the streams has ended: sees to it that all of it does. Never rejects. */
  finish(): Promise<void>;
  /** Safe to call at any time; resolves when it is gone. */
  close(): Promise<void>;
}

/** @throws {CodexError} when there is no way; nothing is left open then */
export type OpenLink = (signal: AbortSignal) => Promise<AppServerLink>;

interface Introduction {
  /** E.g. `0.169.0`; absent where it does not say. */
  readonly version?: string;
  /** Codex's own folder on its machine; absent where it does not say. */
  readonly codexHome?: string;
}

const ANSWER = z.object({ userAgent: maybe(z.string()), codexHome: maybe(z.string()) });

/**
 * Reads the answer to `initialize`.
 * @throws {CodexError} `too-old`
 */
function readIntroduction(answer: unknown): Introduction {
  const read = ANSWER.safeParse(answer);
  if (!read.success) return {};
  const { userAgent = "", codexHome } = read.data;
  const version = versionIn(userAgent);
  if (version !== undefined && !isAtLeast(version, APP_SERVER_SINCE)) {
    throw tooOld(version, APP_SERVER_SINCE);
  }
  return {
    ...(version === undefined ? {} : { version: version.text }),
    ...(codexHome === undefined ? {} : { codexHome }),
  };
}
