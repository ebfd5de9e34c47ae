/** Runs a finished executable in its own home, without this process's variables. */

/** What a program needs to start; on Windows it needs more. */
const HANDED_ON = ["PATH", "Path", "SystemRoot", "TEMP", "TMP", "TMPDIR", "DENO_DIR"];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly executable: string;
  readonly home: string;
  /** Of the process, and what is to be added. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs it to its end. */
export async function runExecutable(place: Place, args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await commandOf(place, args).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A running executable; killed at the end of the scope if it still runs. */
export class RunningExecutable implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #output = "";
  #over = false;

  constructor(place: Place, args: readonly string[]) {
    this.#child = commandOf(place, args).spawn();
    this.#reading = Promise.all([this.#read(this.#child.stdout), this.#read(this.#child.stderr)])
      .then(() => {});
    void this.#child.status.then(() => this.#over = true);
  }

  /** Everything that it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Asks it to end. Windows has no signal for that: there it is killed. */
  async stop(): Promise<number> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#over) this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) this.#output += text;
  }
}

function commandOf({ executable, home, variables }: Place, args: readonly string[]): Deno.Command {
  const known = Object.entries(variables).filter(([name]) =>
    HANDED_ON.includes(name) || name.startsWith("TELEGRAM_")
  );
  // The command of npm's package is a script, which npm starts with node.
  const [program, ...words] = executable.endsWith(".js") ? ["node", executable] : [executable];
  return new Deno.Command(program, {
    args: [...words, ...args],
    cwd: home,
    clearEnv: true,
    env: { ...Object.fromEntries(known), HOME: home, USERPROFILE: home },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}
