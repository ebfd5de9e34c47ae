/**
 * Runs shell commands on this machine, in place of the sandbox of a real Codex: whatever runs here was
 * written by this program, or typed by the person at whose machine it is.
 */

export interface ShellCommand {
  /** For `sh -c`. */
  readonly text: string;
  /** `$0`, `$1`, … */
  readonly args?: readonly string[];
  readonly folder: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

export interface ShellEnd {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

const MOST_BYTES = 256_000;

export class LocalShell {
  readonly #program: string;
  readonly #variables: Readonly<Record<string, string>>;

  /**
   * @param program absolute path of the shell
   * @param variables all that commands get of the environment
   */
  constructor(program: string, variables: Readonly<Record<string, string>>) {
    this.#program = program;
    this.#variables = variables;
  }

  /** @throws the signal's reason when it aborts first; the command is ended then */
  async run(
    { text, args = ["sh"], folder, variables, mostBytes = MOST_BYTES, signal }: ShellCommand,
  ): Promise<ShellEnd> {
    signal?.throwIfAborted();
    const child = new Deno.Command(this.#program, {
      args: ["-c", text, ...args],
      cwd: folder,
      clearEnv: true,
      env: { ...this.#variables, ...variables },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => undefined);
    const end = (): void => {
      child.kill("SIGKILL");
      // What it has started may hold its output open: nobody waits for that.
      aborted.reject(signal?.reason);
    };
    signal?.addEventListener("abort", end, { once: true });
    try {
      const [output, errors, { code }] = await Promise.race([
        Promise.all([read(child.stdout, mostBytes), read(child.stderr, mostBytes), child.status]),
        aborted.promise,
      ]);
      return { exitCode: code, output, errors };
    } finally {
      signal?.removeEventListener("abort", end);
    }
  }
}

/** Keeps the beginning; the rest is read, so that the command can go on. */
async function read(stream: ReadableStream<Uint8Array>, most: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    if (size < most) pieces.push(piece.subarray(0, most - size));
    size += piece.length;
  }
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return new TextDecoder().decode(whole);
}
