/**
 * Draws the recorded run for docs/images, as a wide screen and as a phone show it; needs Chromium:
 * `deno run -A tests/traces/pictures.ts`.
 */
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { reportPage } from "../../src/report/html/report_page.ts";
import { Browser } from "../support/browser/browser.ts";
import { findChromium, NO_CHROMIUM } from "../support/browser/chromium.ts";
import { recordedDiffs, recordedRun } from "./recorded.ts";

const IMAGES = new URL("../../docs/images/", import.meta.url).pathname;

const SCREENS = {
  "trace-report-desktop": { width: 1100, height: 1240 },
  "trace-report-phone": { width: 360, height: 1180, scale: 1.5, touch: true },
} as const;

/** Takes both pictures. @throws {Error} when there is no Chromium */
export async function drawReport(): Promise<void> {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(NO_CHROMIUM);
  const run = recordedRun();
  await using browser = await Browser.launch(chromium);
  const file = join(browser.folder, "run.html");
  const source = { run, diffs: recordedDiffs(), madeAt: new Date(run.endedAt), remark: "" };
  await Deno.writeTextFile(file, reportPage({ ...source, version: manifest.version }));
  await Deno.mkdir(IMAGES, { recursive: true });
  for (const [name, screen] of Object.entries(SCREENS)) {
    const tab = await browser.newTab();
    await tab.show(screen);
    await tab.go(`file://${file}`);
    await Deno.writeFile(join(IMAGES, `${name}.png`), await tab.picture());
  }
}

if (import.meta.main) await drawReport();
