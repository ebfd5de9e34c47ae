/** Starts the demo as a person does, and uses its page as the page's own script does. */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { DENO_FLAGS } from "../../src/cli/system_process.ts";
import { TextLineStream } from "../e2e/text_line_stream.ts";
import { denoFolder } from "../support/deno_folder.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const UNTIL_MS = 60_000;

const message = z.object({
  id: z.number(),
  mine: z.boolean(),
  text: z.string(),
  buttons: z.array(z.array(z.object({ text: z.string(), data: z.string().optional() }))),
  file: z.object({ name: z.string(), address: z.string() }).optional(),
});
const event = z.object({
  messages: z.array(message).optional(),
  changed: z.array(message).default([]),
  removed: z.array(z.number()).default([]),
});
export type PageMessage = z.infer<typeof message>;

interface DemoStart {
  /** Where temporary files are made. */
  readonly temporary: string;
  readonly home: string;
  readonly arguments?: readonly string[];
  /** Instead of the one of this process. */
  readonly path?: string;
  readonly language?: string;
}

export class RunningDemo implements AsyncDisposable {
  /** The secret address, with a slash at its end. */
  readonly url: string;
  /** What it has printed by the time at which the page can be opened. */
  readonly banner: string;
  readonly #child: Deno.ChildProcess;
  readonly #leave = new AbortController();
  readonly #messages = new Map<number, PageMessage>();
  #changed = Promise.withResolvers<void>();
  #following: Promise<void>;

  private constructor(child: Deno.ChildProcess, banner: string, language: string) {
    this.#child = child;
    this.banner = banner;
    this.url = /http:\S+/.exec(banner)?.[0] ?? "";
    this.#following = this.#follow(language);
  }

  static async start(options: DemoStart): Promise<RunningDemo> {
    const { temporary, home, path = Deno.env.get("PATH") ?? "", language = "en" } = options;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...DENO_FLAGS,
        MAIN,
        "demo",
        ...options.arguments ?? ["--no-open", "--port", "0", "--pace", "5"],
      ],
      clearEnv: true,
      env: { HOME: home, PATH: path, TMPDIR: temporary, DENO_DIR: denoFolder() },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let banner = "";
    const lines = child.stdout.pipeThrough(new TextDecoderStream());
    for await (const piece of lines.values({ preventCancel: true })) {
      banner += piece;
      if (/Ctrl-C.*\n/.test(banner)) break;
    }
    return new RunningDemo(child, banner, language);
  }

  get messages(): readonly PageMessage[] {
    return [...this.#messages.values()];
  }

  /** Waits for a message of the bot. */
  async until(fits: (message: PageMessage) => boolean): Promise<PageMessage> {
    const late = AbortSignal.timeout(UNTIL_MS);
    const aborted = Promise.withResolvers<void>();
    late.addEventListener("abort", () => aborted.resolve(), { once: true });
    while (true) {
      const found = this.messages.findLast((each) => !each.mine && fits(each));
      if (found !== undefined) return found;
      if (late.aborted) {
        throw new Error(`It did not come: ${JSON.stringify(this.messages, null, 1)}`);
      }
      await Promise.race([this.#changed.promise, aborted.promise]);
    }
  }

  /** Sends it, and waits for the reply that fits. */
  async ask(text: string, fits: RegExp): Promise<PageMessage> {
    const before = Math.max(0, ...this.#messages.keys());
    await this.act("send", { text });
    return await this.until((each) => each.id > before && fits.test(each.text));
  }

  /** Presses a button as soon as it is there. */
  async press(label: string | RegExp): Promise<PageMessage> {
    const fits = (text: string): boolean =>
      typeof label === "string" ? text === label : label.test(text);
    const found = await this.until(({ buttons }) => buttons.flat().some(({ text }) => fits(text)));
    const data = found.buttons.flat().find(({ text }) => fits(text))?.data;
    await this.act("press", { messageId: found.id, data });
    return found;
  }

  async act(name: string, body: unknown): Promise<void> {
    const response = await fetch(`${this.url}actions/${name}`, {
      method: "POST",
      headers: { origin: new URL(this.url).origin, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${name}: ${text}`);
  }

  async fetchFile({ file }: PageMessage): Promise<string> {
    return await (await fetch(`${this.url}${file?.address}`)).text();
  }

  /** Ends it as Ctrl-C does. @returns its exit code */
  async stop(): Promise<number> {
    this.#leave.abort();
    try {
      this.#child.kill("SIGINT");
    } catch {
      // It has ended.
    }
    const { code } = await this.#child.status;
    // The stream ends with the server, at the latest.
    await this.#following;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #follow(language: string): Promise<void> {
    try {
      const address = `${this.url}stream?language=${language}`;
      const { body } = await fetch(address, { signal: this.#leave.signal });
      const lines = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
      for await (const line of lines ?? []) {
        if (!line.startsWith("data: ")) continue;
        const { messages, changed, removed } = event.parse(JSON.parse(line.slice(6)));
        if (messages !== undefined) this.#messages.clear();
        for (const each of [...messages ?? [], ...changed]) this.#messages.set(each.id, each);
        for (const id of removed) this.#messages.delete(id);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      }
    } catch (error) {
      if (!this.#leave.signal.aborted) throw error;
    }
  }
}
