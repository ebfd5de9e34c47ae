/** The bar above the chat: whom one speaks with, and what it is doing now. */
import { find, make } from "./dom.js";
import { initial } from "./message_view.js";
import { words } from "./words.js";

/** "typing…" goes away by itself after as long. */
const ACTION_MS = 5_000;

export class Header {
  #state = make("small", { "aria-live": "off" }, words.connecting);
  /** @type {number | undefined} */
  #timer;

  /** @param {{ name: string, username: string }} bot */
  constructor({ name, username }) {
    find("#header").replaceChildren(
      make("span", { class: "face", "aria-hidden": "true" }, initial(name)),
      make("h1", { title: `@${username}` }, make("span", {}, name), this.#state),
    );
    this.#rest();
  }

  /**
   * @param {import("./types.d.ts").Action | null} action
   * @param {string} [lastSaid] when the bot said something last: then it types no more
   */
  show(action, lastSaid = "") {
    clearTimeout(this.#timer);
    const left = action === null ? 0 : Date.parse(action.at) + ACTION_MS - Date.now();
    if (action === null || left <= 0 || lastSaid > action.at) return this.#rest();
    this.#state.replaceChildren(words.typing, make("span", { class: "dots" }, "…"));
    this.#state.className = "busy";
    this.#timer = setTimeout(() => this.#rest(), left);
  }

  #rest() {
    this.#state.textContent = words.bot;
    this.#state.className = "";
  }
}
