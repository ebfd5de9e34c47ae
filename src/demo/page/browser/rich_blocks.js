/** Draws rich messages: headings, lists, tables and code. */
import { make } from "./dom.js";
import { codeBlock, link, spoiler } from "./text_parts.js";

/**
 * @param {import("./types.d.ts").RichBlock[]} blocks
 * @returns {HTMLElement[]}
 */
export function richBlocks(blocks) {
  return blocks.map(richBlock);
}

/**
 * @param {import("./types.d.ts").RichBlock} block
 * @returns {HTMLElement}
 */
function richBlock(block) {
  const { text = "", blocks = [], items = [], cells = [] } = block;
  switch (block.type) {
    case "heading":
      // One level below the page's own heading.
      return make("div", {
        class: `heading size${block.size ?? 3}`,
        role: "heading",
        "aria-level": (block.size ?? 1) + 1,
      }, ...richText(text));
    case "pre":
      return codeBlock(plainText(text), block.language);
    case "divider":
      return make("hr");
    case "blockquote":
      return make("blockquote", {}, ...richBlocks(blocks));
    case "list":
      return richList(items);
    case "table":
      return make("div", { class: "table", tabindex: "0" }, make("table", {}, ...cells.map(row)));
    default:
      return make("p", {}, ...richText(text));
  }
}

/**
 * @param {import("./types.d.ts").RichItem[]} items
 * @returns {HTMLElement}
 */
function richList(items) {
  const first = items[0]?.value;
  const inside = items.map((item) =>
    make(
      "li",
      { class: item.has_checkbox ? "box" : null, value: item.value ?? null },
      item.has_checkbox ? make("span", {}, item.is_checked ? "☑ " : "☐ ") : null,
      ...richBlocks(item.blocks),
    )
  );
  return first === undefined ? make("ul", {}, ...inside) : make("ol", { start: first }, ...inside);
}

/**
 * @param {import("./types.d.ts").RichCell[]} cells
 * @returns {HTMLElement}
 */
function row(cells) {
  return make(
    "tr",
    {},
    ...cells.map((cell) =>
      make(cell.is_header ? "th" : "td", { class: cell.align }, ...richText(cell.text ?? ""))
    ),
  );
}

/** @type {Record<string, "b" | "i" | "u" | "s" | "code" | "mark" | "sub" | "sup">} */
const STYLES = {
  bold: "b",
  italic: "i",
  underline: "u",
  strikethrough: "s",
  code: "code",
  marked: "mark",
  subscript: "sub",
  superscript: "sup",
};

/**
 * @param {import("./types.d.ts").RichText} text
 * @returns {(Node | string)[]}
 */
function richText(text) {
  if (typeof text === "string") return [text];
  if (Array.isArray(text)) return text.flatMap(richText);
  const inside = richText(text.text);
  if (text.type === "url") return [link(text.url ?? "", inside)];
  if (text.type === "spoiler") return [spoiler(inside)];
  const style = STYLES[text.type];
  return style === undefined ? inside : [make(style, {}, ...inside)];
}

/**
 * @param {import("./types.d.ts").RichText} text
 * @returns {string}
 */
function plainText(text) {
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.map(plainText).join("") : plainText(text.text);
}
