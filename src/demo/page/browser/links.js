/** Links of messages: where they may lead, and that they say nothing about where they were found. */
import { make } from "./dom.js";

const SCHEMES = new Set(["http:", "https:", "mailto:", "tg:"]);

/**
 * @param {string} address
 * @param {(Node | string)[]} inside
 * @returns {HTMLElement} plain text where the address is none that one follows
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
 * @returns {string | undefined}
 */
export function safeAddress(address) {
  if (!URL.canParse(address)) return undefined;
  const { protocol, href } = new URL(address);
  return SCHEMES.has(protocol) ? href : undefined;
}
