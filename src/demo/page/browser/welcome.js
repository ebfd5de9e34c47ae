/** The chat before anything was said: what the bot says about itself, and things to try. */
import { find, icon, make } from "./dom.js";
import { words } from "./words.js";

/**
 * @param {{ description: string, work: "echo" | "codex" }} setting
 * @param {(text: string) => void} send
 */
export function showWelcome({ description, work }, send) {
  hideWelcome();
  find("#messages").before(
    make(
      "section",
      { class: "welcome column", "aria-label": words.tryIt },
      make(
        "div",
        { class: "card" },
        make("b", {}, words.about),
        ...description.split("\n").filter((line) => line !== "").map((line) => make("p", {}, line)),
      ),
      make("small", {}, words.tryIt),
      ...words.examples[work].map((text) =>
        make("button", { class: "example", onclick: () => send(text) }, text, icon("send"))
      ),
    ),
  );
}

export function hideWelcome() {
  document.querySelector(".welcome")?.remove();
}
