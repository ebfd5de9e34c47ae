/** Shows toasts, alerts, photos and banners above the chat. */
import { find, icon, make } from "./dom.js";
import { words } from "./words.js";

const TOAST_MS = 4_000;

/** @param {string} text */
export function toast(text) {
  const shown = make("div", { class: "toast" }, text);
  find("#toasts").append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}

/**
 * Shows the alert of a callback query that was answered with `show_alert`.
 * @param {string} title
 * @param {string} text
 */
export function alertBox(title, text) {
  const box = make(
    "dialog",
    { class: "alert", "aria-label": title, onclose: () => box.remove() },
    make("h2", {}, title),
    make("p", {}, text),
    make("button", { class: "plain", autofocus: true, onclick: () => box.close() }, words.ok),
  );
  document.body.append(box);
  box.showModal();
}

/**
 * @param {string} address
 * @param {string} name
 */
export function showPhoto(address, name) {
  const box = make(
    "dialog",
    {
      class: "viewer",
      "aria-label": name,
      onclose: () => box.remove(),
      onclick: () => box.close(),
    },
    make("button", { class: "round", "aria-label": words.close, autofocus: true }, icon("close")),
    make("img", { src: address, alt: name }),
  );
  document.body.append(box);
  box.showModal();
}

/**
 * Shows the one banner of a kind.
 * @param {string} kind
 * @param {string} [text] absent = removes the banner
 * @param {import("./dom.js").Child} [hint]
 */
export function banner(kind, text, hint) {
  find("#banners").querySelector(`.${kind}`)?.remove();
  if (text === undefined) return;
  find("#banners").append(
    make(
      "div",
      { class: `banner ${kind}` },
      make("span", {}, text),
      hint,
    ),
  );
}
