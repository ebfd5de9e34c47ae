/** Real app-servers that listen, as they do on other machines; these are on this one. */
import { join } from "node:path";
import type { MachineSettings } from "../../src/core/codex/codex_settings.ts";
import { codexProgram } from "./codex_programs.ts";
import { NEWEST } from "./codex_versions.ts";
import { lastingPort } from "./lasting_port.ts";

export interface RemoteCodexOptions {
  readonly transport: "ws" | "unix";
  /** The whole environment of Codex. */
  readonly environment: Readonly<Record<string, string>>;
  /** It lets nobody in without it; for `ws` only. */
  readonly token?: string;
  /** Where an earlier one listened; default: anywhere. */
  readonly at?: MachineSettings["endpoint"];
}

const READY_MS = 60_000;

export class RemoteCodex implements AsyncDisposable {
  readonly endpoint: MachineSettings["endpoint"];
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<void>;
  readonly #folder: string;

  private constructor(
    endpoint: MachineSettings["endpoint"],
    child: Deno.ChildProcess,
    output: Promise<void>,
    folder: string,
  ) {
    this.endpoint = endpoint;
    this.#child = child;
    this.#output = output;
    this.#folder = folder;
  }

  /** Starts one and waits until it listens. */
  static async start(options: RemoteCodexOptions): Promise<RemoteCodex> {
    // Paths of sockets must be short.
    const folder = await Deno.makeTempDir({ prefix: "codex-socket-" });
    const listen = addressOf(options, folder);
    const child = new Deno.Command(await codexProgram(NEWEST), {
      args: ["app-server", "--listen", listen, ...await tokenArguments(options, folder)],
      env: { ...options.environment },
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { said, output } = read(child.stderr);
    const endpoint = options.transport === "unix"
      ? await socketAt(listen.slice("unix://".length))
      : networkEndpoint(await said);
    return new RemoteCodex(endpoint, child, output, folder);
  }

  /** As `app_server_url` has it. */
  get url(): string {
    return this.endpoint.type === "unix" ? `unix://${this.endpoint.path}` : this.endpoint.url;
  }

  /** A killed Codex leaves them behind. */
  async #removeSocket(): Promise<void> {
    if (this.endpoint.type !== "unix") return;
    const link = await Deno.readLink(this.endpoint.path).catch(() => undefined);
    for (const file of link === undefined ? [] : filesBehind(link)) {
      await Deno.remove(file).catch(() => undefined);
    }
  }

  machine(token?: string): MachineSettings {
    const { endpoint, url } = this;
    return { name: url, endpoint, ...(token === undefined ? {} : { token }) };
  }

  /** Ends it as a power cut would. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
    await this.#output;
    await this.#removeSocket();
    await Deno.remove(this.#folder, { recursive: true }).catch(() => undefined);
  }
}

/** Where Codex has put what its address is a link to, and a lock beside it. */
function filesBehind(socket: string): readonly string[] {
  return [socket, `${socket}.lock`];
}

function addressOf({ transport, at }: RemoteCodexOptions, folder: string): string {
  if (at === undefined) {
    return transport === "unix"
      ? `unix://${join(folder, "codex.sock")}`
      : `ws://127.0.0.1:${lastingPort()}`;
  }
  return at.type === "unix" ? `unix://${at.path}` : `ws://${at.host}:${at.port}`;
}

async function tokenArguments({ token }: RemoteCodexOptions, folder: string): Promise<string[]> {
  if (token === undefined) return [];
  const file = join(folder, "token");
  await Deno.writeTextFile(file, token);
  return ["--ws-auth", "capability-token", "--ws-token-file", file];
}

/** Codex prints the address that it has taken. */
function read(
  stream: ReadableStream<Uint8Array>,
): { readonly said: Promise<string>; readonly output: Promise<void> } {
  const { promise: said, resolve, reject } = Promise.withResolvers<string>();
  said.catch(() => undefined);
  const readAll = async (): Promise<void> => {
    let text = "";
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      const address = /listening on: (ws:\/\/\S+)\s/.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    }
    reject(new Error(`Codex does not listen:\n${text}`));
  };
  return { said, output: readAll() };
}

function networkEndpoint(address: string): MachineSettings["endpoint"] {
  const { hostname, port } = new URL(address);
  return { type: "network", url: address, host: hostname, port: Number(port) };
}

async function socketAt(path: string): Promise<MachineSettings["endpoint"]> {
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    try {
      (await Deno.connect({ transport: "unix", path })).close();
      return { type: "unix", path };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`Codex does not listen at ${path}`);
}
