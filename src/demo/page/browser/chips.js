/** Offers messages above the composer, to send with one press: what the demo's script knows. */
import { make } from "./dom.js";
import { words } from "./words.js";

export class Chips {
  element = make("div", { class: "chips", role: "group", "aria-label": words.tryIt, hidden: true });
  #shown = "";
  #send;

  /** @param {(text: string) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {readonly string[]} texts none = nothing is offered */
  show(texts) {
    const key = texts.join("\n");
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.hidden = texts.length === 0;
    this.element.replaceChildren(
      ...texts.map((text) =>
        make("button", { class: "chip", title: text, onclick: () => this.#send(text) }, text)
      ),
    );
  }
}
