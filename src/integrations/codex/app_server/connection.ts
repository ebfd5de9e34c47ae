/** One running app-server: its process, its handshake, and who gets which of its messages. */
import { CodexError, describeError } from "../../../core/errors.ts";
import type { BackendParts } from "../backend_parts.ts";
import { type ChildExit, type ChildProcess, startChild } from "../child_process.ts";
import { abortable } from "../deadline.ts";
import { endSilentChild } from "../silent_child.ts";
import type { Connection } from "../supervisor.ts";
import { type IncomingRequest, Peer, RpcError } from "./peer.ts";
import { accountAnswer, address } from "./wire.ts";

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
 * Starts the process and introduces us. Leaves no process behind when it fails.
 * @throws {CodexError} with a remedy where there is one
 */
export async function connectAppServer(
  parts: BackendParts,
  signal: AbortSignal,
  takeNotice: TakeNotice = () => {},
): Promise<AppServerConnection> {
  const { program, environment, clock, log } = parts;
  const child = startChild({
    program: program.command,
    arguments: program.arguments,
    environment,
    clock,
    log,
  });
  const connection = new AppServerConnection(child, parts, takeNotice);
  try {
    await abortable(connection.introduce(parts.clientVersion), signal);
    return connection;
  } catch (error) {
    const ended = !signal.aborted && error instanceof CodexError && error.kind === "exited";
    const exit = ended ? await child.exited : undefined;
    await connection.close();
    throw exit === undefined ? error : endedAtStart(parts, exit, child.errorLines);
  }
}

export class AppServerConnection implements Connection {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Threads that this process has in memory, with the options that they were loaded with. */
  readonly loadedThreads = new Map<string, string>();
  readonly #child: ChildProcess;
  readonly #peer: Peer;
  readonly #parts: BackendParts;
  readonly #takeNotice: TakeNotice;
  readonly #listeners = new Map<string, ThreadListener>();

  constructor(child: ChildProcess, parts: BackendParts, takeNotice: TakeNotice) {
    this.#child = child;
    this.#parts = parts;
    this.#takeNotice = takeNotice;
    this.pid = child.pid;
    this.exited = child.exited;
    this.#peer = new Peer({
      input: child.stdin,
      output: child.stdout,
      clock: parts.clock,
      log: parts.log,
      onNotification: (method, params) => this.#notify(method, params),
      onRequest: (request) => this.#answer(request),
    });
    // Neither rejects.
    void this.#peer.ended.then(() => endSilentChild(child, parts));
  }

  get errorLines(): readonly string[] {
    return this.#child.errorLines;
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
    await this.#peer.request("initialize", { clientInfo, capabilities }, HANDSHAKE_DEADLINE_MS);
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
    await this.#child.close();
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

function endedAtStart(
  { commandLine, version }: BackendParts,
  { code, signal }: ChildExit,
  errorLines: readonly string[],
): CodexError {
  const said = errorLines.join("\n");
  if (/unrecognized subcommand|stdin is not a terminal/i.test(said)) {
    const message = `Cannot start Codex: "${commandLine}" (Codex ${version}) has no app-server`;
    const remedy = "Update Codex with `npm install -g @openai/codex@latest`";
    return new CodexError("no-subcommand", message, { remedy });
  }
  const how = signal === null ? `exit code ${code}` : signal;
  const reason = describeError(errorLines.at(-1) ?? "it gave no reason");
  return new CodexError(
    "handshake",
    `Cannot start Codex: "${commandLine}" ended at once with ${how}: ${reason}`,
  );
}
