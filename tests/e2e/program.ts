/**
 * The whole program as a person runs it: a process of its own, with the permissions of
 * `deno task start`, an empty home, the Bot API server on loopback, and a real Codex whose model is
 * a scripted Responses API.
 */
import assert from "node:assert/strict";
import { TextLineStream } from "./text_line_stream.ts";
import { denoFolder } from "../support/deno_folder.ts";
import manifest from "../../deno.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);

/** What the child needs of this machine to run at all: where things are, and how TLS is trusted. */
const HANDED_ON = [
  "PATH",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
];
/** Counting lines makes a program start three times as slowly, so that few of them do. */
const COVERAGE = "DENO_COVERAGE_DIR";

export interface ProgramOptions {
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** Its lines count for the coverage. */
  readonly measured: boolean;
}

/** One process of the program, from its start to its end. */
export class Program {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly log: string[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(options: ProgramOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...startArguments(options.home), ...options.arguments ?? []],
      cwd: options.home,
      clearEnv: true,
      env: { ...environment(options), ...options.variables },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reading = Promise.all([
      this.#read(this.#child.stdout),
      this.#read(this.#child.stderr),
    ]);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Resolves with the first line of the output that fits, now or later. */
  async logged(fits: RegExp, timeoutMs = 120_000): Promise<string> {
    const find = (): string | undefined => this.log.find((line) => fits.test(line));
    const known = find();
    if (known !== undefined) return known;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const look = (): void => {
      const line = find();
      if (line !== undefined) resolve(line);
    };
    const timer = setTimeout(
      () => reject(new Error(`No line fits ${fits} in:\n${this.log.join("\n")}`)),
      timeoutMs,
    );
    this.#watchers.add(look);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** Asks the program to end and waits for it. */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<number> {
    this.#child.kill(signal);
    return await this.ended();
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended();
  }

  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  /** Stops it unless it has ended. */
  async end(): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch (error) {
      // It has ended, perhaps a moment ago.
      if (!(error instanceof TypeError)) throw error;
    }
    await this.ended();
  }

  async #read(output: ReadableStream<Uint8Array>): Promise<void> {
    const lines = output.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      this.log.push(line);
      for (const look of this.#watchers) look();
    }
  }
}

/** The arguments that `deno task start` gives, its `$HOME` filled in. */
export function startArguments(home: string): string[] {
  const [program, ...rest] = manifest.tasks.start.command.split(" ");
  assert.equal(program, "deno");
  return rest.map((word) =>
    word === "main.ts" ? new URL(word, ROOT).pathname : word.replaceAll("$HOME", home)
  );
}

export function environment({ home, measured }: ProgramOptions): Record<string, string> {
  const handedOn = [...HANDED_ON, ...(measured ? [COVERAGE] : [])].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(handedOn), HOME: home, DENO_DIR: denoFolder() };
}
