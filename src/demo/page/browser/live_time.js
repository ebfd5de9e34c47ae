/** Times that the reader's client keeps current, such as "12 seconds ago". */
import { make } from "./dom.js";
import { locale } from "./words.js";

/** Largest first; seconds. @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

const relative = new Intl.RelativeTimeFormat(locale);
const clockTime = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });

/**
 * @param {import("./types.d.ts").Entity} entity
 * @param {string} written what stands there where the format is none of ours
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

/** Lets all relative times on the page go on. */
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
