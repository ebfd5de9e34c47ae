/** What a reader has to open first: hidden words and long quotes. */
import { make } from "./dom.js";
import { words } from "./words.js";

/**
 * @param {(Node | string)[]} inside
 * @returns {HTMLElement}
 */
export function spoiler(inside) {
  const hidden = make(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: "0",
      "aria-label": words.spoiler,
      onclick: reveal,
      onkeydown: onKeys(reveal),
    },
    ...inside,
  );
  return hidden;

  function reveal() {
    hidden.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  }
}

/**
 * @param {(Node | string)[]} inside
 * @returns {HTMLElement}
 */
export function expandableQuote(inside) {
  const quote = make("blockquote", { class: "expandable" }, make("div", {}, ...inside));
  const toggle = make("button", {
    class: "unfold",
    "aria-label": words.expand,
    "aria-expanded": "false",
    onclick: () => {
      toggle.setAttribute("aria-expanded", String(quote.classList.toggle("open")));
    },
  });
  quote.append(toggle);
  return quote;
}

/**
 * @param {() => void} act
 * @returns {(event: KeyboardEvent) => void}
 */
function onKeys(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  };
}
