/** Makes what hangs on a message: documents, photos and inline buttons. */
import { icon, make } from "./dom.js";
import { alertBox, showPhoto, toast } from "./notices.js";
import { act } from "./server.js";
import { copyText, safeAddress } from "./text_parts.js";
import { locale, words } from "./words.js";

const UNITS = ["byte", "kilobyte", "megabyte"];

/**
 * @param {import("./types.d.ts").FileView} file
 * @returns {HTMLElement}
 */
export function documentView({ name, size, address }) {
  const extension = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
  return make(
    "a",
    {
      class: "document",
      href: address,
      download: name,
      "aria-label": `${words.download} ${name}, ${sizeText(size)}`,
    },
    make(
      "span",
      { class: "sheet" },
      make("span", {}, extension.toLowerCase()),
      icon("download"),
    ),
    make("span", { class: "name" }, make("b", {}, name), make("small", {}, sizeText(size))),
  );
}

/**
 * @param {import("./types.d.ts").FileView} file
 * @returns {HTMLElement}
 */
export function photoView({ name, address }) {
  return make(
    "button",
    { class: "picture", "aria-label": name, onclick: () => showPhoto(address, name) },
    make("img", { src: address, alt: name }),
  );
}

/**
 * @param {number} bytes
 * @returns {string}
 */
export function sizeText(bytes) {
  const step = Math.min(
    UNITS.length - 1,
    Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024)),
  );
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[step] ?? "byte",
    unitDisplay: step === 0 ? "long" : "short",
    maximumFractionDigits: 1,
  }).format(bytes / 1024 ** step);
}

/**
 * @param {import("./types.d.ts").Message} message
 * @param {string} botName
 * @returns {HTMLElement | null}
 */
export function keyboardView({ id, buttons }, botName) {
  if (buttons.length === 0) return null;
  return make(
    "div",
    { class: "keyboard", role: "group" },
    ...buttons.map((row) =>
      make("div", { class: "row" }, ...row.map((button) => buttonView(id, button, botName)))
    ),
  );
}

/**
 * @param {number} messageId
 * @param {import("./types.d.ts").Button} button
 * @param {string} botName
 * @returns {HTMLElement}
 */
function buttonView(messageId, { text, data, style, url, copyText: toCopy }, botName) {
  const look = `key ${style ?? ""}`;
  const address = safeAddress(url ?? "");
  if (address !== undefined) {
    return make(
      "a",
      { class: look, href: address, target: "_blank", rel: "noopener noreferrer" },
      text,
      icon("away"),
    );
  }
  if (toCopy !== undefined) {
    return make("button", { class: look, onclick: () => copyText(toCopy) }, text, icon("copy"));
  }
  const key = make("button", {
    class: look,
    disabled: data === undefined,
    onclick: () => data !== undefined && press(key, { messageId, data }, botName),
  }, text);
  return key;
}

/**
 * Marks the button busy until the bot answers, as Telegram's clients do.
 * @param {HTMLElement} key
 * @param {{ messageId: number, data: string }} choice
 * @param {string} botName
 */
async function press(key, choice, botName) {
  if (key.ariaBusy === "true") return;
  key.ariaBusy = "true";
  const answer = await act("press", choice);
  key.ariaBusy = "false";
  const text = String(answer?.text ?? "");
  if (text === "") return;
  if (answer?.alert === true) alertBox(botName, text);
  else toast(text);
}
