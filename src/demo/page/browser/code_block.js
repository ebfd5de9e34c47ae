/** A block of code: its language, the code, and a button that copies it. */
import { icon, make } from "./dom.js";
import { toast } from "./notices.js";
import { words } from "./words.js";

/**
 * @param {string} code
 * @param {string} [language] without one there is no line for its name
 * @returns {HTMLElement}
 */
export function codeBlock(code, language) {
  const copy = make("button", {
    class: "copy",
    "aria-label": words.copy,
    title: words.copy,
    onclick: () => copyText(code),
  }, icon("copy"));
  return make(
    "figure",
    { class: "code" },
    language ? make("figcaption", {}, language) : null,
    copy,
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
