/** Pictures the demo's page while the real program and a real Codex play the recorded run. */
import { PageChat } from "../../src/demo/page/page_chat.ts";
import { servePage } from "../../src/demo/page/server.ts";
import { createSystemClock } from "../../src/integrations/system_clock.ts";
import type { Stage } from "../e2e/stage.ts";
import type { Browser } from "../support/browser/browser.ts";
import type { Screen, Tab } from "../support/browser/tab.ts";
import { play } from "../transcript/play.ts";
import { ENGLISH } from "../transcript/story/english.ts";
import { KOREAN } from "../transcript/story/korean.ts";
import type { Words } from "../transcript/story/words.ts";
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

export const DEMO_PICTURES: readonly PictureSet[] = [
  setOf(ENGLISH, [
    { name: "demo-phone", moment: "asking", screen: PHONE },
    { name: "demo-dark", moment: "done", screen: { ...DESKTOP, dark: true } },
    { name: "demo-desktop", moment: "done", screen: DESKTOP },
  ]),
  setOf(KOREAN, [{ name: "demo-ko", moment: "done", screen: DESKTOP }]),
];

function setOf(words: Words, views: readonly View[]): PictureSet {
  return {
    names: views.map(({ name }) => name),
    async draw(browser, keep): Promise<void> {
      await using page = new OpenPage(browser, words.language);
      const look = async (moment: View["moment"]): Promise<void> => {
        for (const view of views.filter((each) => each.moment === moment)) {
          await keep(view.name, await page.picture(view.screen));
        }
      };
      await play(words, {
        begin: (stage) => page.open(stage),
        asking: () => look("asking"),
        done: () => look("done"),
      });
    },
  };
}

/** Keeps the page open during the run, as a person would. */
class OpenPage implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #language: string;
  #server: AsyncDisposable | undefined;
  #tab: Tab | undefined;
  #workspace = "";

  constructor(browser: Browser, language: string) {
    this.#browser = browser;
    this.#language = language;
  }

  async open({ world, owner, workspace }: Stage): Promise<void> {
    this.#workspace = workspace;
    const server = servePage({
      chat: new PageChat(world, owner),
      setting: { bot: { name: "Codex", username: "codex_demo_bot" }, work: "codex" },
      clock: createSystemClock(),
      port: 0,
    });
    this.#server = server;
    this.#tab = await this.#browser.newTab();
    await this.#tab.speak(this.#language);
    await this.#tab.show(DESKTOP);
    await this.#tab.go(server.url);
  }

  async picture(screen: Screen): Promise<Uint8Array> {
    if (this.#tab === undefined) throw new Error("The page is not open yet");
    await this.#tab.evaluate(renaming(this.#workspace, "~/tally"));
    await this.#tab.show(screen);
    await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
    return await this.#tab.picture();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }
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
