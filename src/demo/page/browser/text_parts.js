/** Makes the parts of formatted texts: code blocks, links, live times, spoilers and quotes. */
import { icon, make } from "./dom.js";
import { toast } from "./notices.js";
import { locale, words } from "./words.js";

/**
 * Shows code with its language and a button that copies it.
 * @param {string} code
 * @param {string} [language] shown above the code
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

const SCHEMES = new Set(["http:", "https:", "mailto:", "tg:"]);

/**
 * Links to safe addresses, without telling them where the link was found.
 * @param {string} address
 * @param {(Node | string)[]} inside
 * @returns {HTMLElement} plain text when the address is unsafe
 */
export function link(address, inside) {
  const safe = safeAddress(address);
  if (safe === undefined) return make("span", {}, ...inside);
  return make(
    "a",
    { href: safe, title: safe, target: "_blank", rel: "noopener noreferrer" },
    ...inside,
  );
}

/**
 * @param {string} address
 * @returns {string | undefined} undefined when it could run or open something else
 */
export function safeAddress(address) {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return SCHEMES.has(protocol) ? href : undefined;
}

/** Largest first; seconds. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

const relative = new Intl.RelativeTimeFormat(locale);
const clockTime = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });

/**
 * Shows a time that stays current, such as "12 seconds ago".
 * @param {import("./types.d.ts").Entity} entity
 * @param {string} written the text for unknown formats
 * @returns {HTMLElement}
 */
export function liveTime({ unix_time = 0, date_time_format: format }, written) {
  const date = new Date(unix_time * 1000);
  const shown = format === "r"
    ? relativeTime(unix_time)
    : format === "t"
    ? clockTime.format(date)
    : written;
  const element = make("time", { datetime: date.toISOString() }, shown);
  if (format === "r") element.dataset.since = String(unix_time);
  return element;
}

/** Updates the relative times on the page every second. */
export function keepTimesCurrent() {
  setInterval(() => {
    for (const element of document.querySelectorAll("time[data-since]")) {
      const shown = relativeTime(Number(element instanceof HTMLElement && element.dataset.since));
      if (element.textContent !== shown) element.textContent = shown;
    }
  }, 1_000);
}

/**
 * @param {number} unixTime
 * @returns {string}
 */
function relativeTime(unixTime) {
  const seconds = Math.trunc(unixTime - Date.now() / 1000);
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

/**
 * Hides text until it is pressed.
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
 * Folds a long quote.
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
