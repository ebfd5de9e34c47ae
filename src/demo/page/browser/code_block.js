/** A block of code: its language, the code, and a button that copies it. */
import { icon, make } from "./dom.js";
import { toast } from "./notices.js";
import { words } from "./words.js";

/**
 * @param {string} code
 * @param {string} [language]
 * @returns {HTMLElement}
 */
export function codeBlock(code, language) {
  return make(
    "figure",
    { class: "code" },
    make(
      "figcaption",
      {},
      make("span", {}, language || words.code),
      make("button", {
        "aria-label": words.copy,
        title: words.copy,
        onclick: () => copyText(code),
      }, icon("copy")),
    ),
    make("pre", { tabindex: "0" }, make("code", {}, code)),
  );
}

/** @param {string} text */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(words.copied);
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
  }
}
