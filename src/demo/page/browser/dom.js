/** Makes elements and icons. Takes text as text, never as HTML. */

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, unknown>} [properties] `on…` are listeners, `class` and `aria-…` attributes
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) set(element, key, value);
  element.append(...present(children));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} key
 * @param {unknown} value
 */
function set(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === "function") {
    element.addEventListener(key.slice(2), (event) => void value(event));
  } else {
    element.setAttribute(key, value === true ? "" : String(value));
  }
}

/**
 * @param {Child[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  const kept = [];
  for (const child of children) {
    if (child instanceof Node) kept.push(child);
    else if (typeof child === "string" || typeof child === "number") kept.push(String(child));
  }
  return kept;
}

/**
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(selector) {
  const element = document.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no ${selector}`);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Stroke paths on a field of 24 by 24. */
const ICONS = {
  send: "M4 12 L20 4 L14.5 20 L11.5 13.2 Z M11.5 13.2 L20 4",
  attach:
    "M19 11.5 L12 18.5 A4.6 4.6 0 0 1 5.5 12 L13 4.5 A3.1 3.1 0 0 1 17.4 8.9 L10 16.3 A1.5 1.5 0 0 1 7.9 14.2 L14.5 7.6",
  menu: "M5 8 H19 M5 12 H19 M5 16 H13",
  close: "M6 6 L18 18 M18 6 L6 18",
  down: "M6 9.5 L12 15.5 L18 9.5",
  reply: "M10 7 L5 12 L10 17 M5.5 12 H14 A5 5 0 0 1 19 17 V18",
  more: "M12 6 V6.1 M12 12 V12.1 M12 18 V18.1",
  edit: "M5 19 L6 15 L15.5 5.5 L18.5 8.5 L9 18 Z",
  copy: "M9 9 H19 V19 H9 Z M15 9 V5 H5 V15 H9",
  trash: "M5 7 H19 M10 7 V5 H14 V7 M7 7 L8 19 H16 L17 7",
  download: "M12 5 V15 M7.5 11 L12 15.5 L16.5 11 M6 19 H18",
  photo: "M4 6 H20 V18 H4 Z M4 16 L9 11 L13 15 L15.5 12.5 L20 17 M15.5 9 V9.1",
  file: "M7 4 H14 L18 8 V20 H7 Z M14 4 V8 H18",
  away: "M8 8 H16 V16 M16 8 L8 16",
  checks: "M2.5 12.5 L6.5 16.5 L15 8 M10.5 15.2 L12 16.5 L20.5 8",
  muted: "M6 10 A6 6 0 0 1 16 6 M18 10 V14 L20 17 H8 M10.5 19.5 H13.5 M4 4 L20 20",
};

/**
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("class", `icon icon-${name}`);
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  drawing.append(path);
  return drawing;
}
