/**
 * Measures the first run of the demo, as somebody has it who has Node alone: a clean clone, an empty
 * home without any cache, the command of the README, a click in a real browser, the first answer.
 *
 * deno run -A tests/bench/first_run.ts
 */
import { join } from "node:path";
import { TextLineStream } from "../e2e/text_line_stream.ts";
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const README = await Deno.readTextFile(join(ROOT, "README.md"));
const COMMAND = /^npx -y (deno@\S+) task demo$/m.exec(README);

const chromium = findChromium();
if (chromium === undefined) throw new Error(NO_CHROMIUM);
if (COMMAND === null) throw new Error("README.md does not tell how to start the demo");

await using folder = await temporaryFolder();
await run("git", ["clone", "--quiet", ROOT, join(folder.path, "clone")]);
await Deno.mkdir(join(folder.path, "home"));
await using browser = await Browser.launch(chromium);
const tab = await browser.newTab();
await tab.speak("en");

for (const which of ["first", "second"]) await measure(which);

async function measure(which: string): Promise<void> {
  const startedAt = performance.now();
  const tell = (what: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    Deno.stdout.writeSync(new TextEncoder().encode(`${which} run, ${seconds} s: ${what}\n`));
  };
  const demo = new Deno.Command("npx", {
    args: ["-y", COMMAND?.[1] ?? "", "task", "demo", "--no-open", "--port", "0"],
    cwd: join(folder.path, "clone"),
    env: variables(join(folder.path, "home")),
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    // As in a terminal, where Ctrl-C goes to npx and to all that it has started.
    detached: true,
  }).spawn();
  const lines = demo.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  try {
    const url = await address(lines);
    tell("the address is printed");
    await tab.go(url);
    await tab.click(`document.querySelectorAll(".example")[1]`);
    tell("the page is open, an example is clicked");
    await tab.until(`document.querySelector(".mine .reaction")`);
    tell("the message has its reaction");
    await tab.until(`/lib\\/report/.test(document.querySelector("#messages").innerText)`);
    tell("the first answer is in the browser");
  } finally {
    Deno.kill(-demo.pid, "SIGINT");
    while (!(await lines.read()).done);
    await demo.status;
  }
}

async function address(lines: ReadableStreamDefaultReader<string>): Promise<string> {
  while (true) {
    const { done, value } = await lines.read();
    if (done) throw new Error("The demo has ended");
    const url = /http:\S+/.exec(value)?.[0];
    if (url !== undefined) return url;
  }
}

/** Keeps the address of the registry, and nothing else that caches or configures. */
function variables(home: string): Record<string, string> {
  const kept =
    /^(?:PATH|LANG|npm_config_registry|(?:https?|no)_proxy|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|DENO_CERT|DENO_TLS_\w+)$/i;
  const all = Object.entries(Deno.env.toObject()).filter(([name]) => kept.test(name));
  return { ...Object.fromEntries(all), HOME: home };
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed`);
}
