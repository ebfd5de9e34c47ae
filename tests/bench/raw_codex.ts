/** A client of Codex without any program in between: what a turn takes at the least. */
import { TextLineStream } from "../e2e/text_line_stream.ts";

interface RawCodexOptions {
  /** Path of the native program. */
  readonly program: string;
  /** CODEX_HOME. */
  readonly home: string;
  readonly server: "app-server" | "mcp-server";
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly threadId?: string };
  readonly result?: unknown;
  readonly error?: unknown;
}

/** One warm process of Codex. Reads each message as JSON, which any client has to. */
export class RawCodex implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #ends = new Map<string, () => void>();
  readonly #reading: Promise<void>;
  #requests = 0;

  private constructor({ program, home, server }: RawCodexOptions) {
    this.#child = new Deno.Command(program, {
      args: [server],
      clearEnv: true,
      env: { PATH: Deno.env.get("PATH") ?? "", HOME: home, CODEX_HOME: home },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  static async start(options: RawCodexOptions): Promise<RawCodex> {
    const raw = new RawCodex(options);
    await (options.server === "app-server"
      ? raw.request("initialize", {
        clientInfo: { name: "bench", title: "Bench", version: "0.0.0" },
        capabilities: { experimentalApi: true, requestAttestation: false },
      })
      : raw.request("initialize", {
        protocolVersion: "2025-06-18",
        clientInfo: { name: "bench", version: "0.0.0" },
        capabilities: { elicitation: {} },
      }));
    raw.#send({
      method: options.server === "app-server" ? "initialized" : "notifications/initialized",
    });
    return raw;
  }

  request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#requests;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#send({ id, method, params });
    return answer.promise;
  }

  /** @returns the id of a new thread of the app-server */
  async thread(params: Readonly<Record<string, unknown>>): Promise<string> {
    return textAt(await this.request("thread/start", params), "thread", "id");
  }

  /** Resolves at the end of the turn, in milliseconds since it was asked for. */
  async turn(threadId: string, text: string, more: Record<string, unknown> = {}): Promise<number> {
    const end = Promise.withResolvers<void>();
    this.#ends.set(threadId, end.resolve);
    const startedAt = performance.now();
    await this.request("turn/start", { threadId, input: [{ type: "text", text }], ...more });
    await end.promise;
    return performance.now() - startedAt;
  }

  /** Begins a conversation of the MCP server, and returns its id. */
  async conversation(args: Readonly<Record<string, unknown>>): Promise<string> {
    const result = await this.request("tools/call", { name: "codex", arguments: args });
    return textAt(result, "structuredContent", "threadId");
  }

  /** The same as {@link turn}, with the MCP server. */
  async reply(threadId: string, prompt: string): Promise<number> {
    const startedAt = performance.now();
    const args = { threadId, prompt };
    await this.request("tools/call", { name: "codex-reply", arguments: args });
    return performance.now() - startedAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#reading;
    // The pipe is broken by then.
    await this.#writer.abort().catch(() => undefined);
  }

  #send(message: Record<string, unknown>): void {
    const line = `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
    // A process that has ended is noticed by what it does not answer.
    this.#writer.write(this.#encoder.encode(line)).catch(() => undefined);
  }

  async #read(): Promise<void> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) this.#take(JSON.parse(line));
  }

  #take({ id, method, params, result, error }: Message): void {
    if (method === "turn/completed") this.#ends.get(params?.threadId ?? "")?.();
    if (id === undefined || method !== undefined) return;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(JSON.stringify(error)));
  }
}

function textAt(value: unknown, ...path: readonly string[]): string {
  let found: unknown = value;
  for (const name of path) {
    found = typeof found === "object" && found !== null ? Reflect.get(found, name) : undefined;
  }
  if (typeof found !== "string") {
    throw new Error(`No ${path.join(".")} in ${JSON.stringify(value)}`);
  }
  return found;
}
