/**
 * The program at a terminal of its own, as a person sits before it: `script` of util-linux makes a
 * pseudoterminal, with everything that the kernel does of echoing, erasing and Ctrl-C.
 */
import { environment, type ProgramOptions, startArguments } from "../e2e/program.ts";

/** As terminals of today are; and Ctrl-C ends the program, not the shell that looks afterwards. */
const BEFORE = "stty iutf8; trap : INT";
/** Shows how the program leaves the terminal behind. */
const AFTER = "code=$?; stty -a; exit $code";

/** Why there can be none here; undefined when there can. */
export function noTerminal(): string | undefined {
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"] }).outputSync();
    const version = new TextDecoder().decode(stdout);
    return version.includes("util-linux") ? undefined : "this `script` is not that of util-linux";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "there is no `script` of util-linux";
    throw error;
  }
}

export class TerminalSession implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #watchers = new Set<() => void>();
  /** Everything that was ever on the screen. */
  screen = "";

  /** @param workingDirectory where the person stands */
  constructor(options: ProgramOptions, workingDirectory: string) {
    const words = [Deno.execPath(), ...startArguments(options.home), ...options.arguments ?? []];
    const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    this.#child = new Deno.Command("script", {
      // Echo is on as at any terminal: what is hidden, the program has hidden.
      args: ["--echo", "always", "-qefc", `${BEFORE}; ${command}; ${AFTER}`, "/dev/null"],
      cwd: workingDirectory,
      clearEnv: true,
      env: { ...environment(options), SHELL: "/bin/sh", TERM: "xterm", ...options.variables },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Types or pastes. */
  async type(keys: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(keys));
  }

  /** Resolves with what fits on the screen behind `after`, now or later. */
  async shows(fits: RegExp, after = 0, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (): void => {
      const found = fits.exec(this.screen.slice(after));
      if (found !== null) resolve(found);
    };
    const timer = setTimeout(
      () => reject(new Error(`Nothing fits ${fits} on the screen:\n${this.screen}`)),
      timeoutMs,
    );
    this.#watchers.add(look);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#watchers.delete(look);
    }
  }

  /** Waits for a question that was not answered yet, and answers it. */
  async answer(question: RegExp, keys: string): Promise<void> {
    const { index } = await this.shows(question, this.#answered);
    this.#answered += index + 1;
    await this.type(keys);
  }

  #answered = 0;

  /** @returns the exit code */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await this.#reading;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended.
    }
    await this.ended();
    await this.#writer.close().catch(() => undefined);
  }

  async #read(): Promise<void> {
    // The end of a line may come in two parts.
    let rest = "";
    for await (const text of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const whole = rest + text;
      rest = whole.endsWith("\r") ? "\r" : "";
      this.screen += whole.slice(0, whole.length - rest.length).replaceAll("\r\n", "\n");
      for (const look of this.#watchers) look();
    }
    this.screen += rest;
  }
}
