/** The page as a browser on a phone shows it. */
import assert from "node:assert/strict";
import puppeteer from "puppeteer-core";
import { reportPage } from "../../src/report/html/report_page.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { recordedDiffs, recordedRun } from "../traces/recorded.ts";
import { browserPath } from "./browser_path.ts";
import { HOSTILE_DIFF, hostileRun } from "./hostile_run.ts";

const BROWSER = await browserPath();

Deno.test({
  name: "the page fits into 360 pixels, runs no script and fetches nothing, also of a hostile run",
  ignore: BROWSER === undefined,
  // The browser is another process, and its library leaves timers to the end.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await using folder = await temporaryFolder();
    const common = { madeAt: new Date(), version: "0.0.0", remark: "" };
    const pages = {
      recorded: reportPage({ run: recordedRun(), diffs: recordedDiffs(), ...common }),
      hostile: reportPage({ run: hostileRun(), diffs: [HOSTILE_DIFF], ...common }),
    };
    const browser = await puppeteer.launch({
      executablePath: BROWSER ?? "",
      args: ["--no-sandbox", "--disable-gpu"],
      userDataDir: `${folder.path}/profile`,
    });
    try {
      for (const [name, text] of Object.entries(pages)) {
        const file = `${folder.path}/${name}.html`;
        await Deno.writeTextFile(file, text);
        const page = await browser.newPage();
        const requested: string[] = [];
        page.on("request", (request) => requested.push(request.url()));
        await page.setViewport({ width: 360, height: 740 });
        await page.goto(`file://${file}`);
        const seen = await page.evaluate(`(() => {
          for (const box of document.querySelectorAll("details")) box.open = true;
          return {
            width: document.documentElement.scrollWidth,
            owned: String(window.owned),
            scripts: document.scripts.length,
            background: getComputedStyle(document.body).backgroundColor,
          };
        })()`);
        assert.deepEqual(seen, {
          width: 360,
          owned: "undefined",
          scripts: 0,
          // The style sheet is the one that the page's own policy lets in.
          background: "rgb(244, 245, 247)",
        }, name);
        assert.deepEqual(requested, [`file://${file}`]);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  },
});
