/** Opens the report in a browser the size of a phone. */
import assert from "node:assert/strict";
import { reportPage } from "../../src/report/html/report_page.ts";
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import { temporaryFolder } from "../support/temporary_folder.ts";
import { recordedDiffs, recordedRun } from "../traces/recorded.ts";
import { HOSTILE_DIFF, hostileRun } from "./hostile_run.ts";

const chromium = findChromium();

Deno.test({
  name:
    `the report fits into 360 pixels, runs no script and fetches nothing, even for a hostile run${
      chromium ? "" : `: ${NO_CHROMIUM}`
    }`,
  ignore: chromium === undefined,
  fn: async () => {
    await using folder = await temporaryFolder();
    const common = { madeAt: new Date(), version: "0.0.0", remark: "" };
    const pages = {
      recorded: reportPage({ run: recordedRun(), diffs: recordedDiffs(), ...common }),
      hostile: reportPage({ run: hostileRun(), diffs: [HOSTILE_DIFF], ...common }),
      korean: reportPage({ run: hostileRun(), diffs: [HOSTILE_DIFF], ...common, language: "ko" }),
    };
    await using browser = await Browser.launch(chromium ?? "");
    for (const [name, text] of Object.entries(pages)) {
      const file = `${folder.path}/${name}.html`;
      await Deno.writeTextFile(file, text);
      const tab = await browser.newTab();
      await tab.show({ width: 360, height: 740 });
      await tab.go(`file://${file}`);
      const seen = await tab.evaluate(`(() => {
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
        // The page's own policy has let its style sheet in.
        background: "rgb(244, 245, 247)",
      }, name);
      assert.deepEqual(tab.requested, [`file://${file}`]);
    }
  },
});
