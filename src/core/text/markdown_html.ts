/** Reads the HTML that people and agents write into Markdown. */
import { withoutControls } from "./control_characters.ts";
import { decodeNamedCharacterReference } from "decode-named-character-reference";
import type { InlineStyle } from "./markdown_nodes.ts";

/** Longer tags are shown as text; nobody writes them by hand. */
const LONGEST_TAG = 2000;

const ATTRIBUTE = /\s+([A-Za-z_:][\w.:-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/y;

export interface Tag {
  /** In small letters. */
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  /** Length of the source. */
  readonly length: number;
}

/** @returns undefined where no complete tag begins at `start` */
export function readTag(text: string, start: number): Tag | undefined {
  const source = text.slice(start, start + LONGEST_TAG);
  const head = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)/.exec(source);
  if (head === null) return undefined;
  const [whole, slash = "", name = ""] = head;
  const attributes = new Map<string, string>();
  let at = whole.length;
  if (slash === "") {
    for (;;) {
      ATTRIBUTE.lastIndex = at;
      const found = ATTRIBUTE.exec(source);
      if (found === null) break;
      const [, key = "", value = ""] = found;
      attributes.set(key.toLowerCase(), decodeEntities(value.replace(/^(["'])(.*)\1$/s, "$2")));
      at = ATTRIBUTE.lastIndex;
    }
  }
  const end = /^\s*\/?>/.exec(source.slice(at));
  if (end === null) return undefined;
  return {
    name: name.toLowerCase(),
    closing: slash !== "",
    attributes,
    length: at + end[0].length,
  };
}

/** Tags that are shown as a style when they are closed again. */
export const STYLE_TAGS: ReadonlyMap<string, InlineStyle> = new Map<string, InlineStyle>([
  ["b", "strong"],
  ["strong", "strong"],
  ["summary", "strong"],
  ["i", "emphasis"],
  ["em", "emphasis"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "delete"],
  ["del", "delete"],
  ["strike", "delete"],
  ["sub", "subscript"],
  ["sup", "superscript"],
]);

export const CODE_TAGS: ReadonlySet<string> = new Set(["code", "kbd", "samp", "tt", "pre"]);

const ENTITY = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{0,31}));/g;

/** Decodes `&amp;`, `&#9;` and `&#x9;`; leaves what is none of HTML's names. */
export function decodeEntities(text: string): string {
  return text.includes("&") ? text.replace(ENTITY, decoded) : text;
}

/** Reads the entity that begins at `start`. */
export function readEntity(
  text: string,
  start: number,
): { readonly value: string; readonly length: number } | undefined {
  const source = text.slice(start, start + 40);
  ENTITY.lastIndex = 0;
  const found = ENTITY.exec(source);
  if (found === null || found.index !== 0) return undefined;
  const [whole, decimal, hex, name] = found;
  const value = decoded(whole, decimal, hex, name);
  return value === whole ? undefined : { value, length: whole.length };
}

function decoded(whole: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) {
    const character = decodeNamedCharacterReference(name);
    return character === false ? whole : character;
  }
  const code = decimal === undefined ? parseInt(hex ?? "0", 16) : parseInt(decimal, 10);
  const unfit = code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ||
    (code < 32 && code !== 9 && code !== 10 && code !== 13) || (code >= 127 && code < 160);
  // The text was freed from what could steer a terminal or a chat before it was read.
  return unfit ? "\ufffd" : withoutControls(String.fromCodePoint(code));
}

const BLOCK_TAG = new RegExp(
  "^</?(?:address|article|aside|blockquote|body|center|details|dialog|dd|div|dl|dt|fieldset|" +
    "figcaption|figure|footer|form|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|" +
    "nav|ol|optgroup|option|p|section|summary|table|tbody|td|tfoot|th|thead|title|tr|ul)" +
    "(?:[\\s>]|/>|$)",
  "i",
);
const LITERAL_TAG = /^<(pre|script|style|textarea)(?:[\s>]|$)/i;

/** What ends a block of HTML: a line with this in it, or a blank line. */
export type HtmlEnd = string | undefined;

/** @param line without its indentation */
export function htmlBlockStart(
  line: string,
  interrupts: boolean,
): { readonly end: HtmlEnd } | undefined {
  if (!line.startsWith("<")) return undefined;
  const literal = LITERAL_TAG.exec(line)?.[1];
  if (literal !== undefined) return { end: `</${literal.toLowerCase()}>` };
  if (line.startsWith("<!--")) return { end: "-->" };
  if (BLOCK_TAG.test(line)) return { end: undefined };
  if (interrupts) return undefined;
  const tag = readTag(line, 0);
  return tag !== undefined && line.slice(tag.length).trim() === "" ? { end: undefined } : undefined;
}

/** A part of a block of HTML. */
export type HtmlPart =
  | { readonly type: "open" | "close" }
  | { readonly type: "summary" | "code" | "text"; readonly text: string };

const PART_TAGS = /<(\/?)(details|summary|pre)(?:\s[^<>]*)?>/gi;

/** Takes apart what unfolds and what is code; the rest is text that may hold other tags. */
export function htmlParts(html: string): HtmlPart[] {
  const parts: HtmlPart[] = [];
  const addText = (from: number, to: number): void => {
    const text = html.slice(from, to).trim();
    if (text !== "") parts.push({ type: "text", text });
  };
  let from = 0;
  let opened: { readonly name: string; readonly at: number; readonly inner: number } | undefined;
  for (const { index, 0: whole, 1: slash, 2: tag = "" } of html.matchAll(PART_TAGS)) {
    const name = tag.toLowerCase();
    const end = index + whole.length;
    if (slash === "" && name !== "details") {
      opened ??= { name, at: index, inner: end };
      continue;
    }
    if (name === "details") {
      if (opened !== undefined) continue;
      addText(from, index);
      parts.push({ type: slash === "" ? "open" : "close" });
      from = end;
    } else if (opened?.name === name) {
      addText(from, opened.at);
      const text = html.slice(opened.inner, index);
      parts.push(
        name === "pre"
          ? { type: "code", text: withoutTags(text) }
          : { type: "summary", text: text.trim() },
      );
      opened = undefined;
      from = end;
    }
  }
  addText(from, html.length);
  return parts;
}

/** Keeps what stands between tags. */
function withoutTags(html: string): string {
  return decodeEntities(html.replace(/<\/?(?:code|span|b|i)(?:\s[^<>]*)?>/gi, ""));
}
