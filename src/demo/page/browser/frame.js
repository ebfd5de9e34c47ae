/** Frames the messages: the bar with the bot's name, the window's title, and the welcome card. */
import { find, icon, make } from "./dom.js";
import { initial } from "./message_view.js";
import { words } from "./words.js";

/** How long "typing…" is shown. */
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
    this.#showIdle();
  }

  /**
   * @param {import("./types.d.ts").Action | null} action
   * @param {string} [lastSaid] when the bot last wrote; hides an older action
   */
  show(action, lastSaid = "") {
    clearTimeout(this.#timer);
    const left = action === null ? 0 : Date.parse(action.at) + ACTION_MS - Date.now();
    if (action === null || left <= 0 || lastSaid > action.at) return this.#showIdle();
    this.#state.replaceChildren(words.typing, make("span", { class: "dots" }, "…"));
    this.#state.className = "busy";
    this.#timer = setTimeout(() => this.#showIdle(), left);
  }

  #showIdle() {
    this.#state.textContent = words.bot;
    this.#state.className = "";
  }
}

/**
 * Counts messages that come while the page is hidden: in the title, and with a soft tone.
 * @param {string} title
 * @returns {(count: number) => void} takes the number of new messages
 */
export function watchAttention(title) {
  let missed = 0;
  document.title = title;
  const seen = () => {
    if (document.hidden) return;
    missed = 0;
    document.title = title;
  };
  document.addEventListener("visibilitychange", seen);
  addEventListener("focus", seen);
  return (count) => {
    if (!document.hidden || count === 0) return;
    missed += count;
    document.title = `(${missed}) ${title}`;
    ring();
  };
}

function ring() {
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const loudness = sound.createGain();
  tone.frequency.setValueAtTime(880, sound.currentTime);
  tone.frequency.setValueAtTime(1_320, sound.currentTime + 0.09);
  loudness.gain.setValueAtTime(0.06, sound.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.0001, sound.currentTime + 0.45);
  tone.connect(loudness).connect(sound.destination);
  tone.onended = () => void sound.close();
  tone.start();
  tone.stop(sound.currentTime + 0.5);
}

/**
 * Fills an empty chat: what the bot says about itself, and messages to try.
 * @param {string} description
 * @param {readonly string[]} examples
 * @param {(text: string) => void} send
 */
export function showWelcome(description, examples, send) {
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
      ...examples.map((text) =>
        make("button", { class: "example", onclick: () => send(text) }, text, icon("send"))
      ),
    ),
  );
}

export function hideWelcome() {
  document.querySelector(".welcome")?.remove();
}
