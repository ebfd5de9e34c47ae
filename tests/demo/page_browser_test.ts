/** Uses the demo as a person does: the command, a real browser, a run from the click to the answer. */
import assert from "node:assert/strict";
import { TextLineStream } from "../e2e/text_line_stream.ts";
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import type { Tab } from "../support/browser/tab.ts";
import { denoFolder } from "../support/deno_folder.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";

const chromium = findChromium();
const ROOT = new URL("../../", import.meta.url);

Deno.test({
  name: `the demo in a browser answers an example after an approval and a review${
    chromium ? "" : `: ${NO_CHROMIUM}`
  }`,
  ignore: chromium === undefined,
  async fn(): Promise<void> {
    assert.ok(chromium !== undefined);
    await using home = await temporaryFolder();
    const demo = await startDemo(home.path);
    try {
      await using browser = await Browser.launch(chromium);
      const tab = await browser.newTab();
      await tab.speak("en");
      await tab.show({ width: 360, height: 700, touch: true });
      await tab.go(demo.url);
      await tab.until(`/Scripted Codex/.test(document.querySelector(".banner.echo")?.innerText)`);
      await playRun(tab);
      await fetchLog(tab, browser.folder);
      const width = await tab.evaluate("document.documentElement.scrollWidth");
      assert.equal(width, 360, "nothing scrolls sideways");
      assert.deepEqual(tab.problems, []);
      await demo.stop();
      await tab.until(`document.querySelector(".banner.stopped")`);
    } finally {
      await demo.stop();
    }
  },
});

/** Sends the first example, which takes a plan, a question, an approval and two rounds of review. */
async function playRun(tab: Tab): Promise<void> {
  await tab.click(`document.querySelector(".example")`);
  await tab.until(`document.querySelector(".mine .reaction")?.innerText.includes("👀")`);
  await tab.click(button("Yes, with a total"));
  await tab.click(button("Allow once"));
  await tab.until(`/Allowed once by You/.test(${messages})`);
  await tab.until(`document.querySelector(".mine .reaction")?.innerText.includes("👌")`);
  await tab.until(`/Approved in round 2/.test(${messages})`);
  await tab.click(`[...document.querySelectorAll(".theirs .quoted")].at(-1)`);
  await tab.until(`document.querySelector("#message-1.found")`);
  await tab.click(
    `[...document.querySelectorAll(".chip")].find((chip) => chip.innerText === "/undo")`,
  );
  await tab.until(`/Taken back: 4 files/.test(${messages})`);
}

async function fetchLog(tab: Tab, folder: string): Promise<void> {
  await tab.evaluate(`document.querySelector("textarea").focus()`);
  await tab.type("/lo");
  await tab.until(
    `document.querySelector(".commands [aria-selected=true]")?.innerText.includes("/log")`,
  );
  await tab.evaluate(`document.querySelector("textarea").value = ""`);
  await tab.type("/log all");
  await tab.press("Enter");
  await tab.click(`document.querySelector("a.document")`);
  const log = await downloaded(`${folder}/log.txt`);
  assert.match(log, /Planning[^]*Developing · round 1[^]*Reviewing · round 1/);
  assert.match(log, /Developing · round 2[^]*Reviewing · round 2/);
}

async function downloaded(path: string): Promise<string> {
  for (const end = performance.now() + 30_000; performance.now() < end;) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text !== "") return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} was not downloaded`);
}

const messages = `document.querySelector("#messages").innerText`;

function button(label: string): string {
  return `[...document.querySelectorAll(".key")].find((key) => key.innerText === "${label}")`;
}

/** Starts the demo as in the README, with an empty home, on a free port. */
async function startDemo(home: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo", "--no-open", "--port", "0", "--pace", "20"],
    cwd: ROOT,
    env: { HOME: home, DENO_DIR: denoFolder() },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const { value = "" } = await lines.read();
  const url = /http:\S+/.exec(value)?.[0];
  assert.ok(url !== undefined, value);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    child.kill("SIGINT");
    while (!(await lines.read()).done);
    assert.equal((await child.status).code, 0);
  };
  return { url, stop: () => stopped ??= stop() };
}
