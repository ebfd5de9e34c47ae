/** Pictures the demo's page while its scripted Codex plays the job. */
import { join } from "node:path";
import { ENGLISH } from "../../src/demo/story/english.ts";
import { KOREAN } from "../../src/demo/story/korean.ts";
import type { StoryWords } from "../../src/demo/story/words.ts";
import type { Language } from "../../src/texts/language.ts";
import { textsFor } from "../../src/texts/texts.ts";
import { RunningDemo } from "../demo/running_demo.ts";
import type { Browser } from "../support/browser/browser.ts";
import type { Screen, Tab } from "../support/browser/tab.ts";
import { namesIn, temporaryFolder } from "../support/temporary_folder.ts";
import type { PictureSet } from "./picture_set.ts";

interface View {
  readonly name: string;
  readonly moment: "asking" | "done";
  readonly screen: Screen;
}

/** High enough for a request, an approval and the answer. */
const DESKTOP = { width: 900, height: 1180 };
const PHONE = { width: 390, height: 844, scale: 1.5, touch: true };
/** Leaves time for the animation of new messages. */
const SETTLING_MS = 800;
/** Slow enough that each step is shown. */
const PACE_MS = 400;

export const DEMO_PICTURES: readonly PictureSet[] = [
  setOf("en", ENGLISH, [
    { name: "demo-phone", moment: "asking", screen: PHONE },
    { name: "demo-dark", moment: "done", screen: { ...DESKTOP, dark: true } },
    { name: "demo-desktop", moment: "done", screen: DESKTOP },
  ]),
  setOf("ko", KOREAN, [{ name: "demo-ko", moment: "done", screen: DESKTOP }]),
];

function setOf(language: Language, words: StoryWords, views: readonly View[]): PictureSet {
  return {
    names: views.map(({ name }) => name),
    async draw(browser, keep): Promise<void> {
      await using folder = await temporaryFolder();
      await using demo = await RunningDemo.start({
        home: folder.path,
        temporary: folder.path,
        arguments: ["--no-open", "--port", "0", "--pace", String(PACE_MS)],
        language,
      });
      const tab = await openPage(browser, demo, language);
      const made = namesIn(folder.path).find((name) => name.includes("demo")) ?? "";
      const look = async (moment: View["moment"]): Promise<void> => {
        for (const { name, screen } of views.filter((each) => each.moment === moment)) {
          await keep(name, await picture(tab, screen, join(folder.path, made)));
        }
      };
      await demo.act("send", { text: words.suggestions[0]?.text });
      await demo.press(words.plan.withTotal);
      const { accept } = textsFor(language).approvals;
      await demo.until(({ buttons }) => buttons.flat().some(({ text }) => text === accept));
      await look("asking");
      await demo.press(accept);
      await demo.until(({ text }) => text.includes("sh tally --json docs/*.md"));
      await look("done");
    },
  };
}

async function openPage(browser: Browser, { url }: RunningDemo, language: Language): Promise<Tab> {
  const tab = await browser.newTab();
  await tab.speak(language);
  await tab.show(DESKTOP);
  await tab.go(url);
  return tab;
}

async function picture(tab: Tab, screen: Screen, folder: string): Promise<Uint8Array> {
  await tab.show(screen);
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  await tab.evaluate(renaming(folder, "~"));
  return await tab.picture();
}

/** Replaces the folders of the machine that draws the picture. */
function renaming(from: string, to: string): string {
  return `(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { data } = texts.currentNode;
      const named = data.replaceAll(${JSON.stringify(from)}, ${JSON.stringify(to)});
      if (named !== data) texts.currentNode.data = named;
    }
  })()`;
}
