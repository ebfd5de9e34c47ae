/** Turns a text with Telegram's entities into nodes. Offsets count UTF-16 units, as in JavaScript. */
import { make } from "./dom.js";
import { codeBlock, expandableQuote, link, liveTime, spoiler } from "./text_parts.js";

/** Entities that take whole lines. */
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

/**
 * @param {string} text
 * @param {import("./types.d.ts").Entity[]} entities crossing ones are skipped
 * @param {(command: string) => void} onCommand
 * @returns {DocumentFragment}
 */
export function formattedText(text, entities, onCommand) {
  const outerFirst = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...nested({ text, onCommand }, outerFirst, 0, text.length));
  return fragment;
}

/**
 * @typedef {{ text: string, onCommand: (command: string) => void }} Whole
 * @param {Whole} whole
 * @param {import("./types.d.ts").Entity[]} entities
 * @param {number} start
 * @param {number} end
 * @returns {(Node | string)[]}
 */
function nested(whole, entities, start, end) {
  const { text } = whole;
  /** @type {(Node | string)[]} */
  const pieces = [];
  let at = start;
  for (const [index, entity] of entities.entries()) {
    const entityEnd = entity.offset + entity.length;
    if (entity.offset < at || entityEnd > end || entity.length <= 0) continue;
    const isBlock = BLOCKS.has(entity.type);
    const before = text.slice(at, entity.offset);
    // The block replaces the line breaks around it.
    pieces.push(isBlock && before.endsWith("\n") ? before.slice(0, -1) : before);
    const inside = nested(whole, entities.slice(index + 1), entity.offset, entityEnd);
    pieces.push(wrapped(whole, entity, inside));
    at = isBlock && text[entityEnd] === "\n" && entityEnd < end ? entityEnd + 1 : entityEnd;
  }
  pieces.push(text.slice(at, end));
  return pieces.filter((piece) => piece !== "");
}

/** @type {Record<string, "b" | "i" | "u" | "s">} */
const STYLES = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };

/**
 * @param {Whole} whole
 * @param {import("./types.d.ts").Entity} entity
 * @param {(Node | string)[]} inside
 * @returns {Node}
 */
function wrapped({ text, onCommand }, entity, inside) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  const style = STYLES[entity.type];
  if (style !== undefined) return make(style, {}, ...inside);
  switch (entity.type) {
    case "code":
      return make("code", {}, ...inside);
    case "pre":
      return codeBlock(words, entity.language);
    case "blockquote":
      return make("blockquote", {}, ...inside);
    case "expandable_blockquote":
      return expandableQuote(inside);
    case "spoiler":
      return spoiler(inside);
    case "text_link":
      return link(entity.url ?? "", inside);
    case "url":
      return link(/^[a-z]+:/i.test(words) ? words : `https://${words}`, inside);
    case "email":
      return link(`mailto:${words}`, inside);
    case "mention":
      return link(`https://t.me/${words.slice(1)}`, inside);
    case "bot_command":
      return make("button", { class: "command", onclick: () => onCommand(words) }, ...inside);
    case "date_time":
      return liveTime(entity, words);
    case "hashtag":
    case "text_mention":
      return make("span", { class: "tinted" }, ...inside);
    default:
      return make("span", {}, ...inside);
  }
}
