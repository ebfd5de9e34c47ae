/** A headless Chromium of one's own, which goes without a trace. */
import { TextLineStream } from "../../e2e/text_line_stream.ts";
import { removeFolder } from "../temporary_folder.ts";
import { DevTools } from "./devtools.ts";
import { Tab } from "./tab.ts";

const ARGUMENTS = [
  "--headless",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--hide-scrollbars",
  "--mute-audio",
  "--no-first-run",
  // Without it Chromium refuses to run as root; the pages are our own.
  "--no-sandbox",
  "--remote-debugging-port=0",
];
const LISTENING = /^DevTools listening on (ws:\S+)/;

export class Browser implements AsyncDisposable {
  /** Where downloads go, among others. */
  readonly folder: string;
  readonly #child: Deno.ChildProcess;
  readonly #tools: DevTools;
  readonly #drained: Promise<void>;

  private constructor(parts: {
    readonly folder: string;
    readonly child: Deno.ChildProcess;
    readonly tools: DevTools;
    readonly drained: Promise<void>;
  }) {
    this.folder = parts.folder;
    this.#child = parts.child;
    this.#tools = parts.tools;
    this.#drained = parts.drained;
  }

  /** @param program as `findChromium` names it */
  static async launch(program: string): Promise<Browser> {
    const folder = await Deno.makeTempDir({ prefix: "browser-" });
    const child = new Deno.Command(program, {
      args: [...ARGUMENTS, `--user-data-dir=${folder}/profile`],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const { address, drained } = await listening(child);
    return new Browser({ folder, child, tools: await DevTools.connect(address), drained });
  }

  async newTab(): Promise<Tab> {
    const { targetId } = await this.#tools.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.#tools.call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    await this.#tools.call("Browser.setDownloadBehavior", {
      behavior: "allow",
      downloadPath: this.folder,
    });
    return await Tab.prepare(this.#tools, String(sessionId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It may be gone before it has answered.
    await this.#tools.call("Browser.close").catch(() => undefined);
    await this.#tools.close();
    await this.#child.status;
    await this.#drained;
    await removeFolder(this.folder);
  }
}

/** Reads on to the end, as a full pipe would stop the browser. */
function listening(
  child: Deno.ChildProcess,
): Promise<{ readonly address: string; readonly drained: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    const read = async (): Promise<void> => {
      const text = child.stderr.pipeThrough(new TextDecoderStream());
      for await (const line of text.pipeThrough(new TextLineStream())) {
        said.push(line);
        const address = LISTENING.exec(line)?.[1];
        if (address !== undefined) resolve({ address, drained });
      }
      reject(new Error(`The browser ended at once:\n${said.slice(-10).join("\n")}`));
    };
    const drained = read();
  });
}
