/** Files of messages: documents to keep, photos to look at. */
import { icon, make } from "./dom.js";
import { showPhoto } from "./notices.js";
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
