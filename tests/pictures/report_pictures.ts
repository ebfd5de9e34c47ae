/** Pictures the report of the recorded run, on a wide screen and on a phone. */
import { join } from "node:path";
import manifest from "../../deno.json" with { type: "json" };
import { reportPage } from "../../src/report/html/report_page.ts";
import { recordedDiffs, recordedRun } from "../traces/recorded.ts";
import type { PictureSet } from "./picture_set.ts";

const SCREENS = {
  "trace-report-desktop": { width: 1100, height: 945 },
  "trace-report-phone": { width: 360, height: 1122, scale: 1.5, touch: true },
} as const;

export const REPORT_PICTURES: PictureSet = {
  names: Object.keys(SCREENS),
  async draw(browser, keep): Promise<void> {
    const run = recordedRun();
    const file = join(browser.folder, "run.html");
    const source = { run, diffs: recordedDiffs(), madeAt: new Date(run.endedAt), remark: "" };
    await Deno.writeTextFile(file, reportPage({ ...source, version: manifest.version }));
    for (const [name, screen] of Object.entries(SCREENS)) {
      const tab = await browser.newTab();
      await tab.show(screen);
      await tab.go(`file://${file}`);
      await keep(name, await tab.picture());
    }
  },
};
