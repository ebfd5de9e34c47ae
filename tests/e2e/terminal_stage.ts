/** A stage for the chat in the terminal: an empty home, a scripted model, a real Codex in PATH. */
import { basename, dirname, join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { codexProgram, HOMES, writeCodexHome } from "../support/codex_programs.ts";
import { type CodexVersion } from "../support/codex_versions.ts";
import { type ResponsesApi, startResponsesApi } from "../support/responses_api.ts";
import { Screen } from "../support/screen.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { removeFolder } from "../support/temporary_folder.ts";

export interface TerminalEnd {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const ROOT = new URL("../../", import.meta.url);
const SIZE = { columns: 80, rows: 40 };
const HANDED_ON = ["DENO_TLS_CA_STORE", "NODE_EXTRA_CA_CERTS"];
const COVERAGE = "DENO_COVERAGE_DIR";

export class TerminalStage implements AsyncDisposable {
  readonly home: string;
  readonly folder: string;
  readonly model: ResponsesApi;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #shown: ShownChat[] = [];

  private constructor(home: string, model: ResponsesApi, program: string, handedOn: string[]) {
    this.home = home;
    this.folder = join(home, "project");
    this.model = model;
    this.#variables = {
      ...Object.fromEntries(handedOn.flatMap((name) => {
        const value = Deno.env.get(name);
        return value === undefined ? [] : [[name, value]];
      })),
      HOME: home,
      CODEX_HOME: join(home, "codex-home"),
      PATH: `${dirname(program)}:${Deno.env.get("PATH")}`,
      DENO_DIR: denoFolder(),
    };
  }

  /**
   * There is no conf.toml, and no token of a bot.
   * @param measured its lines count for the coverage; it starts slowly then
   */
  static async set(codex: CodexVersion, { measured = false } = {}): Promise<TerminalStage> {
    const home = join(HOMES, crypto.randomUUID());
    const program = await codexProgram(codex);
    const model = await startResponsesApi();
    const stage = new TerminalStage(home, model, program, [
      ...HANDED_ON,
      ...(measured ? [COVERAGE] : []),
    ]);
    await Deno.mkdir(stage.folder, { recursive: true });
    await writeCodexHome(join(home, "codex-home"), model.url);
    if (basename(program) !== "codex") throw new Error(`${program} cannot be found by its name`);
    return stage;
  }

  get stateFolder(): string {
    return join(this.home, ".codex-orchestrator");
  }

  /** The folder of the one conversation that was held. */
  async conversationFolder(): Promise<string> {
    const parent = join(this.stateFolder, "terminal");
    const names = await Array.fromAsync(Deno.readDir(parent), ({ name }) => name);
    return join(parent, names[0] ?? "");
  }

  /** Without a terminal; `input` is piped in. */
  start(args: readonly string[], input = ""): Deno.ChildProcess {
    const child = this.begin(args);
    void feed(child, input);
    return child;
  }

  /** The same, with an input that stays open. */
  begin(args: readonly string[]): Deno.ChildProcess {
    const [, ...start] = startCommand();
    return new Deno.Command(Deno.execPath(), {
      args: [...start, "chat", ...args],
      cwd: this.folder,
      clearEnv: true,
      env: this.#variables,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async run(args: readonly string[], input = ""): Promise<TerminalEnd> {
    return await endOf(this.start(args, input));
  }

  /** At a terminal of its own. */
  show(args: readonly string[], variables: Readonly<Record<string, string>> = {}): ShownChat {
    const words = [Deno.execPath(), ...startCommand().slice(1), "chat", ...args];
    const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const size = `stty cols ${SIZE.columns} rows ${SIZE.rows}`;
    // The modes of the terminal are told when the chat is over.
    const whole = `${size}; before=$(stty -g); ${line}; code=$?; ` +
      `[ "$(stty -g)" = "$before" ] && echo restored; exit $code`;
    const child = new Deno.Command("script", {
      args: ["-qefc", whole, "/dev/null"],
      cwd: this.folder,
      clearEnv: true,
      env: { ...this.#variables, TERM: "xterm-256color", SHELL: "/bin/sh", ...variables },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const shown = new ShownChat(child, new Screen(SIZE.columns, SIZE.rows));
    this.#shown.push(shown);
    return shown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const shown of this.#shown) await shown.end();
    await this.model.close();
    await removeFolder(this.home);
  }
}

/** A chat as a person sees it and types into it. */
export class ShownChat {
  readonly screen: Screen;
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #watchers = new Set<() => void>();

  constructor(child: Deno.ChildProcess, screen: Screen) {
    this.screen = screen;
    this.#child = child;
    this.#keys = child.stdin.getWriter();
    this.#reading = this.#read();
  }

  async type(text: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(text));
  }

  /** Resolves when the screen fits. */
  async sees(fits: RegExp, timeoutMs = 60_000): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      if (fits.test(this.screen.text)) resolve(this.screen.text);
    };
    const late = (): void => reject(new Error(`Nothing fits ${fits} in:\n${this.screen.text}`));
    const timer = setTimeout(late, timeoutMs);
    this.#watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#reading;
    await this.#keys.close().catch(() => {
      // The terminal is gone.
    });
    return code;
  }

  async end(): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.ended();
  }

  async #read(): Promise<void> {
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.screen.write(text);
      for (const look of this.#watchers) look();
    }
  }
}

export async function endOf(child: Deno.ChildProcess): Promise<TerminalEnd> {
  const text = (stream: ReadableStream<Uint8Array>): Promise<string> => new Response(stream).text();
  const [output, errors, { code }] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.status,
  ]);
  return { code, output, errors };
}

/** The permissions that `deno task start` gives. */
function startCommand(): string[] {
  const main = new URL("main.ts", ROOT).pathname;
  return manifest.tasks.start.command.split(" ").map((word) => word === "main.ts" ? main : word);
}

async function feed({ stdin }: Deno.ChildProcess, input: string): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
  } catch {
    // It has ended without reading.
  }
}
